import { PortSet } from "../net/ports";
import type { ClassSets, EndClass } from "./classes";
import { IndexSet } from "./indexSet";
import type { RulePorts } from "./policy";
import type { PortTable } from "./terms";
import { type Term, type Terms, intersection, merged } from "./terms";
import type { Match } from "./unknown";

/** Which of two bounds: what is surely allowed, or what may be. Between them is what isn't known. */
export type Bound = "lower" | "upper";

/** One rule of a guard, its peers resolved. */
export interface GuardRule {
  readonly peers: ClassSets;
  readonly ports: RulePorts;
}

/** A policy or group in one direction: it isolates the selected, and its rules are all that passes. */
export interface Guard {
  readonly selected: ClassSets;
  readonly isolates: Match;
  readonly rules: readonly GuardRule[];
}

/** What the classes of one bound share. */
export interface Space {
  readonly classes: readonly EndClass[];
  readonly table: PortTable;
}

/** Guards that select the same certainly-isolated ends act as one. */
function mergeGuards(guards: readonly Guard[]): Guard[] {
  const bySelected = new Map<ClassSets, GuardRule[]>();
  const others: Guard[] = [];
  for (const guard of guards) {
    if (guard.isolates === "no") continue;
    if (guard.isolates === "maybe") {
      others.push(guard);
      continue;
    }
    const rules = bySelected.get(guard.selected) ?? [];
    rules.push(...guard.rules);
    bySelected.set(guard.selected, rules);
  }
  const certain = [...bySelected].map(([selected, rules]): Guard => ({ selected, isolates: "yes", rules }));
  return [...certain, ...others];
}

/**
 * One direction of one layer, seen from a bound. `sure` are guards that certainly isolate a class; `doubtful` may.
 * Lower bound: with a sure guard, the worst case is that no doubtful one applies, so the sure ones' rules decide; with
 * doubtful guards only, the worst is that just one of them applies, so all must agree. Upper bound: without a sure
 * guard the class may be open; with one, the best case is that every doubtful guard adds its rules.
 */
export class DirectionIndex {
  private readonly universe: number;
  private readonly guards: readonly Guard[];
  /** By class; most have one, and many none. */
  private readonly sure: readonly (readonly number[] | undefined)[];
  private readonly doubtful: readonly (readonly number[] | undefined)[];
  private readonly ruleTerms = new Map<number, Terms>();

  constructor(
    private readonly space: Space,
    guards: readonly Guard[],
    private readonly bound: Bound,
    private readonly side: "egress" | "ingress",
  ) {
    this.universe = space.classes.length;
    this.guards = mergeGuards(guards);
    const sure = Array<number[] | undefined>(this.universe).fill(undefined);
    const doubtful = Array<number[] | undefined>(this.universe).fill(undefined);
    const append = (lists: (number[] | undefined)[], members: IndexSet, number: number) =>
      members.forEach((member) => {
        const list = lists[member];
        if (list === undefined) lists[member] = [number];
        else list.push(number);
      });
    for (const [number, { selected, isolates }] of this.guards.entries()) {
      if (isolates === "yes") append(sure, selected.must, number);
      if (isolates === "maybe") append(doubtful, selected.may, number);
      else if (selected.may !== selected.must) append(doubtful, selected.may.subtract(selected.must), number);
    }
    this.sure = sure;
    this.doubtful = doubtful;
  }

  /** Classes that nothing guards, under this bound. */
  open(): IndexSet {
    const free = (number: number) =>
      this.sure[number] === undefined && (this.bound === "upper" || this.doubtful[number] === undefined);
    return IndexSet.of(this.universe, [...this.space.classes.keys()].filter(free));
  }

