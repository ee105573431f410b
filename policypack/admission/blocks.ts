// Tests: test/policypack/admission.test.ts
import { AddressSet, formatCidr, GLOBAL_UNICAST_V6, parseCidr, WIDEST_NETWORK } from "../../net";
import { FEW_NETWORKS, MOST_V6, NEVER_PUBLIC, PUBLIC_PARTS } from "../judgment";
import { all, any, holds, isEmptyAt, map, text } from "./cel";
import type { Variable } from "./rule";

/** Whole numbers in CEL have 64 bits: addresses of IPv6 are counted by networks of this length. */
const COUNTED_V6 = 64;

/** How many addresses of each block that is never the internet; of IPv6, how many /64s. */
const sizesOf = (set: AddressSet, bits: number): [string, number][] =>
  set.toCidrs().map((cidr) => [formatCidr(cidr), 2 ** Math.max(0, bits - cidr.prefix)]);

const NEVER_V4 = sizesOf(NEVER_PUBLIC.intersect(AddressSet.allV4), 32);
const NEVER_V6 = sizesOf(NEVER_PUBLIC.intersect(AddressSet.of(GLOBAL_UNICAST_V6)), COUNTED_V6);
const PUBLIC_SIZE_V4 = 2 ** 32 - NEVER_V4.reduce((sum, [, size]) => sum + size, 0);

/** Sizes by prefix length, which CEL has no power for. */
const powers = (bits: number): string =>
  `[${Array.from({ length: bits + 1 }, (_, prefix) => (prefix < 2 && bits === COUNTED_V6 ? "0" : String(2n ** BigInt(bits - prefix)))).join(", ")}]`;

/** What the sizes of blocks are computed from. */
export const BLOCK_VARIABLES: readonly Variable[] = [
  { name: "neverV4", expression: map(NEVER_V4) },
  { name: "neverV6", expression: map(NEVER_V6) },
  { name: "sizesV4", expression: powers(32) },
  { name: "sizesV6", expression: powers(COUNTED_V6) },
];

/** How many public addresses a block of IPv4 holds; none of a block of IPv6. */
const publicV4 = (block: string): string =>
  `(cidr(${block}).ip().family() != 4 || variables.neverV4.exists(n, ${holds("n", block)}) ? 0 : ` +
  `variables.sizesV4[cidr(${block}).prefixLength()] - variables.neverV4.map(n, ${holds(block, "n")} ? variables.neverV4[n] : 0).sum())`;

/** How many public /64s a block of IPv6 holds, a part of one counted whole; of a block around all public ones, as many as there are. */
const publicV6 = (block: string): string =>
  `(cidr(${block}).ip().family() != 6 || variables.neverV6.exists(n, ${holds("n", block)}) ? 0 : ` +
  `${holds(block, text(GLOBAL_UNICAST_V6))} ? ${2n ** BigInt(COUNTED_V6 - 3)} : !${holds(text(GLOBAL_UNICAST_V6), block)} ? 0 : ` +
  `cidr(${block}).prefixLength() > ${COUNTED_V6} ? 1 : ` +
  `variables.sizesV6[cidr(${block}).prefixLength()] - variables.neverV6.map(n, ${holds(block, "n")} ? variables.neverV6[n] : 0).sum())`;

/**
 * What of an ipBlock is left, counted by `count`. Of its exceptions only those count that no other holds: one that is written twice takes out
 * nothing, so that the count is never too low.
 */
const left = (block: string, count: (cidr: string) => string): string =>
  `(${count(`${block}.cidr`)} - (has(${block}.except) ? ${block}.except.filter(e, ${block}.except.filter(o, ${holds("o", "e")}).size() == 1).map(e, ${count("e")}).sum() : 0))`;

const blocksOf = (peers: string): string => `${peers}.filter(b, has(b.ipBlock))`;

const PREFIX = "cidr(b.ipBlock.cidr).prefixLength()";
const isV4 = "cidr(b.ipBlock.cidr).ip().family() == 4";

