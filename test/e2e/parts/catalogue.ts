// Longer than most: a row for each part.
/**
 * Every real part, with its version. What pins the bytes:
 * - Go programs: `go.mod` and `go.sum` of test/e2e/build/<folder> (built with -mod=readonly, so a changed hash fails);
 * - moto, and Go where the machine has none: the hashes in test/e2e/build/<folder>/requirements.txt (pip --require-hashes).
 */

/** One program built from a Go module of its own: the parts want different versions of what they share. */
export interface GoPart {
  /** The name of the program, as it is called on PATH. */
  readonly name: string;
  readonly version: string;
  /** Folder, seen from test/e2e/build, whose go.mod and go.sum pin it. */
  readonly folder: string;
  readonly package: string;
  /** Linker flags that tell the program its version. */
  readonly ldflags: string;
  /** Minutes a build from nothing takes on two cores, for the progress line. */
  readonly minutes: number;
}

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const kubernetesFlags = [
  "-X k8s.io/component-base/version.gitVersion=v1.36.3",
  "-X k8s.io/component-base/version.gitMajor=1",
  "-X k8s.io/component-base/version.gitMinor=36",
].join(" ");

function kubernetes(name: string, minutes: number): GoPart {
  return {
    name,
    version: "v1.36.3",
    folder: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    ldflags: kubernetesFlags,
    minutes,
  };
}

function cilium(name: string, folder: string, minutes: number): GoPart {
  return {
    name,
    version: "v1.20.2",
    folder: "cilium",
    package: `github.com/cilium/cilium/${folder}`,
    ldflags: "-X github.com/cilium/cilium/pkg/version.ciliumVersion=1.20.2",
    minutes,
  };
}

/** In the order of building: what the most suites need comes first. */
export const goParts: readonly GoPart[] = [
  {
    name: "pulumi-language-nodejs",
    version: "v3.68.0",
    folder: "pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ldflags: `-X ${pulumiVersion}=v3.68.0`,
    minutes: 1,
  },
  {
    // Of the same module: its go.mod is the other host's.
    name: "pulumi-language-python",
    version: "v3.68.0",
    folder: "pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    ldflags: `-X ${pulumiVersion}=v3.68.0`,
    minutes: 1,
  },
  {
    name: "pulumi",
    version: "v3.170.0",
    folder: "pulumi-cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ldflags: `-X ${pulumiVersion}=v3.170.0`,
    minutes: 2,
  },
  {
    // The newest that can be had as a Go module. It wants a newer language host, which can't: see suites/current.suite.ts.
    name: "current/bin/pulumi",
    version: "v3.258.0",
    folder: "pulumi-cli-current",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ldflags: `-X ${pulumiVersion}=v3.258.0`,
    minutes: 4,
  },
  {
    // What it shares with the newest CLI has that one's versions, where it compiles with them: half of the build is in Go's cache then.
    name: "pulumi-language-yaml",
    version: "v1.32.0",
    folder: "pulumi-language-yaml",
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ldflags: "-X github.com/pulumi/pulumi-yaml/pkg/version.Version=v1.32.0",
    minutes: 1,
  },
  // Ours around the newest CLI's packages: SDKs of a schema, which that CLI asks newer language hosts for.
  {
    name: "sdk-generator",
    version: "v3.258.0",
    folder: "../sdk-generator",
    package: ".",
    ldflags: "",
    minutes: 1,
  },
  {
    // The version whose client Kubernetes is built with.
    name: "etcd",
    version: "v3.6.8",
    folder: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    ldflags: "",
    minutes: 1,
  },
  kubernetes("kube-apiserver", 4),
  kubernetes("kube-controller-manager", 3),
  kubernetes("kubectl", 1),
  {
    name: "kube-router",
    version: "v2.6.3-k3s1",
    folder: "kube-router",
    package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
    ldflags: "",
    minutes: 2,
  },
  {
    name: "kwok",
    version: "v0.7.0",
    folder: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    ldflags: "",
    minutes: 3,
  },
  {
    name: "kustomize",
    version: "v5.8.2",
    folder: "kustomize",
    package: "sigs.k8s.io/kustomize/kustomize/v5",
    ldflags: "",
    minutes: 1,
  },
  {
    name: "helm",
    version: "v3.22.0",
    folder: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    ldflags: "",
    minutes: 3,
  },
  // Other implementations' policy code, each in a small program of ours (test/e2e/opinions).
  {
    name: "kube-network-policies",
    version: "v1.1.1",
    folder: "../opinions/kube-network-policies",
    package: ".",
    ldflags: "",
    minutes: 2,
  },
  {
    name: "cilium-policy",
    version: "v1.20.2",
    folder: "../opinions/cilium-policy",
    package: ".",
    ldflags: "",
    minutes: 3,
  },
  // Reads the workflows of docs/ci.
  {
    name: "actionlint",
    version: "v1.7.12",
    folder: "actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
    ldflags: "",
    minutes: 1,
  },
  // Ours: serves and probes ports inside network namespaces.
  { name: "prober", version: "v0", folder: "../prober", package: ".", ldflags: "", minutes: 1 },
  // Ours around the agent's packages: loads, attaches and feeds the agent's eBPF programs.
  { name: "vpc-cni", version: "v1.4.3", folder: "../vpc-cni", package: ".", ldflags: "", minutes: 1 },
  // Last, for it takes the longest and one suite needs it.
  cilium("cilium-agent", "daemon", 6),
  cilium("cilium-cni", "plugins/cilium-cni", 1),
  {
    // Gives a pod the address that it is told to give: what Cilium calls a delegated plugin.
    name: "static",
    version: "v1.9.0",
    folder: "cilium",
    package: "github.com/containernetworking/plugins/plugins/ipam/static",
    ldflags: "",
    minutes: 1,
  },
];