  /** What the guards of one class let through, as terms over the other end; undefined where nothing guards it. */
  terms(number: number): Terms | undefined {
    const sure = this.sure[number] ?? [];
    const doubtful = this.doubtful[number] ?? [];
    const [only] = sure;
    if (only !== undefined && sure.length === 1 && (this.bound === "lower" || doubtful.length === 0)) {
      return this.guardTerms(only, number);
    }
    const termsOf = (guard: number) => this.guardTerms(guard, number);
    if (sure.length > 0) {
      return merged(this.universe, (this.bound === "lower" ? sure : [...sure, ...doubtful]).flatMap(termsOf));
    }
    if (doubtful.length === 0 || this.bound === "upper") return undefined;
    return doubtful.map(termsOf).reduce((a, b) => intersection(this.universe, this.space.table, a, b));
  }

  /** Every class's terms, seen from the other end: what each class may do to the classes of this direction. */
  transposed(): readonly Terms[] {
    const found = Array<Term[] | undefined>(this.universe).fill(undefined);
    const byPeers = new Map<IndexSet, Term[]>();
    const add = (peers: IndexSet, terms: Terms) => {
      const list = byPeers.get(peers) ?? [];
      list.push(...terms);
      byPeers.set(peers, list);
    };
    for (const [number, guard] of this.guards.entries()) {
      const selected =
        this.bound === "upper"
          ? guard.selected.may
          : guard.isolates === "yes"
            ? guard.selected.must
            : undefined;
      if (selected === undefined) continue;
      for (const { peers, ports } of this.guards[number]?.rules ?? []) {
        add(this.peersOf(peers), this.resolve(ports, selected));
      }
    }
    for (const number of this.space.classes.keys()) {
      if (this.bound === "upper" || this.sure[number] !== undefined) continue;
      if (this.doubtful[number] === undefined) continue;
      const self = IndexSet.of(this.universe, [number]);
      for (const { ports, set } of this.terms(number) ?? []) add(set, [{ ports, set: self }]);
    }
    for (const [peers, terms] of byPeers) {
      const joined = merged(this.universe, terms);
      peers.forEach((peer) => {
        const list = found[peer];
        if (list === undefined) found[peer] = [...joined];
        else list.push(...joined);
      });
    }
    return found.map((terms) => (terms === undefined ? [] : merged(this.universe, terms)));
  }

  private peersOf(peers: ClassSets): IndexSet {
    return this.bound === "lower" ? peers.must : peers.may;
  }

  /** One guard's rules for one of its classes. Named ports are the destination's: on ingress, this class's. */
  private guardTerms(guard: number, number: number): Terms {
    const make = (destinations?: IndexSet) => {
      const rules = this.guards[guard]?.rules ?? [];
      return merged(
        this.universe,
        rules.flatMap(({ peers, ports }) => {
          const set = this.peersOf(peers);
          return destinations === undefined
            ? this.resolve(ports, set)
            : this.resolve(ports, destinations).map((term) => ({ ports: term.ports, set }));
        }),
      );
    };
    if (this.side === "ingress") return make(IndexSet.of(this.universe, [number]));
    const known = this.ruleTerms.get(guard);
    if (known !== undefined) return known;
    const made = make();
    this.ruleTerms.set(guard, made);
    return made;
  }

  /** A rule's ports at each of its destinations: named ports differ from one to the next. */
  private resolve({ numbers, named, maybe }: RulePorts, destinations: IndexSet): Terms {
    const { table, classes } = this.space;
    const plain = this.bound === "lower" ? numbers : numbers.union(maybe);
    if (named.length === 0) return [{ ports: table.number(plain), set: destinations }];
    const byPorts = new Map<number, number[]>();
    destinations.forEach((member) => {
      const one = classes[member];
      let ports = plain;
      for (const { protocol, name } of named) {
        const found = one?.namedPorts.get(`${protocol}/${name}`) ?? [];
        ports = ports.union(PortSet.of(found.map((port) => ({ protocol, from: port, to: port }))));
        if (this.bound === "upper" && one?.portsComplete === false)
          ports = ports.union(PortSet.allOf(protocol));
      }
      const number = table.number(ports);
      const list = byPorts.get(number);
      if (list === undefined) byPorts.set(number, [member]);
      else list.push(member);
    });
    return [...byPorts].map(([ports, members]) => ({ ports, set: IndexSet.of(this.universe, members) }));
  }
}
