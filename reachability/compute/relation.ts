// Longer than most: one computation, from guards to bounds, whose steps share its state.
import type { Bound } from "../../kubernetes";
import { type Classes, classify } from "./classes";
import { inPass, type Pass } from "./families";
import { type Layer, hasUnknowns, groupLayer, policyLayer } from "./guards";
import { PortSet } from "../../net";
import { IndexSet } from "./indexSet";
import { narrowed, overridesOf } from "./uncomputedEffects";
import { NodeTraffic } from "./nodeTraffic";
import { Targets } from "./targets";
import { unfilteredV4 } from "./unfilteredFamily";
import type * as ServiceRulesModule from "./serviceRules";
import { type ServicePath, sidePaths } from "./services";
import { passed, type Sides, sidesOf, type Tiered } from "./sides";
import type { Space } from "./space";
import type * as TieredModule from "./tieredDirection";
import type * as TiersModule from "./tiers";
import type * as WaysModule from "./ways";
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
  /** The ways through Services that leave open what the pods' own addresses close. */
  readonly sidePaths: readonly ServicePath[];
  /** What a class reaches by one way through a Service alone. */
  readonly through: (path: ServicePath, number: number, bound: Bound) => Terms;
  /** What a class's egress rules by themselves let it reach by such a way. */
  readonly leavingBy: (path: ServicePath, number: number, bound: Bound) => Terms;
}

/**
 * Computes the whole relation of a world. The work is per class and per rule: what a source's egress lets out, and
 * what the destinations' ingress rules let in from it, intersected as sets.
 */
export function relate(world: World): ClassRelation {
  const classes = classify(world);
  const targets = new Targets(world, classes);
  const space: Space = { classes: classes.all, table: new PortTable() };
  const placement = new NodeTraffic(classes.all, world.traits.ownNodeOpen);
  const placed = classes.all.some(({ hostNetwork }) => hostNetwork !== "no");
  const leaving = leavingOf(world, classes);
  const paths = sidePaths(world, classes);
  let known: ServiceRulesModule.ServiceRules | undefined;
  const rules = () => (known ??= serviceRules(world, targets));
  const passes = classes.passes.map((pass): Layers => {
    const policies = policyLayer(world, targets, pass);
    const groups = world.groups === undefined ? undefined : groupLayer(world.groups, classes, targets, pass);
    const overrides = overridesOf(world, targets, policies);
    const { traits } = world;
    const tiers = tierLayer(world, targets, pass);
    return { pass, space, classes, traits, policies, tiers, groups, overrides, placement, leaving, rules };
  });
  const unfiltered = world.traits.leavesByV4 ? unfilteredV4(classes.all) : undefined;
  const inDoubt =
    placed ||
    unfiltered !== undefined ||
    world.uncomputed.length > 0 ||
    world.groups !== undefined ||
    paths.length + classes.kept.size > 0 ||
    passes.some(({ policies, tiers }) => hasUnknowns(policies, classes) || isTierInDoubt(tiers, space));
  const rowsOf = (bound: Bound) => {
    const rows = passes.map((pass) => boundRows(bound, pass, paths));
    if (bound === "upper" && unfiltered !== undefined) rows.push(unfiltered);
    return withoutInside(joined(space, rows), classes);
  };
  const lower = rowsOf("lower");
  const upper = inDoubt ? rowsOf("upper") : lower;
  return { classes, targets, table: space.table, lower, upper, sidePaths: paths, ...wayRows(passes) };
}

function serviceRules(world: World, targets: Targets): ServiceRulesModule.ServiceRules {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- few worlds ask for them
  const { ServiceRules } = require("./serviceRules") as typeof ServiceRulesModule;
  return new ServiceRules(world, targets);
}

function waysIn(bound: Bound, layers: Layers, sides: Sides): WaysModule.Ways {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- without Services there are none
  const { Ways } = require("./ways") as typeof WaysModule;
  return new Ways(bound, layers, sides);
}

function tierLayer(world: World, targets: Targets, pass: Pass): TiersModule.TierLayer | undefined {
  if (world.tiers.length === 0) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- few worlds have any
  const { tierLayer: resolve } = require("./tiers") as { readonly tierLayer: typeof TiersModule.tierLayer };
  return resolve(world.tiers, targets, pass);
}

function isTierInDoubt(tiers: TiersModule.TierLayer | undefined, space: Space): boolean {
  if (tiers === undefined) return false;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- few worlds have any
  const { isTierInDoubt: mayBe } = require("./tiers") as {
    readonly isTierInDoubt: typeof TiersModule.isTierInDoubt;
  };
  return mayBe(tiers, space);
}

/** The sides of NetworkPolicies, with the tiers around them. */
function policySides(bound: Bound, { space, policies, overrides, tiers }: Layers): Sides {
  if (tiers === undefined) return sidesOf(bound, space, policies, overrides);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- few worlds have any
  const { TieredDirection } = require("./tieredDirection") as typeof TieredModule;
  const tiered: Tiered = (index, side) => new TieredDirection(space, tiers[side], index, bound, side);
  return sidesOf(bound, space, policies, overrides, tiered);
}

