import { PortSet } from "../../net";
import { append } from "../../data";
import { IndexSet } from "./indexSet";

/** These ports, to or from these classes. `ports` is a number in a PortTable. */
export interface Term {
  readonly ports: number;
  readonly set: IndexSet;
}

/** What one class may do: the union of its terms. */
export type Terms = readonly Term[];

/** Distinct port sets, each computed with once: sets are numbers, and operations are looked up. */
export class PortTable {
  static readonly NONE = 0;
  static readonly ALL = 1;
  private readonly sets: PortSet[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly memo = new Map<string, number>();

  constructor() {
    this.number(PortSet.empty);
    this.number(PortSet.all);
  }

  number(set: PortSet): number {
    const key = set.key();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }

  get(number: number): PortSet {
    return this.sets[number] ?? PortSet.empty;
  }

  intersect(a: number, b: number): number {
    if (a === b || b === PortTable.ALL) return a;
    if (a === PortTable.ALL) return b;
    if (a === PortTable.NONE || b === PortTable.NONE) return PortTable.NONE;
    return this.memoized("&", a, b, (x, y) => x.intersect(y));
  }

  union(a: number, b: number): number {
    if (a === b || b === PortTable.NONE) return a;
    if (a === PortTable.NONE) return b;
    if (a === PortTable.ALL || b === PortTable.ALL) return PortTable.ALL;
    return this.memoized("|", a, b, (x, y) => x.union(y));
  }

  subtract(a: number, b: number): number {
    if (a === b || b === PortTable.ALL || a === PortTable.NONE) return PortTable.NONE;
    if (b === PortTable.NONE) return a;
    return this.memoized("-", a, b, (x, y) => x.subtract(y));
  }

  private memoized(
    operator: string,
    a: number,
    b: number,
    make: (a: PortSet, b: PortSet) => PortSet,
  ): number {
    const key = `${a}${operator}${b}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const made = this.number(make(this.get(a), this.get(b)));
    this.memo.set(key, made);
    return made;
  }
}

/** Terms with the same ports made one. */
export function merged(universe: number, terms: readonly Term[]): Terms {
  const [first] = terms;
  if (terms.length < 2) return first === undefined || !isSome(first) ? [] : terms;
  if (terms.length === 2) {
    // Most rows have one or two terms: no map for these.
    const [a, b] = [terms[0], terms[1]];
    if (a !== undefined && b !== undefined && a.ports !== b.ports && isSome(a) && isSome(b)) return terms;
  }
  if (terms.length > FEW) return mergedMany(universe, terms);
  const distinct: Term[] = [];
  for (const term of terms) {
    if (!isSome(term)) continue;
    let at = 0;
    while (at < distinct.length && distinct[at]?.ports !== term.ports) at++;
    const earlier = distinct[at];
    if (earlier === undefined) distinct.push(term);
    else distinct[at] = { ports: term.ports, set: earlier.set.union(term.set) };
  }
  return distinct;
}

/** Up to this many terms are compared with each other, which takes less than a map. */
const FEW = 6;

function mergedMany(universe: number, terms: readonly Term[]): Terms {
  const byPorts = new Map<number, IndexSet[]>();
  for (const term of terms) if (isSome(term)) append(byPorts, term.ports, term.set);
  const distinct: Term[] = [];
  byPorts.forEach((sets, ports) => distinct.push({ ports, set: IndexSet.unionOf(universe, sets) }));
  return distinct;
}

const isSome = ({ ports, set }: Term): boolean => ports !== PortTable.NONE && !set.isEmpty();

/** What both sides let through: every pair of terms, their common ports to their common classes. */
export function intersection(universe: number, table: PortTable, a: Terms, b: Terms): Terms {
  const [one, other] = [a[0], b[0]];
  if (a.length === 1 && one?.ports === PortTable.ALL && one.set.size === universe) return b;
  if (b.length === 1 && other?.ports === PortTable.ALL && other.set.size === universe) return a;
  const found: Term[] = [];
  for (const x of a) {
    for (const y of b) {
      const ports = table.intersect(x.ports, y.ports);
      if (ports !== PortTable.NONE) found.push({ ports, set: x.set.intersect(y.set) });
    }
  }
  return merged(universe, found);
}

/** The same relation with each class in one term only: the one that holds all its ports. Ordered by ports. */
export function disjoint(universe: number, table: PortTable, terms: Terms): Terms {
  if (terms.length < 2) return merged(universe, terms);
  const distinct = merged(universe, terms);
  const [a, b] = [distinct[0], distinct[1]];
  if (a === undefined || b === undefined) return distinct;
  if (distinct.length === 2 && a.set.intersect(b.set).isEmpty()) return a.ports < b.ports ? distinct : [b, a];
  let result: Term[] = [];
  for (const { ports, set } of distinct) {
    let rest = set;
    const next: Term[] = [];
    for (const term of result) {
      const common = term.set.intersect(rest);
      if (common.isEmpty()) {
        next.push(term);
        continue;
      }
      next.push({ ports: table.union(term.ports, ports), set: common });
      if (common.size < term.set.size) next.push({ ports: term.ports, set: term.set.subtract(common) });
      rest = rest.subtract(common);
    }
    if (!rest.isEmpty()) next.push({ ports, set: rest });
    result = next;
  }
  return [...merged(universe, result)].sort((a, b) => a.ports - b.ports);
}

/** The terms of `a` without what `b` holds. Both are disjoint. */
export function difference(universe: number, table: PortTable, a: Terms, b: Terms): Terms {
  const found: Term[] = [];
  for (const { ports, set } of a) {
    let rest = set;
    for (const other of b) {
      const common = rest.intersect(other.set);
      if (common.isEmpty()) continue;
      found.push({ ports: table.subtract(ports, other.ports), set: common });
      rest = rest.subtract(common);
    }
    found.push({ ports, set: rest });
  }
  return [...merged(universe, found)].sort((a, b) => a.ports - b.ports);
}
