import type { ClassSets } from "./classes";
import { append } from "../../data";
import { IndexSet } from "./indexSet";
import type { RulePorts } from "../read";
import { PortResolver } from "./portResolver";
import type { Space } from "./space";
import { intersection, merged, type Term, type Terms } from "./terms";
import type { Bound, Match } from "../../kubernetes";

/** One rule of a guard, its peers resolved. */
export interface GuardRule {
  readonly peers: ClassSets;
  readonly ports: RulePorts;
}

/** A policy or group in one direction: it isolates the selected, and its rules are all that passes. */
export interface Guard {
  readonly selected: ClassSets;
  readonly isolates: Match;
  /** Whether its rules count where others isolate, though it doesn't itself. */
  readonly joins?: true;
  readonly rules: readonly GuardRule[];
}

/** Guards that select the same certainly-isolated ends act as one. */
function mergeGuards(guards: readonly Guard[]): Guard[] {
  const bySelected = new Map<ClassSets, GuardRule[]>();
  const others: Guard[] = [];
  for (const guard of guards) {
    if (guard.isolates === "no" && guard.joins !== true) continue;
    if (guard.isolates !== "yes") {
      others.push(guard);
      continue;
    }
    const rules = bySelected.get(guard.selected);
    if (rules === undefined) bySelected.set(guard.selected, [...guard.rules]);
    else for (const rule of guard.rules) rules.push(rule);
  }
  const merged: Guard[] = [];
  bySelected.forEach((rules, selected) => merged.push({ selected, isolates: "yes", rules }));
  for (const guard of others) merged.push(guard);
  return merged;
}

const NOTHING: Terms = [];

/** Notes a guard at each of its members. */
function mark(lists: (number[] | undefined)[], members: IndexSet, guard: number): void {
  members.forEach((member) => {
    const list = lists[member];
    if (list === undefined) lists[member] = [guard];
    else list.push(guard);
  });
}

/**
 * One direction of one layer, seen from a bound. `isolating` guards certainly isolate a class; `perhapsIsolating` ones may.
 * Lower bound: with a certain one, the worst case is that no other applies, so the certain ones' rules decide; with
 * others only, the worst is that just one of them applies, so all must agree. Upper bound: without a certain guard the
 * class may be open; with one, the best case is that every other guard adds its rules.
 */
export class DirectionIndex {
  private readonly universe: number;
  private readonly guards: readonly Guard[];
  /** By class; most have one, and many none. */
  private readonly isolating: readonly (readonly number[] | undefined)[];
  private readonly perhapsIsolating: readonly (readonly number[] | undefined)[];
  /** Those that only join: of these, the ones that surely select at the least, and all at the most. */
  private readonly joining: readonly (readonly number[] | undefined)[];
  private readonly ruleTerms: (Terms | undefined)[] = [];
  private readonly resolver: PortResolver;

  constructor(
    private readonly space: Space,
    guards: readonly Guard[],
    private readonly bound: Bound,
    private readonly side: "egress" | "ingress",
  ) {
    this.universe = space.classes.length;
    this.resolver = new PortResolver(space, bound);
    this.guards = mergeGuards(guards);
    const isolating = Array<number[] | undefined>(this.universe).fill(undefined);
    const perhapsIsolating = Array<number[] | undefined>(this.universe).fill(undefined);
    const joining = Array<number[] | undefined>(this.universe).fill(undefined);
    this.guards.forEach(({ selected, isolates }, number) => {
      if (isolates === "no") {
        mark(joining, bound === "lower" ? selected.lower : selected.upper, number);
        return;
      }
      if (isolates === "yes") mark(isolating, selected.lower, number);
      if (isolates === "maybe") mark(perhapsIsolating, selected.upper, number);
      else if (selected.upper !== selected.lower)
        mark(perhapsIsolating, selected.upper.subtract(selected.lower), number);
    });
    this.isolating = isolating;
    this.perhapsIsolating = perhapsIsolating;
    this.joining = joining;
  }

  /** Classes that nothing guards, under this bound. */
  open(): IndexSet {
    const free: number[] = [];
    for (let number = 0; number < this.universe; number++) {
      if (this.isolating[number] !== undefined) continue;
      if (this.bound === "upper" || this.perhapsIsolating[number] === undefined) free.push(number);
    }
    return IndexSet.of(this.universe, free);
  }

