import { type Cursor, type Field, known, mapField } from "../values";

/** Something of the node's own that a pod takes, or may take. */
export interface NodeAccess {
  readonly kind: "network" | "processes" | "port" | "administration" | "files";
  /** Where the template says so: `spec.template.spec.hostNetwork`. */
  readonly path: string;
  /** Whether it takes it. */
  readonly taken: Field<boolean>;
  /** As it is written, for people. */
  readonly text: string;
}

/** A container of any list: a sidecar is an init container, and runs as long as the pod. */
export const CONTAINERS = ["containers", "initContainers", "ephemeralContainers"] as const;

/**
 * Capabilities that change addresses, routes and packet filters, or by which a process gets at its node: other namespaces and mounts, the
 * kernel's modules and memory, any file by its handle, programs in the kernel. Source: capabilities(7).
 */
const ADMINISTERING = [
  "NET_ADMIN",
  "SYS_ADMIN",
  "SYS_MODULE",
  "SYS_RAWIO",
  "DAC_READ_SEARCH",
  "BPF",
] as const;

/** How these are written; ALL includes them. Source: Kubernetes docs, "Pod Security Standards". */
export const ADMINISTRATION: readonly string[] = [
  ...ADMINISTERING.flatMap((name) => [name, `CAP_${name}`]),
  "ALL",
];

/**
 * Files of a node by which a pod starts others, takes their identities or changes their network: sockets of container runtimes, the kubelet's
 * and the cluster's own files, the CNI's, network namespaces, the kernel's, and what the node runs by itself: services, timetables, programs.
 * Sources: Kubernetes docs, "Volumes", hostPath; the runtimes' own docs; proc(5); file-hierarchy(7). Docker keeps containers' logs beside their
 * files: only the files are listed. So are k3s's and RKE2's own folders: beside them k3s keeps the volumes that it provisions.
 */
export const NODE_FILES: readonly string[] = [
  ...[
    "docker.sock",
    "containerd",
    "crio",
    "cri-dockerd.sock",
    "dockershim.sock",
    "podman",
    "netns",
    "systemd",
    "dbus",
  ].flatMap((name) => [`/run/${name}`, `/var/run/${name}`]),
  "/run/k3s",
  "/var/lib/kubelet",
  ...["k3s", "rke2"].flatMap((name) =>
    ["agent", "data", "server"].map((folder) => `/var/lib/rancher/${name}/${folder}`),
  ),
  "/etc/kubernetes",
  "/etc/rancher",
  "/etc/cni",
  "/opt/cni",
  "/proc",
  "/root",
  "/var/lib/etcd",
  "/var/lib/containerd",
  "/var/lib/docker/overlay2",
  "/etc/systemd",
  "/etc/cron.d",
  "/var/spool/cron",
  "/usr/lib/systemd",
  ...["bin", "sbin"].flatMap((name) => [`/${name}`, `/usr/${name}`, `/usr/local/${name}`]),
];

/** What a pod's spec takes of the node, or of the right to change networks or the node. */
export function readNodeAccess(spec: Cursor): NodeAccess[] {
  const flag = (kind: NodeAccess["kind"], place: Cursor): NodeAccess => ({
    kind,
    path: place.path,
    taken: mapField(place.boolean(), (truth) => truth ?? false),
    text: "true",
  });
  return [
    flag("network", spec.at("hostNetwork")),
    flag("processes", spec.at("hostPID")),
    ...CONTAINERS.flatMap((list) => ofContainers(spec.at(list), flag)),
    ...volumesOf(spec.at("volumes")),
  ];
}

function ofContainers(
  place: Cursor,
  flag: (kind: NodeAccess["kind"], place: Cursor) => NodeAccess,
): NodeAccess[] {
  const containers = place.list();
  if (!containers.known) {
    return [{ kind: "port", path: place.path, taken: containers, text: "" }];
  }
  return (containers.value ?? []).flatMap((container) => {
    const security = container.at("securityContext");
    return [
      ...portsOf(container.at("ports")),
      ...capabilitiesOf(security.at("capabilities").at("add")),
      flag("administration", security.at("privileged")),
    ];
  });
}

function portsOf(place: Cursor): NodeAccess[] {
  const ports = place.list();
  if (!ports.known) return [{ kind: "port", path: place.path, taken: ports, text: "" }];
  return (ports.value ?? []).map((port): NodeAccess => {
    const host = port.at("hostPort");
    const number = host.integer();
    return {
      kind: "port",
      path: host.path,
      // 0 is none, as an absent one.
      taken: mapField(number, (value) => (value ?? 0) !== 0),
      text: number.known ? String(number.value) : "",
    };
  });
}

function capabilitiesOf(place: Cursor): NodeAccess[] {
  const added = place.list();
  if (!added.known) return [{ kind: "administration", path: place.path, taken: added, text: "" }];
  return (added.value ?? []).map((item): NodeAccess => {
    const name = item.text();
    const isOne = (text: string | undefined) => ADMINISTRATION.includes((text ?? "").toUpperCase());
    return {
      kind: "administration",
      path: item.path,
      taken: name.known ? known(isOne(name.value)) : name,
      text: name.known ? (name.value ?? "") : "",
    };
  });
}

function volumesOf(place: Cursor): NodeAccess[] {
  const volumes = place.list();
  if (!volumes.known) return [{ kind: "files", path: place.path, taken: volumes, text: "" }];
  return (volumes.value ?? []).map((volume) => filesAt(volume.at("hostPath").at("path")));
}

/** What of a node's files a path holds. */
export function filesAt(written: Cursor): NodeAccess {
  const path = written.text();
  return {
    kind: "files",
    path: written.path,
    taken: mapField(path, (text) => text !== undefined && holdsFiles(text)),
    text: path.known ? (path.value ?? "") : "",
  };
}

/** Whether a path is one of them, is in one or holds one. The API refuses paths with "..". */
function holdsFiles(text: string): boolean {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  const path = ["", ...parts, ""].join("/");
  return NODE_FILES.some((file) => path.startsWith(`${file}/`) || `${file}/`.startsWith(path));
}
