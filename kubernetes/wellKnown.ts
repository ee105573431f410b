import type { PortRange } from "../net";

/** The label that the API server sets on every namespace, to its name. Source: Kubernetes docs, "Namespaces". */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** Where an object goes that names no namespace. */
export const DEFAULT_NAMESPACE = "default";

/**
 * The namespaces that Kubernetes itself makes, by name: nothing keeps a team from making another that begins with
 * `kube-`. Source: Kubernetes docs, "Namespaces".
 */
export const SYSTEM_NAMESPACES: readonly string[] = ["kube-system", "kube-public", "kube-node-lease"];

/** Where DNS servers listen. UDP and TCP: answers that don't fit a datagram are asked for again over TCP. */
export const DNS_PORTS: readonly PortRange[] = [
  { protocol: "TCP", from: 53, to: 53 },
  { protocol: "UDP", from: 53, to: 53 },
];
