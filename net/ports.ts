/** What a NetworkPolicy port may name. Source: Kubernetes API, NetworkPolicyPort.protocol. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Ports of one protocol, both ends included, 1-65535. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}
