// Tests: test/policypack/invariants/networkPolicyNoEveryoneEgress.test.ts
import {
  AddressSet,
  formatCidr,
  GLOBAL_UNICAST_V6,
  NEVER_INTERNET,
  PRIVATE,
  SHARED,
  WIDEST_NETWORK,
} from "../../net";

/** The addresses where no public host is. */
export const NEVER_PUBLIC = NEVER_INTERNET.reduce((set, range) => set.union(range.set), AddressSet.empty);

/** The addresses where public hosts can be: of IPv6, all that is allocated to anybody. */
const PUBLIC_V4 = AddressSet.allV4.subtract(NEVER_PUBLIC);
const PUBLIC_V6 = AddressSet.of(GLOBAL_UNICAST_V6).subtract(NEVER_PUBLIC);
const PUBLIC = PUBLIC_V4.union(PUBLIC_V6);

/**
 * Half of a /16. Most of 2000::/3 was never handed out, so a share of it says nothing: a registry's whole block is a
 * /12, its older ones lie within 2001::/16, and the largest networks of one owner are /19 to /20. Source: IANA, IPv6
 * Global Unicast Address Assignments.
 */
export const MOST_V6 = 1n << BigInt(128 - WIDEST_NETWORK[6] - 1);

/** As many /8s as no list of one owner holds. */
export const FEW_NETWORKS = 4;

/** One of so many parts of all public IPv4 addresses is more than any list of one owner holds. */
export const PUBLIC_PARTS = 20;

/**
 * Whether a set is so wide that it means "the internet" rather than somebody's network. In IPv4: a block wider than
 * a /8, four /8s' worth of blocks of a /9 or wider, or a twentieth of all public addresses; the largest published lists, a cloud's
 * addresses, are in smaller blocks and stay below that. In
 * IPv6: as many public addresses as half of a /16. By what a set holds, because leaving out one address, or splitting
 * a block, doesn't make a rule narrow.
 */
export function isInternet(set: AddressSet): boolean {
  if (set.isEmpty()) return false;
  const v4 = set.intersect(PUBLIC_V4);
  return (
    v4.size() * BigInt(PUBLIC_PARTS) >= PUBLIC_V4.size() ||
    isManyNetworks(v4) ||
    set.intersect(PUBLIC_V6).size() >= MOST_V6
  );
}

/** A block that no owner has, or wide blocks that no owner has all of. */
function isManyNetworks(v4: AddressSet): boolean {
  const blocks = v4.toCidrs();
  if (blocks.some(({ prefix }) => prefix < WIDEST_NETWORK[4])) return true;
  const halves = blocks.reduce((sum, { prefix }) => sum + (prefix === 8 ? 2 : prefix === 9 ? 1 : 0), 0);
  return halves >= 2 * FEW_NETWORKS;
}

/** Whether a set holds any public address. */
export const isPublic = (set: AddressSet): boolean => set.overlaps(PUBLIC);

/** The ranges where private hosts, pods and nodes are: RFC 1918, unique local, shared, and what config adds. */
export function insideRanges(clusterRanges: readonly string[]): string[] {
  return [...PRIVATE.cidrs, ...SHARED.cidrs, ...clusterRanges];
}

/**
 * The ranges of which a rule must not hold one whole: the cluster's, or, where nobody has told them, every range in
 * which a cluster may be.
 */
export function wholeRanges(clusterRanges: readonly string[]): readonly string[] {
  return clusterRanges.length > 0 ? clusterRanges : ANY_CLUSTER;
}

/** Of fc00::/7 only fd00::/8 is in use. Sources: RFC 1918, RFC 6598, RFC 4193. */
const ANY_CLUSTER = [...PRIVATE.cidrs.filter((cidr) => cidr !== "fc00::/7"), "fd00::/8", ...SHARED.cidrs];

/** The ranges of `inside` that a set overlaps, as text. */
export function rangesOverlapping(set: AddressSet, inside: readonly string[]): string[] {
  return inside.filter((range) => set.overlaps(rangeOf(range)));
}

/** The ranges of `inside` that a set contains whole, as text. */
export function rangesContained(set: AddressSet, inside: readonly string[]): string[] {
  return inside.filter((range) => set.covers(rangeOf(range)));
}

/** The few ranges that every rule is compared with, each read once. */
const ranges = new Map<string, AddressSet>();

function rangeOf(text: string): AddressSet {
  const range = ranges.get(text) ?? AddressSet.of(text);
  ranges.set(text, range);
  return range;
}

/** How to write the internet as one peer, for each family. */
export function internetPeer(clusterRanges: readonly string[]): string {
  const inside = AddressSet.of(...insideRanges(clusterRanges), "169.254.0.0/16");
  const except = inside
    .intersect(AddressSet.allV4)
    .toCidrs()
    .map((cidr) => `"${formatCidr(cidr)}"`);
  return `{ ipBlock: { cidr: "0.0.0.0/0", except: [${except.join(", ")}] } }`;
}
