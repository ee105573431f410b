// Tests: test/verify/preflight.test.ts
import type { CniProfile } from "../compile";
import type { Check, Listing, Snapshot } from "./snapshot";
import { isAutoMode } from "./vpcCniSettings";

interface DaemonSet {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly { readonly name: string; readonly args?: readonly string[] | null }[];
      };
    };
  };
}

interface Node {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } };
}

const subject = "NetworkPolicy is enforced";

/**
 * Whether what enforces NetworkPolicy on this kind of cluster is there and switched on, as far as objects tell: the proof is
 * a probe that is blocked. Sources: each project's documentation; k3s writes its nodes' arguments into an annotation.
 */
export function enforcementCheck(
  cni: CniProfile,
  snapshot: Pick<Snapshot, "nodes" | "daemonSets" | "configMaps">,
): Check {
  switch (cni) {
    case "k3s":
      return k3s(snapshot.nodes);
    case "aws-vpc-cni":
      return vpcCni(snapshot);
    case "calico":
      return byDaemonSet("calico-node", snapshot.daemonSets);
    case "cilium":
      return cilium(snapshot);
    case "azure":
      return byDaemonSet("azure-npm", snapshot.daemonSets, "cilium");
  }
}

const wrong = (detail: string): Check => ({ subject, state: "wrong", detail });
const unknown = (detail: string): Check => ({
  subject,
  state: "unknown",
  detail: `${detail}; only a blocked probe proves it`,
});

function k3s(listing: Listing): Check {
  const nodes = (listing ?? []) as readonly Node[];
  if (nodes.length === 0) return unknown("the nodes can't be read");
  const off = nodes.find(({ metadata }) =>
    /"--disable-network-policy(=true)?"/.test(metadata.annotations?.["k3s.io/node-args"] ?? ""),
  );
  if (off !== undefined) {
    return wrong(
      `node ${off.metadata.name} runs k3s with --disable-network-policy: nothing enforces policies. Start it without, or name the CNI that does in the config.`,
    );
  }
  const other = nodes.find(({ status }) => !(status?.nodeInfo?.kubeletVersion ?? "").includes("k3s"));
  if (other !== undefined) return unknown(`node ${other.metadata.name} doesn't say that it runs k3s`);
  return {
    subject,
    state: "ok",
    detail: `${nodes.length} nodes run k3s, whose policy controller is on unless it is switched off`,
  };
}

function vpcCni(snapshot: Pick<Snapshot, "nodes" | "daemonSets" | "configMaps">): Check {
  if (isAutoMode(snapshot)) return autoMode(snapshot.configMaps.get("amazon-vpc-cni"));
  const { daemonSets, configMaps } = snapshot;
  const node = found("aws-node", daemonSets);
  if (daemonSets === undefined) return unknown("the DaemonSets can't be read");
  if (node === undefined)
    return wrong("there is no DaemonSet aws-node: this isn't the VPC CNI. Correct cni in the config.");
  const agent = node.spec?.template?.spec?.containers?.find(({ name }) => name === "aws-eks-nodeagent");
  if (agent === undefined) {
    return wrong(
      "DaemonSet aws-node has no network policy agent (before VPC CNI 1.14). Update the add-on and set enableNetworkPolicy.",
    );
  }
  if (!(agent.args ?? []).includes("--enable-network-policy=true")) {
    return wrong(
      'DaemonSet aws-node runs its agent without --enable-network-policy=true, as it does by default. Set the add-on\'s enableNetworkPolicy: "true".',
    );
  }
  if (configMaps.get("amazon-vpc-cni")?.["enable-network-policy-controller"] === "false") {
    return wrong("ConfigMap amazon-vpc-cni has enable-network-policy-controller: false. Set it to true.");
  }
  return { subject, state: "ok", detail: "the VPC CNI's agent runs with --enable-network-policy=true" };
}

/** Auto Mode runs no DaemonSet, and enforces nothing until it is told to. */
function autoMode(config: Readonly<Record<string, string>> | undefined): Check {
  if (config === undefined)
    return unknown(
      "ConfigMap amazon-vpc-cni, which switches it on in EKS Auto Mode, isn't there or can't be read",
    );
  return config["enable-network-policy-controller"] === "true"
    ? { subject, state: "ok", detail: "EKS Auto Mode, switched on by ConfigMap amazon-vpc-cni" }
    : wrong(
        'EKS Auto Mode doesn\'t enforce NetworkPolicies until ConfigMap amazon-vpc-cni in kube-system has enable-network-policy-controller: "true".',
      );
}

/** What switches Cilium's enforcement off: its settings in cilium-config, and what they have to be. Source: pkg/option of Cilium 1.20. */
const CILIUM_OFF: readonly (readonly [setting: string, isOff: (value: string) => boolean, remedy: string])[] =
  [
    ["enable-policy", (value) => value === "never", "Set it to default or always."],
    ["enable-k8s-networkpolicy", (value) => !isTrue(value), "Set it to true."],
    ["policy-audit-mode", (value) => !/^(0|f|false)$/.test(value), "Set it to false."],
  ];

const isTrue = (value: string): boolean => /^(1|t|true)$/.test(value);

function cilium({ daemonSets, configMaps }: Pick<Snapshot, "daemonSets" | "configMaps">): Check {
  const there = byDaemonSet("cilium", daemonSets);
  if (there.state !== "ok") return there;
  const config = configMaps.get("cilium-config");
  if (config === undefined)
    return unknown("ConfigMap cilium-config, which can switch enforcement off, can't be read");
  const off = CILIUM_OFF.find(([setting, isOff]) => {
    const value = config[setting]?.trim().toLowerCase() ?? "";
    return value !== "" && isOff(value);
  });
  if (off === undefined) return there;
  const [setting, , remedy] = off;
  return wrong(`ConfigMap cilium-config has ${setting}: ${config[setting] ?? ""}. ${remedy}`);
}

function byDaemonSet(name: string, daemonSets: Listing, orElse = name): Check {
  if (daemonSets === undefined) return unknown("the DaemonSets can't be read");
  const there = [name, orElse].find((each) => found(each, daemonSets) !== undefined);
  if (there === undefined)
    return wrong(`there is no DaemonSet ${name}. Correct cni in the config, or install it.`);
  return { subject, state: "ok", detail: `DaemonSet ${there} is there` };
}

const found = (name: string, listing: Listing): DaemonSet | undefined =>
  ((listing ?? []) as readonly DaemonSet[]).find(({ metadata }) => metadata.name === name);
