import { compareText, type Problem } from "../../flows";
import type { ClusterAddresses } from "../addresses";
import { formatPortSpec } from "../../net";
import { mayMeanOne, type Opening, type ResolvedPeer } from "./peer";

/**
 * Whether a CNI that holds only so many pairs of protocol and port for a peer can hold an instance's openings in one
 * direction. Peers that may be the same pod, or share addresses, share their pairs.
 */
export function portPairProblem(
  subject: string,
  openings: readonly Opening[],
  limit: number,
  addresses: ClusterAddresses,
): Problem | undefined {
  // Fewer pairs altogether than one peer may have: no need to look at each.
  if (pairs(openings).size <= limit) return undefined;
  for (const { peer } of openings) {
    const sharing = openings.filter((other) => mayShare(peer, other.peer, addresses));
    const used = pairs(sharing).size;
    if (used <= limit) continue;
    const flows = [...new Set(sharing.map(({ why }) => why.flow))].sort(compareText);
    return {
      subject,
      value: `${used} pairs of protocol and port for one peer, and this CNI holds ${limit}: ${flows.join("; ")}`,
      remedy: "Merge consecutive ports into a range, or merge these flows' ports",
    };
  }
  return undefined;
}

/** Most openings share their set of ports: each set is spelled once. */
function pairs(openings: readonly Opening[]): ReadonlySet<string> {
  const sets = new Set(openings.map(({ ports }) => ports));
  return new Set([...sets].flatMap((ports) => ports.ranges().map(formatPortSpec)));
}

function mayShare(a: ResolvedPeer, b: ResolvedPeer, addresses: ClusterAddresses): boolean {
  if (a.kind === "pods" || b.kind === "pods") {
    return a.kind === "pods" && b.kind === "pods" && mayMeanOne(a, b);
  }
  const set = (peer: Exclude<ResolvedPeer, { kind: "pods" }>) =>
    peer.kind === "internet" ? addresses.internet : peer.addresses;
  return set(a).overlaps(set(b));
}
