/**
 * An immutable set of small integers below a `universe` that all sets of one computation share. Few members are a
 * sorted list, many are a bitset: both cost at most universe/32 words, and an operation costs what the smaller needs.
 */
export class IndexSet {
  private constructor(
    readonly universe: number,
    readonly size: number,
    /** Sorted members; undefined when `words` holds them. */
    private readonly list: readonly number[] | undefined,
    private readonly words: Int32Array | undefined,
  ) {}

  static empty(universe: number): IndexSet {
    return new IndexSet(universe, 0, NONE, undefined);
  }

  static all(universe: number): IndexSet {
    const words = new Int32Array((universe + 31) >>> 5).fill(-1);
    if (universe % 32 !== 0) words[words.length - 1] = 2 ** (universe % 32) - 1;
    return IndexSet.ofWords(universe, words);
  }

  /** The members in any order, repeated or not. */
  static of(universe: number, members: readonly number[]): IndexSet {
    let sorted = true;
    for (let i = 1; i < members.length && sorted; i++) sorted = at(members, i - 1) < at(members, i);
    if (!sorted) return IndexSet.of(universe, sortedDistinct(members));
    if (members.length * 32 <= universe) {
      return new IndexSet(universe, members.length, members, undefined);
    }
    const words = new Int32Array((universe + 31) >>> 5);
    for (const member of members) words[member >>> 5] = at(words, member >>> 5) | (1 << (member & 31));
    return new IndexSet(universe, members.length, undefined, words);
  }

  private static ofWords(universe: number, words: Int32Array): IndexSet {
    let size = 0;
    for (let i = 0; i < words.length; i++) size += bits(at(words, i));
    if (size * 32 > universe) return new IndexSet(universe, size, undefined, words);
    const list: number[] = [];
    eachBit(words, (member) => list.push(member));
    return new IndexSet(universe, size, list, undefined);
  }

  has(member: number): boolean {
    if (this.words !== undefined) return (at(this.words, member >>> 5) & (1 << (member & 31))) !== 0;
    const list = this.list ?? NONE;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(list, middle) < member) low = middle + 1;
      else high = middle;
    }
    return list[low] === member;
  }

  isEmpty(): boolean {
    return this.size === 0;
  }

  forEach(visit: (member: number) => void): void {
    if (this.words !== undefined) eachBit(this.words, visit);
    else for (const member of this.list ?? NONE) visit(member);
  }

  /** Ascending. */
  toArray(): readonly number[] {
    if (this.list !== undefined) return this.list;
    const members: number[] = [];
    this.forEach((member) => members.push(member));
    return members;
  }

  equals(other: IndexSet): boolean {
    if (this === other) return true;
    if (this.size !== other.size) return false;
    // Equal sizes mean that both are lists or both are bitsets.
    const [a, b] = [this.list ?? this.words ?? NONE, other.list ?? other.words ?? NONE];
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  intersect(other: IndexSet): IndexSet {
    if (this === other) return this;
    if (this.size === this.universe) return other;
    if (other.size === other.universe) return this;
    if (this.words !== undefined && other.words !== undefined) {
      const words = new Int32Array(this.words.length);
      const [a, b] = [this.words, other.words];
      for (let i = 0; i < words.length; i++) words[i] = at(a, i) & at(b, i);
      return IndexSet.ofWords(this.universe, words);
    }
    const few = this.size <= other.size ? this : other;
    const many = few === this ? other : this;
    return IndexSet.of(
      this.universe,
      few.toArray().filter((member) => many.has(member)),
    );
  }

  union(other: IndexSet): IndexSet {
    return IndexSet.unionOf(this.universe, [this, other]);
  }

  subtract(other: IndexSet): IndexSet {
    if (this.size === 0 || other.size === 0) return this;
    if (this.words !== undefined && other.words !== undefined) {
      const words = new Int32Array(this.words.length);
      for (let i = 0; i < words.length; i++) words[i] = at(this.words, i) & ~at(other.words, i);
      return IndexSet.ofWords(this.universe, words);
    }
    return IndexSet.of(
      this.universe,
      this.toArray().filter((member) => !other.has(member)),
    );
  }

  /** The union of any number of sets, in one pass. */
  static unionOf(universe: number, sets: readonly IndexSet[]): IndexSet {
    const some: IndexSet[] = [];
    let most = 0;
    for (const set of sets) {
      if (set.size === universe) return set;
      if (set.size === 0 || set === some[some.length - 1]) continue;
      some.push(set);
      most += set.size;
    }
    const [first] = some;
    if (first === undefined) return IndexSet.empty(universe);
    if (some.length === 1) return first;
    if (most * 32 <= universe) {
      const members: number[] = [];
      for (const set of some) set.forEach((member) => members.push(member));
      return IndexSet.of(universe, members);
    }
    const words = new Int32Array((universe + 31) >>> 5);
    for (const set of some) {
      if (set.words === undefined) {
        for (const member of set.list ?? NONE)
          words[member >>> 5] = at(words, member >>> 5) | (1 << (member & 31));
      } else {
        const more = set.words;
        for (let i = 0; i < words.length; i++) words[i] = at(words, i) | at(more, i);
      }
    }
    return IndexSet.ofWords(universe, words);
  }

  /** A text that equal sets share, and only these. */
  key(): string {
    return (this.list === undefined ? "w" : "l") + (this.list ?? this.words ?? NONE).join();
  }
}

const NONE: readonly number[] = [];

function sortedDistinct(members: readonly number[]): readonly number[] {
  if (members.length > 16) return [...new Set(members)].sort((a, b) => a - b);
  // Few are put in order one by one, without a set.
  const sorted: number[] = [];
  for (let i = 0; i < members.length; i++) {
    const member = at(members, i);
    let place = sorted.length;
    while (place > 0 && at(sorted, place - 1) > member) place--;
    if (place > 0 && sorted[place - 1] === member) continue;
    for (let j = sorted.length; j > place; j--) sorted[j] = at(sorted, j - 1);
    sorted[place] = member;
  }
  return sorted;
}

/** An element that is known to be there; typed arrays have no holes. */
const at = (array: readonly number[] | Int32Array, index: number): number => array[index] ?? 0;

function bits(word: number): number {
  let count = (word - ((word >>> 1) & 0x55555555)) | 0;
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function eachBit(words: Int32Array, visit: (member: number) => void): void {
  for (let i = 0; i < words.length; i++) {
    for (let word = at(words, i); word !== 0; word &= word - 1) {
      visit(i * 32 + 31 - Math.clz32(word & -word));
    }
  }
}
