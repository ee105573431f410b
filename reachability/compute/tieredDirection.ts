// Tests: test/reachability/compute/tiers.test.ts
import { append } from "../../data";
import type { Bound, Direction } from "../../kubernetes";
import type { DirectionIndex } from "./direction";
import { IndexSet } from "./indexSet";
import type { Space } from "./space";
import { intersection, merged, type Term, type Terms } from "./terms";
import { everything, type TierLayer, TierIndex } from "./tiers";

/** One direction of all three tiers: Admin, then NetworkPolicies where some isolate, else Baseline. */
export class TieredDirection {
  /** The classes that policies of the Admin or the Baseline tier select, surely or perhaps. */
  readonly subjects: IndexSet;
  private readonly universe: number;
  private readonly admin: TierIndex;
  private readonly baseline: TierIndex;
  private readonly denies: boolean;

  constructor(
    private readonly space: Space,
    layer: TierLayer[Direction],
    private readonly policies: DirectionIndex,
    private readonly bound: Bound,
    side: Direction,
  ) {
    this.universe = space.classes.length;
    this.admin = new TierIndex(space, [...layer.deny, ...layer.admin], bound, side);
    this.denies = layer.deny.length > 0;
    this.baseline = new TierIndex(space, layer.baseline, bound, side);
    this.subjects = this.admin.subjects.union(this.baseline.subjects);
  }

  /** What one class of the subjects may do, as terms over the other end. */
  terms(number: number): Terms {
    const guarded = this.policies.guarded(number);
    return this.admin.open(
      number,
      guarded === undefined ? this.unguarded(number) : this.byPolicies(guarded, number),
    );
  }

  /** What no tier denies to one class, NetworkPolicies aside: of what a pod may do by being on a node, no more is sure. */
  undenied(number: number): Terms {
    const isPoliced = this.policies.guarded(number)?.surely === true;
    return this.admin.open(number, isPoliced ? everything(this.universe) : this.unguarded(number));
  }

  private unguarded(number: number): Terms {
    return this.baseline.open(number, everything(this.universe));
  }

  /** Where it isn't sure that a NetworkPolicy isolates, the Baseline tier may decide instead. */
  private byPolicies(
    { terms, surely }: { readonly terms: Terms; readonly surely: boolean },
    number: number,
  ): Terms {
    if (surely) return terms;
    const unguarded = this.unguarded(number);
    return this.bound === "lower"
      ? intersection(this.universe, this.space.table, terms, unguarded)
      : merged(this.universe, [...terms, ...unguarded]);
  }

  /** The terms of all subjects, which are of ingress, seen from the other end: what each class may do to them. */
  transposed(): readonly (Terms | undefined)[] {
    return this.seenFrom((number) => this.terms(number));
  }

  /** What the denials of a subject's ingress spare of what each class may do without any rule's leave; undefined without denials. */
  spared(): readonly (Terms | undefined)[] | undefined {
    return this.denies ? this.seenFrom((number) => this.undenied(number)) : undefined;
  }

  private seenFrom(termsOf: (number: number) => Terms): readonly (Terms | undefined)[] {
    const byPeers = new Map<string, { readonly term: Term; readonly members: number[] }>();
    this.subjects.forEach((number) => {
      for (const term of termsOf(number)) {
        const key = `${term.ports} ${term.set.key()}`;
        const known = byPeers.get(key);
        if (known === undefined) byPeers.set(key, { term, members: [number] });
        else known.members.push(number);
      }
    });
    const found = new Map<number, Term[]>();
    for (const { term, members } of byPeers.values()) {
      const seen: Term = { ports: term.ports, set: IndexSet.of(this.universe, members) };
      term.set.forEach((peer) => append(found, peer, seen));
    }
    return this.space.classes.map((_, number) => {
      const terms = found.get(number);
      return terms && merged(this.universe, terms);
    });
  }
}
