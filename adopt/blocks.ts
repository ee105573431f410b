import {
  AddressSet,
  formatCidr,
  IPV4_MAPPED,
  LINK_LOCAL,
  LOOPBACK,
  METADATA,
  MULTICAST,
  NEVER_INTERNET,
  THIS_NETWORK,
  WIDEST_NETWORK,
  width,
  type Family,
} from "../net";

/** Addresses of a rule, as the language says them. */
export interface BlockMeaning {
  readonly internet: boolean;
  /** Canonical; empty where nothing but the internet is left. */
  readonly cidrs: readonly string[];
  /** What can't be said, in words, each with the nearest that can. */
  readonly lost: readonly { readonly message: string; readonly nearest: string }[];
}

/** What a cluster's own addresses are, as far as an import is told. */
export interface OwnAddresses {
  readonly families: readonly Family[];
  readonly own: AddressSet;
}

const EVERY: Readonly<Record<Family, AddressSet>> = { 4: AddressSet.allV4, 6: AddressSet.allV6 };

/** Addresses that no flow leads to. */
const NO_PEER = [METADATA, THIS_NETWORK, LOOPBACK, LINK_LOCAL, MULTICAST, IPV4_MAPPED];

/** The most blocks that somebody would want to read. */
const MOST_BLOCKS = 40;

const union = (sets: readonly AddressSet[]): AddressSet =>
  sets.reduce((sum, set) => sum.union(set), AddressSet.empty);

/** What `internet()` means on such a cluster: as the compiler has it. */
const internetOf = ({ families, own }: OwnAddresses): AddressSet =>
  NEVER_INTERNET.reduce(
    (left, { set }) => left.subtract(set),
    AddressSet.of(...families.map((family) => (family === 4 ? "0.0.0.0/0" : "2000::/3"))).subtract(own),
  );

/** Addresses as `internet()`, as CIDRs, or both; what neither can say is named. */
export function blockMeaning(given: AddressSet, addresses: OwnAddresses): BlockMeaning {
  const lost: { message: string; nearest: string }[] = [];
  const set = union(addresses.families.map((family) => given.intersect(EVERY[family])));
  const internet = internetOf(addresses);
  const isInternet = !internet.isEmpty() && set.covers(internet);
  const rest = isInternet ? set.subtract(internet) : set;
  const never = union(NO_PEER.map((range) => range.set));
  const plain = rest.subtract(never).subtract(addresses.own);
  if (isInternet && !rest.isEmpty()) {
    lost.push({
      message: `holds ${textOf(rest)} besides the internet`,
      nearest:
        "internet() leaves private addresses, instance metadata and other special ranges out: declare with cidr() what of them is needed",
    });
    return { internet: true, cidrs: [], lost };
  }
  if (!rest.subtract(plain).isEmpty()) {
    lost.push({
      message: `holds ${textOf(rest.subtract(plain))}, which no flow may lead to: ${rest.overlaps(addresses.own) ? "the cluster's own addresses" : "metadata, loopback, link-local or multicast"}`,
      nearest: "Name the pods that are meant; the rest is imported without these addresses",
    });
  }
  if (plain.isEmpty()) return { internet: isInternet, cidrs: [], lost };
  const cidrs = plain.toCidrs();
  const isWide =
    cidrs.some(({ family, prefix }) => prefix < WIDEST_NETWORK[family]) ||
    ([4, 6] as const).some(
      (family) =>
        plain.intersect(EVERY[family]).size() >= 1n << BigInt(width(family) - WIDEST_NETWORK[family] + 1),
    );
  if (isWide || cidrs.length > MOST_BLOCKS) {
    lost.push({
      message: isWide
        ? `holds ${textOf(plain)}: too wide to be a peer, and not the whole internet`
        : `is ${cidrs.length} blocks once its exceptions are taken out`,
      nearest: "Write internet() if the internet is meant, or the blocks that are needed with cidr()",
    });
    return { internet: isInternet, cidrs: [], lost };
  }
  return { internet: isInternet, cidrs: cidrs.map(formatCidr), lost };
}

function textOf(set: AddressSet): string {
  const texts = set.toCidrs().map(formatCidr);
  return texts.length <= 6
    ? texts.join(", ")
    : `${texts.slice(0, 5).join(", ")} and ${texts.length - 5} more blocks`;
}
