import type { Bound, Direction } from "../../kubernetes";
import { DirectionIndex } from "./direction";
import type { Layer } from "./guards";
import { IndexSet } from "./indexSet";
import { type UncomputedEffects, widened } from "./uncomputedEffects";
import type { Space } from "./space";
import type { TieredDirection } from "./tieredDirection";
import { intersection, merged, PortTable, type Term, type Terms } from "./terms";

/** What one layer lets a class send, and what it lets enter from it. */
export interface Sides {
  /** Undefined where nothing holds it back. */
  readonly leaves: (number: number) => Terms | undefined;
  readonly admits: (number: number) => Terms;
  /** What of the ways that need no NetworkPolicy's leave the tiers leave open; undefined where they have no say. */
  readonly undenied: (number: number) => Terms | undefined;
  /** What of these ways denials at the other end leave open; undefined where there are none. */
  readonly spared: (number: number) => Terms | undefined;
}

/** A direction of NetworkPolicies with the tiers around them. */
export type Tiered = (policies: DirectionIndex, side: Direction) => TieredDirection;

/** The two sides of a layer under one bound; at the most, also what `overrides` may open. */
export function sidesOf(
  bound: Bound,
  space: Space,
  { egress, ingress }: Layer,
  overrides?: UncomputedEffects,
  tiered?: Tiered,
): Sides {
  const universe = space.classes.length;
  const out = new DirectionIndex(space, egress, bound, "egress");
  const into = new DirectionIndex(space, ingress, bound, "ingress");
  const tiersOut = tiered?.(out, "egress");
  const isTiered = (number: number) => tiersOut?.subjects.has(number) === true;
  const leaves = (number: number) => (isTiered(number) ? tiersOut?.terms(number) : out.terms(number));
  const undenied = (number: number) => (isTiered(number) ? tiersOut?.undenied(number) : undefined);
  const tiersInto = tiered?.(into, "ingress");
  const admits = admitting(space, into, tiersInto);
  const spared = sparing(space, tiersInto);
  if (overrides === undefined || bound === "lower") return { leaves, admits, undenied, spared };
  return {
    undenied,
    spared,
    leaves: (number) => (overrides.egress.widened.has(number) ? undefined : leaves(number)),
    admits: (number) => widened(universe, admits(number), overrides),
  };
}

/** What denials at the other end leave each class. */
function sparing(
  { classes }: Space,
  tiers: TieredDirection | undefined,
): (number: number) => Terms | undefined {
  const spared = tiers?.spared();
  if (tiers === undefined || spared === undefined) return () => undefined;
  const universe = classes.length;
  const others: Term = { ports: PortTable.ALL, set: IndexSet.all(universe).subtract(tiers.subjects) };
  return (number) => merged(universe, [...(spared[number] ?? []), others]);
}

/** What each class may enter. */
function admitting(
  { classes }: Space,
  into: DirectionIndex,
  tiers: TieredDirection | undefined,
): (number: number) => Terms {
  const universe = classes.length;
  const admitted = into.transposed();
  if (tiers === undefined) {
    const open: Term = { ports: PortTable.ALL, set: into.open() };
    return (number) => {
      const from = admitted[number] ?? [];
      return open.set.isEmpty() ? from : merged(universe, [...from, open]);
    };
  }
  const { subjects } = tiers;
  const tiered = tiers.transposed();
  const others = IndexSet.all(universe).subtract(subjects);
  const open: Term = { ports: PortTable.ALL, set: into.open().intersect(others) };
  return (number) => {
    const untiered = (admitted[number] ?? []).map(({ ports, set }) => ({
      ports,
      set: set.intersect(others),
    }));
    return merged(universe, [...untiered, ...(tiered[number] ?? []), open]);
  };
}

/** What both sides let pass. */
export function passed({ leaves, admits }: Sides, number: number, { classes, table }: Space): Terms {
  const out = leaves(number);
  const enters = admits(number);
  return out === undefined ? enters : intersection(classes.length, table, out, enters);
}
