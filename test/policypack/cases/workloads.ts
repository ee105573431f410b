// Longer than most: a table.
import { UNKNOWN, WORKLOAD_TYPES, workload } from "../helpers";
import type { Case } from "./case";

const HOST = "workload-no-host-network";
const PSS = "Kubernetes' Pod Security Standards, baseline";
const FOUND = [`${HOST} web`];

const of = (
  id: string,
  idea: string,
  podSpec: object,
  expected: readonly string[],
  source = PSS,
  type = "apps/v1:Deployment",
): Case => ({
  id: `workload-${id}`,
  idea,
  source,
  policies: [HOST],
  stack: [workload(type, podSpec)],
  expected,
});

const container = (change: object) => ({ containers: [{ name: "main", image: "web", ...change }] });
const security = (securityContext: object) => container({ securityContext });
const hostPath = (path: unknown) => ({ ...container({}), volumes: [{ name: "v", hostPath: { path } }] });
const port = (change: object) => container({ ports: [{ containerPort: 8080, ...change }] });

const volume = (id: string, idea: string, source: object, expected: readonly string[]): Case => ({
  id: `workload-volume-${id}`,
  idea,
  source: "an attacker with commit rights",
  policies: [HOST],
  stack: [
    {
      type: "kubernetes:core/v1:PersistentVolume",
      name: "web",
      props: {
        metadata: { name: "web" },
        spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source },
      },
    },
  ],
  expected,
});
const nodeAffinity = {
  required: {
    nodeSelectorTerms: [
      { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["a"] }] },
    ],
  },
};
const local = (path: string) => ({ local: { path }, nodeAffinity });
const claimed = (namespaceName: string) => ({
  hostPath: { path: "/" },
  claimRef: { name: "data", namespace: namespaceName },
});

/** PersistentVolumes that are files of a node. */
const VOLUMES: readonly Case[] = [
  volume(
    "root",
    "A volume of the node's whole file system, for anybody's claim",
    { hostPath: { path: "/" } },
    FOUND,
  ),
  volume(
    "kubelet",
    "A volume of the kubelet's folder, with a StorageClass that provisions nothing",
    { hostPath: { path: "/var/lib//kubelet/pods" }, storageClassName: "manual" },
    FOUND,
  ),
  volume("local", "A local volume of the cluster's certificates", local("/etc/kubernetes"), FOUND),
  volume("claim", "A volume of the root, kept for a claim of the shop", claimed("shop"), FOUND),
  volume("claim-system", "The same, kept for a claim of a node agent", claimed("kube-system"), []),
  volume("disk", "A local volume of a disk of its own", local("/mnt/disks/ssd1"), []),
  volume("data", "A volume of a folder that controls nothing", { hostPath: { path: "/data" } }, []),
  volume("k3s", "A volume as k3s provisions it", local("/var/lib/rancher/k3s/storage/pvc-1_shop_data"), []),
  volume("nfs", "A volume that is no node's", { nfs: { server: "nfs.example.com", path: "/" } }, []),
  volume("unknown", "A path that isn't known yet", { hostPath: { path: UNKNOWN } }, [`${HOST} web?`]),
];

