// Tests: test/reachability/evidence/otherPolicies.test.ts
import type { Direction } from "../../kubernetes";
import { type Effect, OPENING, type UncomputedPolicy, type World } from "../read";
import type { Layer } from "./guards";
import type { IndexSet } from "./indexSet";
import type { Targets } from "./targets";
import { PortTable, type Term, type Terms, merged } from "./terms";

/** Classes whose connections in one direction policies of other kinds may close, and those that these may open. */
interface Touched {
  readonly narrowed: IndexSet;
  readonly widened: IndexSet;
}

/** What policies of kinds that aren't computed may do to the relation that NetworkPolicies make. */
export interface UncomputedEffects {
  readonly ingress: Touched;
  readonly egress: Touched;
  /** Classes whose connections to addresses outside, and only these, may be closed. */
  readonly outwardNarrowed: IndexSet;
  /** The classes that are addresses outside. */
  readonly outside: IndexSet;
}

/** The classes that a policy may judge. */
export function subjectClasses({ subjects }: UncomputedPolicy, targets: Targets): IndexSet {
  return subjects.reduce((sum, subject) => sum.union(targets.subject(subject)), targets.noClass);
}

/** What all of a world's policies of other kinds may do; undefined where it has none. */
export function overridesOf(world: World, targets: Targets, layer: Layer): UncomputedEffects | undefined {
  if (world.uncomputed.length === 0) return undefined;
  const touched = (side: Direction): Touched => {
    const isolated = layer[side].reduce(
      (sum, { isolates, selected }) => (isolates === "yes" ? sum.union(selected.lower) : sum),
      targets.noClass,
    );
    const of = (...effects: readonly Effect[]) =>
      world.uncomputed.reduce((sum, policy) => {
        const effect = policy[side];
        const counts = effect !== undefined && effects.includes(effect);
        return counts && !(side === "egress" && policy.outsideOnly)
          ? sum.union(subjectClasses(policy, targets))
          : sum;
      }, targets.noClass);
    return {
      narrowed: of("narrows", "either").union(of("baseline", "adds").subtract(isolated)),
      widened: of(...OPENING),
    };
  };
  return {
    ingress: touched("ingress"),
    egress: touched("egress"),
    outwardNarrowed: world.uncomputed.reduce(
      (sum, policy) =>
        policy.outsideOnly && policy.egress !== undefined ? sum.union(subjectClasses(policy, targets)) : sum,
      targets.noClass,
    ),
    outside: targets.outside,
  };
}

/** What is left of a class's surest connections: none that some policy of another kind may close. */
export function narrowed(
  universe: number,
  number: number,
  terms: Terms,
  overrides: UncomputedEffects,
): Terms {
  const { ingress, egress, outwardNarrowed, outside } = overrides;
  if (egress.narrowed.has(number)) return [];
  const gone = outwardNarrowed.has(number) ? ingress.narrowed.union(outside) : ingress.narrowed;
  if (gone.isEmpty()) return terms;
  return merged(
    universe,
    terms.map(({ ports, set }) => ({ ports, set: set.subtract(gone) })),
  );
}

/** What a class may enter at the most: also where some policy of another kind may admit it. */
export function widened(universe: number, terms: Terms, { ingress }: UncomputedEffects): Terms {
  const more: Term = { ports: PortTable.ALL, set: ingress.widened };
  return ingress.widened.isEmpty() ? terms : merged(universe, [...terms, more]);
}