/**
 * Whether the blocks among a rule's peers mean the internet, by the same limits as network-policy-no-everyone-ingress: one wider than anybody's, four
 * /8s' worth of wide ones, two that are one wide one together, or the share of all public addresses that nobody has. Blocks that overlap are counted
 * twice, and what is left of a wide one counts whole, so that it is never too narrow.
 */
export function meansInternet(peers: string): string {
  const blocks = blocksOf(peers);
  const [v4, v6] = [left("b.ipBlock", publicV4), left("b.ipBlock", publicV6)];
  const whole = `${blocks}.filter(b, ${isV4} && ${PREFIX} == ${WIDEST_NETWORK[4]} && ${isEmptyAt("b.ipBlock.except")})`;
  const wider = `cidr(b.ipBlock.cidr.split("/")[0] + "/${WIDEST_NETWORK[4] - 1}")`;
  return any([
    `${blocks}.exists(b, ${isV4} && ${PREFIX} < ${WIDEST_NETWORK[4]} && ${v4} >= ${2 ** (32 - WIDEST_NETWORK[4] + 1)})`,
    `${blocks}.filter(b, ${isV4} && ${PREFIX} <= ${WIDEST_NETWORK[4] + 1}).map(b, ${v4}).sum() >= ${FEW_NETWORKS * 2 ** (32 - WIDEST_NETWORK[4])}`,
    `${whole}.exists(b, ${whole.replaceAll("b.", "c.").replaceAll("(b,", "(c,")}.exists(c, c.ipBlock.cidr != b.ipBlock.cidr && ${wider}.containsCIDR(c.ipBlock.cidr)))`,
    `${blocks}.map(b, ${v4}).sum() >= ${Math.ceil(PUBLIC_SIZE_V4 / PUBLIC_PARTS)}`,
    `${blocks}.map(b, ${v6}).sum() >= ${MOST_V6 >> BigInt(128 - COUNTED_V6)}`,
  ]);
}

/** Whether a block among a rule's peers that holds public addresses also reaches into one of some ranges, or all blocks hold a whole one. */
export const reachesInside = (peers: string, ranges: readonly string[]): string =>
  any([
    `${blocksOf(peers)}.filter(b, ${left("b.ipBlock", publicV4)} > 0 || ${left("b.ipBlock", publicV6)} > 0)` +
      `.exists(b, ${any(ranges.map((range) => `${left("b.ipBlock", within(range).count)} > 0`))})`,
    holdsWhole(peers, ranges),
  ]);

/** Whether the blocks among a rule's peers hold one of some ranges whole, alone or together. */
export const holdsWhole = (peers: string, ranges: readonly string[]): string =>
  any(
    ranges.map((range) => {
      const { count, size } = within(range);
      return `${blocksOf(peers)}.map(b, ${left("b.ipBlock", count)}).sum() >= ${size}`;
    }),
  );

/** How much of a block lies in a range, and how much the whole range is: in addresses, or in /64s; of a smaller range, once or not at all. */
function within(range: string): { readonly count: (block: string) => string; readonly size: bigint } {
  const { family, prefix } = parseCidr(range);
  const bits = family === 4 ? 32 : COUNTED_V6;
  const size = 2n ** BigInt(Math.max(0, bits - prefix));
  const part =
    prefix > bits
      ? "0"
      : family === 4
        ? "variables.sizesV4[PREFIX]"
        : `(PREFIX > ${COUNTED_V6} ? 1 : variables.sizesV6[PREFIX])`;
  return {
    size,
    count: (block) =>
      `(${holds(block, text(range))} ? ${size} : ${holds(text(range), block)} ? ${part.replaceAll("PREFIX", `cidr(${block}).prefixLength()`)} : 0)`,
  };
}

/** Whether an ipBlock and a range have an address in common, unless one exception takes all of the range. */
export const overlaps = (block: string, range: string): string =>
  all([
    any([holds(`${block}.cidr`, text(range)), holds(text(range), `${block}.cidr`)]),
    `!has(${block}.except) || !${block}.except.exists(e, ${holds("e", text(range))})`,
  ]);

/** Whether an ipBlock lies within one of some ranges. */
export const isWithin = (block: string, ranges: readonly string[]): string =>
  any(ranges.map((range) => holds(text(range), `${block}.cidr`)));
