import { type Classes, classify } from "./classes";
import { type Bound, DirectionIndex, type Space } from "./direction";
import { type Pass, inPass } from "./families";
import { type Layer, hasUnknowns, groupLayer, policyLayer } from "./guards";
import { PortSet } from "../../net";
import { IndexSet } from "./indexSet";
import { type Overrides, narrowed, overridesOf, widened } from "./overrides";
import { Placement } from "./placement";
import { Targets } from "./targets";
import { PortTable, type Term, type Terms, disjoint, intersection, merged } from "./terms";
import type { World } from "../read";

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
  const placement = new Placement(classes.all, world.traits.ownNodeOpen);
  const placed = classes.all.some(({ hostNetwork }) => hostNetwork !== "no");
  const leaving = leavingOf(world, classes);
  const passes = classes.passes.map((pass): Layers => {
    const policies = policyLayer(world, targets, pass);
    const groups = world.groups === undefined ? undefined : groupLayer(world.groups, classes, targets, pass);
    const overrides = overridesOf(world, targets, policies);
    return { pass, space, policies, groups, overrides, placement, leaving, sctp: world.traits.sctp };
  });
  const inDoubt =
    placed ||
    world.uncomputed.length > 0 ||
    world.groups !== undefined ||
    passes.some(({ policies }) => hasUnknowns(policies, classes));
  const lower = joined(
    space,
    passes.map((pass) => boundRows("lower", pass)),
  );
  const upper = inDoubt
    ? joined(
        space,
        passes.map((pass) => boundRows("upper", pass)),
      )
    : lower;
  return { classes, targets, table: space.table, lower, upper };
}

/** What some pass opens: a connection needs one family only. */
function joined({ classes, table }: Space, passes: readonly (readonly Terms[])[]): readonly Terms[] {
  const [only = [], ...others] = passes;
  if (others.length === 0) return only;
  return classes.map((_, number) =>
    disjoint(
      classes.length,
      table,
      passes.flatMap((rows) => rows[number] ?? []),
    ),
  );
}

interface Layers {
  readonly pass: Pass;
  readonly space: Space;
  readonly policies: Layer;
  readonly groups: Layer | undefined;
  readonly overrides: Overrides | undefined;
  readonly placement: Placement;
  /** Addresses to which a pod's traffic may carry its node's groups instead of its own. */
  readonly leaving: IndexSet;
  readonly sctp: boolean;
}

/** Addresses that aren't surely in the VPC: without external SNAT, what goes there leaves by its node's interface. */
function leavingOf({ groups }: World, { all, outside }: Classes): IndexSet {
  if (groups === undefined || groups.externalSnat) return IndexSet.empty(all.length);
  const numbers = [...outside].filter(([, addresses]) => groups.vpc?.covers(addresses) !== true);
  return IndexSet.of(
    all.length,
    numbers.map(([number]) => number),
  );
}

/** What a pod's own groups let out, with what its node's decide in doubt. */
function ownGroupsOut(bound: Bound, { space, leaving }: Layers, terms: Terms): Terms {
  const universe = space.classes.length;
  return bound === "upper"
    ? merged(universe, [...terms, { ports: PortTable.ALL, set: leaving }])
    : merged(
        universe,
        terms.map(({ ports, set }) => ({ ports, set: set.subtract(leaving) })),
      );
}

