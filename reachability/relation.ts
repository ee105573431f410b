import { type Classes, classify } from "./classes";
import { type Bound, DirectionIndex, type Space } from "./direction";
import { type Layer, doubtful, groupLayer, policyLayer } from "./guards";
import { Placement } from "./placement";
import { Targets } from "./targets";
import { PortTable, type Term, type Terms, disjoint, intersection, merged } from "./terms";
import type { World } from "./world";

/**
 * Who reaches whom, by class: row `p` of `lower` is what class `p` surely reaches, of `upper` what it may. A row's
 * terms are disjoint. Where both rows are one object, nothing about `p` is in doubt.
 */
export interface ClassRelation {
  readonly classes: Classes;
  readonly targets: Targets;
  readonly table: PortTable;
  readonly lower: readonly Terms[];
  readonly upper: readonly Terms[];
}

/**
 * Computes the whole relation of a world. The work is per class and per rule: what a source's egress lets out, and
 * what the destinations' ingress rules let in from it, intersected as sets.
 */
export function relate(world: World): ClassRelation {
  const classes = classify(world);
  const targets = new Targets(world, classes);
  const space: Space = { classes: classes.all, table: new PortTable() };
  const policies = policyLayer(world, targets);
  const groups = world.groups === undefined ? undefined : groupLayer(world.groups, classes, targets);
  const placement = new Placement(classes.all);
  const placed = classes.all.some(({ hostNetwork }) => hostNetwork !== "no");
  const inDoubt = placed || groups !== undefined || doubtful(policies, classes);
  const lower = boundRows("lower", space, policies, groups, placement);
  const upper = inDoubt ? boundRows("upper", space, policies, groups, placement) : lower;
  return { classes, targets, table: space.table, lower, upper };
}

function boundRows(
  bound: Bound,
  space: Space,
  policies: Layer,
  groups: Layer | undefined,
  placement: Placement,
): readonly Terms[] {
  const universe = space.classes.length;
  const byPolicies = layerRows(bound, space, policies);
  const byGroups = groups === undefined ? undefined : layerRows(bound, space, groups);
  const placed = placement.hasHosts;
  return space.classes.map((_, number) => {
    let terms = byPolicies(number);
    if (byGroups !== undefined) {
      // In standard mode pods of one node reach each other past their groups.
      const bypass: Term = { ports: PortTable.ALL, set: placement.neighbours(number, bound) };
      terms = intersection(universe, space.table, terms, merged(universe, [...byGroups(number), bypass]));
    }
    if (placed) terms = [...terms, ...placement.ownNode(number, bound)];
    return disjoint(universe, space.table, terms);
  });
}

/** What one layer lets each class reach. */
function layerRows(bound: Bound, space: Space, { egress, ingress }: Layer): (number: number) => Terms {
  const universe = space.classes.length;
  const out = new DirectionIndex(space, egress, bound, "egress");
  const into = new DirectionIndex(space, ingress, bound, "ingress");
  const open: Term = { ports: PortTable.ALL, set: into.open() };
  const admitted = into.transposed();
  return (number) => {
    const from = admitted[number] ?? [];
    const enters = open.set.isEmpty() ? from : merged(universe, [...from, open]);
    const leaves = out.terms(number);
    return leaves === undefined ? enters : intersection(universe, space.table, leaves, enters);
  };
}

/** The ports that a row opens to one class, as a number of the table. */
export function portsBetween({ table }: ClassRelation, row: Terms, to: number): number {
  let ports: number = PortTable.NONE;
  for (const term of row) if (term.set.has(to)) ports = table.union(ports, term.ports);
  return ports;
}