/** The VPC CNI agent's eBPF programs, compiled by the machine's clang from the C sources in the agent's Go module. */
export const vpcCniPrograms = {
  name: "vpc-cni-programs",
  version: "v1.4.3",
  /** Folder, seen from test/e2e/build, whose go.sum pins the module. */
  folder: "../vpc-cni",
  module: "github.com/aws/aws-network-policy-agent",
  sources: "pkg/ebpf/c",
  programs: ["v4", "v6"].flatMap((family) => [
    `${family}events`,
    `tc.${family}ingress`,
    `tc.${family}egress`,
  ]),
} as const;

/** A file or folder that a Go module carries and that isn't Go: copied out of the module cache, whose hash go.sum checks. */
export interface ModuleFile {
  readonly name: string;
  readonly folder: string;
  readonly module: string;
  readonly path: string;
  readonly executable: boolean;
}

export const moduleFiles: readonly ModuleFile[] = [
  {
    // A later CLI calls its launcher by another name; this is the one that v3.170 looks for.
    name: "pulumi-analyzer-policy",
    folder: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    path: "nodejs/dist/pulumi-analyzer-policy",
    executable: true,
  },
  {
    // What the Python host starts: the program beside it of this name.
    name: "pulumi-language-python-exec",
    folder: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    path: "python/cmd/pulumi-language-python-exec",
    executable: true,
  },
  {
    name: "securitygrouppolicies.yaml",
    folder: "security-group-policy",
    module: "github.com/aws/amazon-vpc-resource-controller-k8s",
    path: "config/crd/bases/vpcresources.k8s.aws_securitygrouppolicies.yaml",
    executable: false,
  },
  {
    name: "kwok-execs.yaml",
    folder: "kwok",
    module: "sigs.k8s.io/kwok",
    path: "kustomize/crd/bases/kwok.x-k8s.io_execs.yaml",
    executable: false,
  },
  {
    // The C sources that the agent compiles for each node and its pods.
    name: "cilium-bpf",
    folder: "cilium",
    module: "github.com/cilium/cilium",
    path: "bpf",
    executable: false,
  },
  {
    name: "cilium-crds",
    folder: "cilium",
    module: "github.com/cilium/cilium",
    path: "pkg/k8s/apis/cilium.io/client/crds",
    executable: false,
  },
];

/** Debian packages that are tools only (they start nothing), installed where the program isn't there yet. */
export const debianTools: readonly { readonly program: string; readonly package: string }[] = [
  { program: "ip", package: "iproute2" },
  { program: "iptables", package: "iptables" },
  { program: "iptables-save", package: "iptables" },
  { program: "ipset", package: "ipset" },
  { program: "sysctl", package: "procps" },
  { program: "conntrack", package: "conntrack" },
  { program: "nft", package: "nftables" },
  { program: "nc", package: "netcat-openbsd" },
];

/** The AWS API stand-in, in a virtual environment of its own. */
export const moto = { version: "5.2.5", folder: "moto" } as const;

/** Pulumi's SDK for Python, and what a generated SDK needs beside it. */
export const pythonSdk = { version: "3.258.0", folder: "python-sdk" } as const;

/** What builds the parts: the machine's own Go where it is new enough, else this one, in a virtual environment too. */
export const goToolchain = { atLeast: [1, 26], version: "1.26.6", folder: "go" } as const;
