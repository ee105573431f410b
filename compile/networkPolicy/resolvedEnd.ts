import type { AddressSet, PortSet } from "../../net";
import { ofFamilies } from "../addresses";
import type { CompileContext } from "./context";
import type { ResolvedPeer } from "./peer";

/** A peer with the ports on which a flow needs it: not always the flow's own (the API server listens on 6443). */
export interface PeerOnPorts {
  readonly peer: ResolvedPeer;
  readonly ports: PortSet;
}

/** Why an end can't be a peer here. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/**
 * What an end is on this cluster. `left-out`: the cluster doesn't have it and the flow is optional; `because` says so.
 */
export type ResolvedEnd =
  | { readonly kind: "peers"; readonly peers: readonly PeerOnPorts[] }
  | { readonly kind: "left-out"; readonly because: string }
  | ({ readonly kind: "refused" } & Refusal);

export const peers = (...list: readonly PeerOnPorts[]): ResolvedEnd => ({ kind: "peers", peers: list });
export const refused = (message: string, remedy: string): ResolvedEnd => ({
  kind: "refused",
  message,
  remedy,
});

/** Addresses outside the cluster, of the families that its pods have. */
export function outside(set: AddressSet, ports: PortSet, context: CompileContext, what: string): ResolvedEnd {
  const kept = ofFamilies(set, context.addresses.families);
  if (!set.isEmpty() && kept.isEmpty()) {
    const has = context.addresses.families.map((family) => `IPv${family}`).join(" and ");
    return refused(
      `${what} has no address that a pod of cluster ${context.cluster.name} can reach: its pods have only ${has}`,
      `Give addresses of ${has}`,
    );
  }
  return peers({ peer: { kind: "addresses", addresses: kept }, ports });
}