function boundRows(bound: Bound, layers: Layers): readonly Terms[] {
  const { space, policies, groups, overrides, placement, leaving, sctp } = layers;
  const policed = sctp ? undefined : podsOf(bound, space);
  const universe = space.classes.length;
  const byPolicies = layerRows(bound, space, policies, overrides);
  const byGroups = groups === undefined ? undefined : layerRows(bound, space, groups);
  const placed = placement.hasHosts;
  const there = membersOf(bound, layers);
  return space.classes.map((_, number) => {
    if (there !== undefined && !there.has(number)) return [];
    let terms = byPolicies(number);
    if (byGroups !== undefined) {
      // In standard mode pods of one node reach each other past their groups.
      const bypass: Term = { ports: PortTable.ALL, set: placement.neighbours(number, bound) };
      const own = byGroups(number);
      const out =
        leaving.isEmpty() || space.classes[number]?.groups.own !== true
          ? own
          : ownGroupsOut(bound, layers, own);
      terms = intersection(universe, space.table, terms, merged(universe, [...out, bypass]));
    }
    if (placed) terms = [...terms, ...placement.ownNode(number, bound)];
    if (overrides !== undefined && bound === "lower") terms = narrowed(universe, number, terms, overrides);
    if (there !== undefined) terms = terms.map(({ ports, set }) => ({ ports, set: set.intersect(there) }));
    if (policed !== undefined) terms = withoutSctp(terms, number, policed, space);
    return disjoint(universe, space.table, terms);
  });
}

const WITHOUT_SCTP = PortSet.all.subtract(PortSet.allOf("SCTP"));

/** The classes whose packets a plugin handles that has SCTP off: pods, without those in their node's network. */
function podsOf(bound: Bound, { classes }: Space): IndexSet {
  const own = [...classes.keys()].filter((number) => {
    const { kind, hostNetwork } = classes[number] ?? { kind: "outside", hostNetwork: "no" };
    return kind === "pods" && (bound === "lower" ? hostNetwork !== "yes" : hostNetwork === "no");
  });
  return IndexSet.of(classes.length, own);
}

/** What a class reaches where SCTP from and to pods is dropped: between nodes and addresses outside it passes. */
function withoutSctp(terms: Terms, number: number, pods: IndexSet, { table }: Space): Term[] {
  const carried = table.number(WITHOUT_SCTP);
  const dropped = ({ ports, set }: Term): Term => ({ ports: table.intersect(ports, carried), set });
  if (pods.has(number)) return terms.map(dropped);
  return terms.flatMap((term) => [
    dropped({ ...term, set: term.set.intersect(pods) }),
    { ...term, set: term.set.subtract(pods) },
  ]);
}

/** The classes that have, or may have, an address of the pass's family; undefined where all have. */
function membersOf(bound: Bound, { pass, space: { classes } }: Layers): IndexSet | undefined {
  if (pass === "any") return undefined;
  const members = [...classes.keys()].filter((number) => {
    const has = inPass(classes[number]?.families ?? NO_FAMILY, pass);
    return bound === "lower" ? has === "yes" : has !== "no";
  });
  return members.length === classes.length ? undefined : IndexSet.of(classes.length, members);
}

const NO_FAMILY = { 4: "no", 6: "no" } as const;

/** What one layer lets each class reach; at the most, also what `overrides` may open. */
function layerRows(
  bound: Bound,
  space: Space,
  { egress, ingress }: Layer,
  overrides?: Overrides,
): (number: number) => Terms {
  const universe = space.classes.length;
  const out = new DirectionIndex(space, egress, bound, "egress");
  const into = new DirectionIndex(space, ingress, bound, "ingress");
  const open: Term = { ports: PortTable.ALL, set: into.open() };
  const admitted = into.transposed();
  return (number) => {
    const from = admitted[number] ?? [];
    const admits = open.set.isEmpty() ? from : merged(universe, [...from, open]);
    if (overrides === undefined || bound === "lower") {
      const leaves = out.terms(number);
      return leaves === undefined ? admits : intersection(universe, space.table, leaves, admits);
    }
    const enters = widened(universe, admits, overrides);
    const leaves = overrides.egress.widened.has(number) ? undefined : out.terms(number);
    return leaves === undefined ? enters : intersection(universe, space.table, leaves, enters);
  };
}

/** The ports that a row opens to one class, as a number of the table. */
export function portsBetween({ table }: ClassRelation, row: Terms, to: number): number {
  let ports: number = PortTable.NONE;
  for (const term of row) if (term.set.has(to)) ports = table.union(ports, term.ports);
  return ports;
}
