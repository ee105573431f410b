import {
  type Boundaries,
  combine,
  fromPairs,
  has,
  intersect,
  same,
  subtract,
  toPairs,
  union,
} from "./boundaries";
import { type Address, type Cidr, type Family, formatCidr, parseAddress, parseCidr, width } from "./cidr";

/**
 * An immutable set of IPv4 and IPv6 addresses. Exact: every operation is interval arithmetic, and two sets with the
 * same addresses are `equals`, however they were made.
 */
export class AddressSet {
  private constructor(
    private readonly v4: Boundaries<bigint>,
    private readonly v6: Boundaries<bigint>,
  ) {}

  static readonly empty = new AddressSet([], []);
  static readonly allV4 = new AddressSet([0n, 1n << 32n], []);
  static readonly allV6 = new AddressSet([], [0n, 1n << 128n]);
  static readonly all = new AddressSet([0n, 1n << 32n], [0n, 1n << 128n]);

  /**
   * The union of some blocks, given as values or as canonical text. No blocks make the empty set.
   * @throws CidrError on a text that isn't a canonical CIDR.
   */
  static of(...blocks: readonly (Cidr | string)[]): AddressSet {
    const cidrs = blocks.map((block) => (typeof block === "string" ? parseCidr(block) : block));
    const pairs = (family: Family) =>
      fromPairs(
        cidrs
          .filter((cidr) => cidr.family === family)
          .map(({ first, last }): readonly [bigint, bigint] => [first, last + 1n]),
      );
    return new AddressSet(pairs(4), pairs(6));
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(union(this.v4, other.v4), union(this.v6, other.v6));
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersect(this.v4, other.v4), intersect(this.v6, other.v6));
  }

  subtract(other: AddressSet): AddressSet {
    return new AddressSet(subtract(this.v4, other.v4), subtract(this.v6, other.v6));
  }

  equals(other: AddressSet): boolean {
    return same(this.v4, other.v4) && same(this.v6, other.v6);
  }

  isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0;
  }

  /** Whether every address of `other` is in this set. */
  covers(other: AddressSet): boolean {
    return other.subtract(this).isEmpty();
  }

  /** Whether some address is in both sets. */
  overlaps(other: AddressSet): boolean {
    return !this.intersect(other).isEmpty();
  }

  /**
   * Whether one address is in the set.
   * @throws RangeError on a text that isn't an address.
   */
  containsAddress(address: Address | string): boolean {
    if (typeof address === "string") {
      const parsed = parseAddress(address);
      if (parsed === undefined) throw new RangeError(`"${address}" isn't an IP address`);
      return this.containsAddress(parsed);
    }
    return has(address.family === 4 ? this.v4 : this.v6, address.value);
  }

  /** The families of its addresses, ascending. */
  families(): readonly Family[] {
    return ([4, 6] as const).filter((family) => (family === 4 ? this.v4 : this.v6).length > 0);
  }

  /** Its addresses of one family. */
  ofFamily(family: Family): AddressSet {
    return family === 4 ? new AddressSet(this.v4, []) : new AddressSet([], this.v6);
  }

  /** How many addresses the set holds. */
  size(): bigint {
    const count = (set: Boundaries<bigint>) =>
      toPairs(set).reduce((sum, [start, end]) => sum + end - start, 0n);
    return count(this.v4) + count(this.v6);
  }

  /** The fewest blocks that make the set, ascending, IPv4 before IPv6. */
  toCidrs(): Cidr[] {
    return [...blocksOf(4, this.v4), ...blocksOf(6, this.v6)];
  }

  /** The maximal runs of addresses, ascending, IPv4 before IPv6; both ends included. */
  toRanges(): { family: Family; first: bigint; last: bigint }[] {
    const ranges = (family: Family, set: Boundaries<bigint>) =>
      toPairs(set).map(([start, end]) => ({ family, first: start, last: end - 1n }));
    return [...ranges(4, this.v4), ...ranges(6, this.v6)];
  }

  /** The canonical blocks, joined by commas. */
  toString(): string {
    return this.toCidrs().map(formatCidr).join(", ");
  }

  /**
   * Splits all addresses into the coarsest disjoint parts that tell `sets` apart, none empty. Each part lists the
   * indexes of the sets that hold it, ascending; the parts cover every address, in the order of their first one.
   * One sweep over the sets' boundaries: the cost grows with these and with how many sets overlap at each.
   */
  static partition(sets: readonly AddressSet[]): { part: AddressSet; members: readonly number[] }[] {
    const found = new Map<string, { members: readonly number[]; v4: bigint[]; v6: bigint[] }>();
    for (const family of ["v4", "v6"] as const) {
      const flips = sets.flatMap((set, index) => set[family].map((point) => ({ point, index })));
      flips.sort((a, b) => (a.point < b.point ? -1 : a.point > b.point ? 1 : 0));
      const [, end = 0n] = AddressSet.all[family];
      const active = new Set<number>();
      let start = 0n;
      const close = (until: bigint) => {
        if (until === start) return;
        const members = [...active].sort((a, b) => a - b);
        const key = members.join();
        const part = found.get(key) ?? { members, v4: [], v6: [] };
        found.set(key, part);
        if (part[family].at(-1) === start) part[family].pop();
        else part[family].push(start);
        part[family].push(until);
        start = until;
      };
      for (const { point, index } of flips) {
        close(point);
        if (!active.delete(index)) active.add(index);
      }
      close(end);
    }
    return [...found.values()].map(({ members, v4, v6 }) => ({ part: new AddressSet(v4, v6), members }));
  }

  /** The addresses that exactly one of the two sets holds. */
  difference(other: AddressSet): AddressSet {
    const differ = (inA: boolean, inB: boolean) => inA !== inB;
    return new AddressSet(combine(this.v4, other.v4, differ), combine(this.v6, other.v6, differ));
  }
}

/** The fewest blocks that make one family's intervals: at each start, the largest aligned block that still fits. */
function* blocksOf(family: Family, set: Boundaries<bigint>): Generator<Cidr> {
  const bits = width(family);
  for (const [start, end] of toPairs(set)) {
    let at = start;
    while (at < end) {
      let free = 0;
      let size = 1n;
      for (; free < bits && (at & size) === 0n && at + (size << 1n) <= end; free++) size <<= 1n;
      const block = { family, first: at, last: at + size - 1n, prefix: bits - free };
      yield block;
      at = block.last + 1n;
    }
  }
}