/** Rows of single ways through Services, worked out when they are asked for. */
function wayRows(passes: readonly Layers[]): Pick<ClassRelation, "through" | "leavingBy"> {
  const made = new Map<string, ReturnType<typeof wayOf>>();
  const wayOf = (layers: Layers, bound: Bound) => {
    const sides = policySides(bound, layers);
    return { ways: waysIn(bound, layers, sides), finish: finisher(bound, layers, sides) };
  };
  const waysOf = (bound: Bound) =>
    passes.map((layers) => {
      const key = `${bound} ${layers.pass}`;
      const way = made.get(key) ?? wayOf(layers, bound);
      made.set(key, way);
      return way;
    });
  return {
    through: (path, number, bound) =>
      waysOf(bound).flatMap(({ ways, finish }) => {
        const { passing, aside } = ways.terms(path, number);
        return finish(number, passing, aside);
      }),
    leavingBy: (path, number, bound) => waysOf(bound).flatMap(({ ways }) => ways.leaves(path, number)),
  };
}

/** Rows without addresses that are other ends, or lead to some. */
function withoutInside(rows: readonly Terms[], { hidden, all }: Classes): readonly Terms[] {
  if (hidden.size === 0) return rows;
  const gone = IndexSet.of(all.length, [...hidden.keys()]);
  return rows.map((row, number) =>
    hidden.has(number)
      ? []
      : merged(
          all.length,
          row.map(({ ports, set }) => ({ ports, set: set.subtract(gone) })),
        ),
  );
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

interface Layers extends WaysModule.WaySpace {
  readonly tiers: TiersModule.TierLayer | undefined;
  readonly groups: Layer | undefined;
  readonly placement: NodeTraffic;
  /** Addresses to which a pod's traffic may carry its node's groups instead of its own. */
  readonly leaving: IndexSet;
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

function boundRows(bound: Bound, layers: Layers, paths: readonly ServicePath[]): readonly Terms[] {
  const { space, classes } = layers;
  const sides = policySides(bound, layers);
  const finish = finisher(bound, layers, sides);
  const change =
    paths.length + classes.kept.size === 0 ? undefined : waysIn(bound, layers, sides).changes(paths);
  return space.classes.map((_, number) => {
    const passing = passed(sides, number, space);
    if (change === undefined) return finish(number, passing);
    const changed = change(number, passing);
    return finish(number, changed.passing, changed.aside);
  });
}

/**
 * Makes what policies let a class reach into a row: what groups, nodes and policies of other kinds say besides. `aside` comes
 * past groups.
 */
function finisher(
  bound: Bound,
  layers: Layers,
  byPolicies: Sides,
): (number: number, passing: Terms, aside?: Terms) => Terms {
  const { space, groups, overrides, placement, leaving, traits } = layers;
  const policed = traits.sctp ? undefined : podsOf(bound, space);
  const universe = space.classes.length;
  const byGroups = groups === undefined ? undefined : sidesOf(bound, space, groups);
  const placed = placement.hasHosts;
  const there = membersOf(bound, layers);
  return (number, passing, aside) => {
    if (there !== undefined && !there.has(number)) return [];
    let terms = passing;
    if (byGroups !== undefined) {
      // In standard mode pods of one node reach each other past their groups.
      const bypass: Term = { ports: PortTable.ALL, set: placement.neighbours(number, bound) };
      const own = passed(byGroups, number, space);
      const out =
        leaving.isEmpty() || space.classes[number]?.groups.own !== true
          ? own
          : ownGroupsOut(bound, layers, own);
      terms = intersection(universe, space.table, terms, merged(universe, [...out, bypass]));
    }
    if (placed) {
      const own = placement.ownNode(number, bound);
      const undenied = bound === "lower" ? byPolicies.undenied(number) : undefined;
      const spared = byPolicies.spared(number);
      const both = (a: Terms, b: Terms | undefined) =>
        b === undefined ? a : intersection(universe, space.table, a, b);
      terms = [...terms, ...both(both(own, undenied), spared)];
    }
    if (aside !== undefined) terms = [...terms, ...aside];
    if (overrides !== undefined && bound === "lower") terms = narrowed(universe, number, terms, overrides);
    if (there !== undefined) terms = terms.map(({ ports, set }) => ({ ports, set: set.intersect(there) }));
    if (policed !== undefined) terms = withoutSctp(terms, number, policed, space);
    return disjoint(universe, space.table, terms);
  };
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

/** The ports that a row opens to one class, as a number of the table. */
export function portsBetween({ table }: ClassRelation, row: Terms, to: number): number {
  let ports: number = PortTable.NONE;
  for (const term of row) if (term.set.has(to)) ports = table.union(ports, term.ports);
  return ports;
}
