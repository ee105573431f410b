import { AddressSet } from "../../net/addressSet";
import { formatCidr } from "../../net/cidr";
import { NEVER_INTERNET, PRIVATE, SHARED } from "../../net/specialRanges";

const never = NEVER_INTERNET.reduce((set, range) => set.union(range.set), AddressSet.empty);

/** The addresses where public hosts can be: 2000::/3 is all of IPv6 that is allocated to anybody. */
const PUBLIC = [AddressSet.allV4.subtract(never), AddressSet.of("2000::/3").subtract(never)];

/**
 * Whether a set is so wide that it means "the internet" rather than somebody's network: a quarter or more of the
 * public addresses of IPv4, or of IPv6. A share, because leaving out one address doesn't make a rule narrow; a
 * quarter, because each half of a world that was split in two must count, and the largest published lists (a cloud's
 * addresses) stay below a tenth.
 */
export function isInternet(set: AddressSet): boolean {
  return PUBLIC.some((range) => set.intersect(range).size() * 4n >= range.size());
}

/** Whether a set holds any public address. */
export const isPublic = (set: AddressSet): boolean => PUBLIC.some((range) => set.overlaps(range));

/** The ranges where private hosts, pods and nodes are: RFC 1918, unique local, shared, and what config adds. */
export function insideRanges(clusterRanges: readonly string[]): string[] {
  return [...PRIVATE.cidrs, ...SHARED.cidrs, ...clusterRanges];
}

/** The ranges of `inside` that a set touches, as text. */
export function touched(set: AddressSet, inside: readonly string[]): string[] {
  return inside.filter((range) => set.overlaps(AddressSet.of(range)));
}

/** The ranges of `inside` that a set holds whole, as text. */
export function held(set: AddressSet, inside: readonly string[]): string[] {
  return inside.filter((range) => set.covers(AddressSet.of(range)));
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
