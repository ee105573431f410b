import type { Place, Problem } from "../../problems";
import { compareText } from "../../flows";
import type { ClusterAddresses } from "../addresses";
import { formatPortSpec } from "../../net";
import { mayMeanOne, type Opening, type ResolvedPeer } from "./peer";

/** What a CNI holds for a peer, and what else than openings takes some of it. */
interface PairBudget {
  /** Pairs of protocol and port, or range. */
  readonly limit: number;
  /** Whether another policy admits everybody, as while it is observed: every port is one more pair of every peer. */
  readonly observed: boolean;
}

/**
 * Whether a CNI that holds only so many pairs of protocol and port for a peer can hold an instance's openings in one
 * direction, summed over all policies of its pods. Peers that may be the same pod, or share addresses, share their pairs.
 */
export function portPairProblem(
  place: Place,
  openings: readonly Opening[],
  { limit, observed }: PairBudget,
  addresses: ClusterAddresses,
): Problem | undefined {
  const beside = observed ? 1 : 0;
  const everybody = observed ? ", one of them everybody's while it is observed" : "";
  // Fewer pairs altogether than one peer may have: no need to look at each.
  if (pairs(openings).size + beside <= limit) return undefined;
  for (const { peer } of openings) {
    const sharing = openings.filter((other) => mayShare(peer, other.peer, addresses));
    const used = pairs(sharing).size + beside;
    if (used <= limit) continue;
    const flows = [...new Set(sharing.map(({ why }) => why.flow))].sort(compareText);
    return {
      place,
      message: `${used} pairs of protocol and port for one peer${everybody}, and this CNI holds ${limit}: ${flows.join("; ")}`,
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
