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

/** Capabilities that change addresses, routes and packet filters. Source: capabilities(7); Kubernetes docs, "Pod Security Standards". */
export const ADMINISTRATION: readonly string[] = ["NET_ADMIN", "CAP_NET_ADMIN", "ALL"];

/**
 * Files of a node by which a pod starts others, takes their identities or changes their network: sockets of container runtimes, the kubelet's
 * and the cluster's own files, the CNI's, network namespaces. Sources: Kubernetes docs, "Volumes", hostPath; the runtimes' own docs.
 */
export const NODE_FILES: readonly string[] = [
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/containerd",
  "/var/run/containerd",
  "/run/crio",
  "/var/run/crio",
  "/run/k3s",
  "/var/lib/kubelet",
  "/var/lib/rancher",
  "/etc/kubernetes",
  "/etc/rancher",
  "/etc/cni",
  "/opt/cni",
  "/run/netns",
  "/var/run/netns",
];

/** What a pod's spec takes of the node, or of the right to change networks. */
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
  return (volumes.value ?? []).map((volume): NodeAccess => {
    const written = volume.at("hostPath").at("path");
    const path = written.text();
    return {
      kind: "files",
      path: written.path,
      taken: mapField(path, (text) => text !== undefined && holdsFiles(text)),
      text: path.known ? (path.value ?? "") : "",
    };
  });
}

/** Whether a path is one of them, is in one or holds one. The API refuses paths with "..". */
function holdsFiles(text: string): boolean {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  const path = ["", ...parts, ""].join("/");
  return NODE_FILES.some((file) => path.startsWith(`${file}/`) || `${file}/`.startsWith(path));
}