/** Workloads that take something of their node's own. */
export const WORKLOAD_CASES: readonly Case[] = [
  ...VOLUMES,
  of("bpf", "Programs in the kernel", security({ capabilities: { add: ["BPF", "PERFMON"] } }), FOUND),
  of(
    "host-ipc",
    "Memory that is shared with the node's processes, if these share it too",
    { ...container({}), hostIPC: true },
    [],
  ),
  of("host-path-k3s", "The volumes that k3s provisions", hostPath("/var/lib/rancher/k3s/storage"), []),
  of("host-path-rancher", "What holds k3s's own files", hostPath("/var/lib/rancher"), FOUND),
  of("host-path-k3s-server", "k3s's certificates", hostPath("/var/lib/rancher/k3s/server/tls"), FOUND),
  ...WORKLOAD_TYPES.map((type) =>
    of(
      `host-network-${type.split(":")[1]?.toLowerCase() ?? ""}`,
      `A ${type} in the node's network`,
      { hostNetwork: true },
      FOUND,
      PSS,
      type,
    ),
  ),
  of("own-network", "Pods that take nothing of the node's", container({}), []),
  of("host-network-off", "hostNetwork written as false", { hostNetwork: false }, []),
  of(
    "host-network-text",
    "hostNetwork as a text, which the API refuses: it isn't waited for",
    { hostNetwork: "true" },
    FOUND,
    "the API server's decoding",
  ),
  of("host-pid", "Pods that see the node's processes", { hostPID: true }, FOUND),
  of("host-pid-off", "hostPID written as false", { hostPID: false }, []),
  of("host-port", "A container listens on a port of the node", port({ hostPort: 8080 }), FOUND),
  of("host-port-zero", "A hostPort of 0 is none", port({ hostPort: 0 }), []),
  of("container-port", "A container names its own port only", port({}), []),
  of(
    "host-port-text",
    "A hostPort as a text, which the API refuses",
    port({ hostPort: "8080" }),
    FOUND,
    "the API server's decoding",
  ),
  of(
    "host-port-sidecar",
    "A sidecar, written as an init container that restarts, listens on a port of the node",
    {
      ...container({}),
      initContainers: [
        {
          name: "proxy",
          image: "proxy",
          restartPolicy: "Always",
          ports: [{ containerPort: 1, hostPort: 9000 }],
        },
      ],
    },
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "net-admin",
    "A container may change networks",
    security({ capabilities: { add: ["NET_ADMIN"] } }),
    FOUND,
  ),
  of(
    "net-admin-prefixed",
    "The same capability with its prefix",
    security({ capabilities: { add: ["CAP_NET_ADMIN"] } }),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "all-capabilities",
    "A container has every capability",
    security({ capabilities: { add: ["ALL"] } }),
    FOUND,
  ),
  ...["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "CAP_DAC_READ_SEARCH"].map((name) =>
    of(
      `capability-${name.toLowerCase().replaceAll("_", "-")}`,
      `A container has ${name}, by which it gets at its node`,
      security({ capabilities: { add: [name] } }),
      FOUND,
      "an attacker with commit rights",
    ),
  ),
  ...["NET_RAW", "CHOWN", "SYS_PTRACE"].map((name) =>
    of(
      `capability-${name.toLowerCase().replaceAll("_", "-")}`,
      `A container has ${name}, which stays in its own network and files`,
      security({ capabilities: { add: [name] } }),
      [],
    ),
  ),
  of(
    "dropped-capabilities",
    "A container drops every capability",
    security({ capabilities: { drop: ["ALL"] } }),
    [],
  ),
  of(
    "net-bind",
    "A container may listen on low ports",
    security({ capabilities: { add: ["NET_BIND_SERVICE"] } }),
    [],
  ),
  of("privileged", "A privileged container", security({ privileged: true }), FOUND),
  of("unprivileged", "privileged written as false", security({ privileged: false }), []),
  of("host-users", "Pods with user namespaces of their own", { ...container({}), hostUsers: false }, []),
  of(
    "host-path-root",
    "The node's whole file system",
    hostPath("/"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-docker-socket",
    "The runtime's socket",
    hostPath("/var/run/docker.sock"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-containerd-socket",
    "Another runtime's socket, by a path with a slash too many",
    hostPath("/run//containerd/containerd.sock"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-kubelet",
    "The kubelet's folder, with every pod's tokens",
    hostPath("/var/lib/kubelet/"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-above",
    "A folder that holds it",
    hostPath("/var/lib"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-cni",
    "The plugins that connect pods",
    hostPath("/etc/cni/net.d"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-dots",
    "The root by another spelling",
    hostPath("/./"),
    FOUND,
    "an attacker with commit rights",
  ),
  of(
    "host-path-netns",
    "Other pods' network namespaces",
    hostPath("/var/run/netns"),
    FOUND,
    "an attacker with commit rights",
  ),
  ...[
    "/proc",
    "/run/dbus",
    "/var/run/systemd",
    "/root/.ssh",
    "/var/lib/etcd",
    "/run/cri-dockerd.sock",
    "/run/podman/podman.sock",
    "/etc/systemd/system",
    "/etc/cron.d",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/usr/local/bin",
  ].map((path) =>
    of(
      `host-path${path.replaceAll(/[/.]+/g, "-")}`,
      `${path} of the node, by which a pod controls it`,
      hostPath(path),
      FOUND,
      "an attacker with commit rights",
    ),
  ),
  ...["/var/lib/docker/containers", "/etc/localtime", "/usr/share/zoneinfo", "/data"].map((path) =>
    of(
      `host-path${path.replaceAll("/", "-")}`,
      `${path} of the node, which controls nothing`,
      hostPath(path),
      [],
    ),
  ),
  of("host-path-logs", "The node's logs", hostPath("/var/log"), []),
  of("host-path-certificates", "Certificates", hostPath("/etc/ssl/certs"), []),
  of("host-path-alike", "A name that only begins alike", hostPath("/var/lib/kubelet-logs"), []),
  of(
    "other-volumes",
    "Volumes that aren't the node's",
    {
      ...container({}),
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "b", configMap: { name: "c" } },
      ],
    },
    [],
  ),
  of("host-path-unknown", "A path that isn't known yet", hostPath(UNKNOWN), [`${HOST} web?`]),
];