  /** What the guards of one class let through, as terms over the other end; undefined where nothing guards it. */
  terms(number: number): Terms | undefined {
    const isolating = this.isolating[number] ?? [];
    const perhapsIsolating = this.perhapsIsolating[number] ?? [];
    const joining = this.joining[number] ?? [];
    const [only] = isolating;
    if (
      only !== undefined &&
      isolating.length === 1 &&
      joining.length === 0 &&
      (this.bound === "lower" || perhapsIsolating.length === 0)
    ) {
      return this.guardTerms(only, number);
    }
    const termsOf = (guard: number) => this.guardTerms(guard, number);
    if (isolating.length > 0) {
      return merged(
        this.universe,
        [...isolating, ...(this.bound === "lower" ? [] : perhapsIsolating), ...joining].flatMap(termsOf),
      );
    }
    if (perhapsIsolating.length === 0 || this.bound === "upper") return undefined;
    const agreed = perhapsIsolating
      .map(termsOf)
      .reduce((a, b) => intersection(this.universe, this.space.table, a, b));
    return joining.length === 0 ? agreed : merged(this.universe, [...agreed, ...joining.flatMap(termsOf)]);
  }

  /** What the guards of one class let through, and whether it's sure that some guards it; undefined where none does. */
  guarded(number: number): { readonly terms: Terms; readonly surely: boolean } | undefined {
    const perhapsIsolating = this.perhapsIsolating[number] ?? [];
    const surely = this.isolating[number] !== undefined;
    if (!surely && perhapsIsolating.length === 0) return undefined;
    const terms =
      this.terms(number) ??
      merged(
        this.universe,
        [...perhapsIsolating, ...(this.joining[number] ?? [])].flatMap((guard) =>
          this.guardTerms(guard, number),
        ),
      );
    return { terms, surely };
  }

  /**
   * Every class's terms, seen from the other end: what each class may do to the classes of this direction, which is ingress:
   * named ports are resolved as those of the guarded classes.
   */
  transposed(): readonly Terms[] {
    const byPeers = new Map<IndexSet, Term[]>();
    for (const { selected, isolates, rules } of this.guards) {
      if (this.bound === "lower" && isolates === "maybe") continue;
      const own = this.bound === "upper" ? selected.upper : selected.lower;
      for (const { peers, ports } of rules) this.resolveInto(byPeers, this.peersOf(peers), ports, own);
    }
    for (let number = 0; number < this.universe && this.bound === "lower"; number++) {
      if (this.isolating[number] !== undefined || this.perhapsIsolating[number] === undefined) continue;
      const self = IndexSet.of(this.universe, [number]);
      for (const { ports, set } of this.terms(number) ?? []) append(byPeers, set, { ports, set: self });
    }
    const found = Array<Term[] | undefined>(this.universe).fill(undefined);
    byPeers.forEach((terms, peers) => {
      const joined = merged(this.universe, terms);
      peers.forEach((peer) => {
        const list = found[peer];
        if (list === undefined) found[peer] = joined.slice();
        else for (const term of joined) list.push(term);
      });
    });
    return found.map((terms) => (terms === undefined ? NOTHING : merged(this.universe, terms)));
  }

  private resolveInto(
    byPeers: Map<IndexSet, Term[]>,
    peers: IndexSet,
    ports: RulePorts,
    selected: IndexSet,
  ): void {
    if (ports.named.length === 0)
      append(byPeers, peers, { ports: this.resolver.plainNumber(ports), set: selected });
    else for (const term of this.resolver.resolve(ports, selected)) append(byPeers, peers, term);
  }

  private peersOf(peers: ClassSets): IndexSet {
    return this.bound === "lower" ? peers.lower : peers.upper;
  }

  /** One guard's rules for one of its classes. Named ports are the destination's: on ingress, this class's. */
  private guardTerms(guard: number, number: number): Terms {
    const rules = this.guards[guard]?.rules ?? [];
    if (this.side === "ingress") {
      const self = IndexSet.of(this.universe, [number]);
      const own = rules.flatMap(({ peers, ports }) =>
        this.resolver.resolve(ports, self).map((term) => ({ ports: term.ports, set: this.peersOf(peers) })),
      );
      return merged(this.universe, own);
    }
    const known = this.ruleTerms[guard];
    if (known !== undefined) return known;
    const terms: Term[] = [];
    for (const { peers, ports } of rules) {
      const set = this.peersOf(peers);
      if (ports.named.length === 0) terms.push({ ports: this.resolver.plainNumber(ports), set });
      else terms.push(...this.resolver.resolve(ports, set));
    }
    const made = merged(this.universe, terms);
    this.ruleTerms[guard] = made;
    return made;
  }
}
