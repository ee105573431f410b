import type { Bound } from "../../kubernetes";
import type { AddressSet } from "../../net";
import type { ReportedEnd } from "./ends";
import { IndexSet } from "./indexSet";
import type { ClassRelation } from "./relation";
import { PortTable, type Term, type Terms, disjoint, intersection, merged } from "./terms";

/**
 * The relation between units, without pairs of two addresses outside: ends whose pods are of the same classes. A unit of several classes (pods of one
 * workload that policies tell apart) surely reaches what all of its pods surely reach, and may reach what one may.
 */
export interface UnitRelation {
  readonly units: readonly Unit[];
  readonly table: PortTable;
  readonly lower: readonly Terms[];
  readonly upper: readonly Terms[];
  /** Addresses that are none outside: of nodes, and of Services that lead to ends. Where nothing tells them apart, ranges run over them. */
  readonly inside: AddressSet;
}

/** Ends that no question tells apart, and their classes. */
export interface Unit {
  readonly classes: readonly number[];
  readonly ends: readonly ReportedEnd[];
  /** The addresses of ends outside; undefined for all others. */
  readonly addresses: AddressSet | undefined;
}

/** The class relation seen from the ends. */
export function unitRelation(relation: ClassRelation, ends: readonly ReportedEnd[]): UnitRelation {
  // A unit of one class has its class's number, so that rows need no translation where all units are such.
  const units = relation.classes.all.map((_, number) => ({
    classes: [number] as readonly number[],
    ends: [] as ReportedEnd[],
    addresses: relation.classes.outside.get(number),
  }));
  const several = new Map<string, (typeof units)[number]>();
  for (const end of ends) {
    const [only = 0, ...others] = end.classes;
    const key = end.classes.join();
    const unit = others.length === 0 ? units[only] : several.get(key);
    if (unit !== undefined) {
      unit.ends.push(end);
      continue;
    }
    const made = { classes: end.classes, ends: [end], addresses: undefined };
    several.set(key, made);
    units.push(made);
  }
  const { table } = relation;
  const project = projector(
    units.map(({ classes }) => classes),
    relation.classes.all.length,
    table,
  );
  const outside = IndexSet.of(units.length, [...relation.classes.outside.keys()]);
  const simple = units.length === relation.classes.all.length;
  const rows = (bound: Bound) => {
    const memo = new Map<Terms, Terms>();
    return units.map(({ classes, addresses }): Terms => {
      if (simple && addresses === undefined) return relation[bound][classes[0] ?? 0] ?? [];
      const own = classes.map((number) => relation[bound][number] ?? []);
      const [first = []] = own;
      const row = own.length === 1 ? first : joinRows(own, bound, relation);
      const known = memo.get(row) ?? project(row, bound);
      memo.set(row, known);
      if (addresses === undefined) return known;
      // No policy of this world judges a pair of two ends outside.
      const judged = known.map(({ ports, set }) => ({ ports, set: set.subtract(outside) }));
      return merged(units.length, judged);
    });
  };
  const lower = rows("lower");
  const upper =
    relation.upper === relation.lower && units.every(({ classes }) => classes.length === 1)
      ? lower
      : rows("upper");
  return { units, table, lower, upper, inside: relation.classes.inside };
}

function joinRows(rows: readonly Terms[], bound: Bound, { classes, table }: ClassRelation): Terms {
  const universe = classes.all.length;
  return bound === "upper"
    ? merged(universe, rows.flat())
    : rows.reduce((a, b) => intersection(universe, table, a, b));
}

/** Turns a row over classes into one over units: units of one class keep its number, the others come after. */
function projector(units: readonly (readonly number[])[], classes: number, table: PortTable) {
  const several: number[][] = Array.from({ length: classes }, () => []);
  for (const [unit, members] of units.entries()) {
    if (unit >= classes) for (const member of members) several[member]?.push(unit);
  }
  return (row: Terms, bound: Bound): Terms => {
    if (units.length === classes) return row;
    const found: Term[] = [];
    const parts = new Map<number, { count: number; ports: number }>();
    for (const { ports, set } of row) {
      found.push({ ports, set: IndexSet.of(units.length, set.toArray()) });
      set.forEach((number) => {
        for (const unit of several[number] ?? []) {
          const part = parts.get(unit) ?? {
            count: 0,
            ports: bound === "lower" ? PortTable.ALL : PortTable.NONE,
          };
          part.count++;
          part.ports =
            bound === "lower" ? table.intersect(part.ports, ports) : table.union(part.ports, ports);
          parts.set(unit, part);
        }
      });
    }
    for (const [unit, { count, ports }] of parts) {
      if (bound === "lower" && count < (units[unit]?.length ?? 0)) continue;
      found.push({ ports, set: IndexSet.of(units.length, [unit]) });
    }
    return disjoint(units.length, table, found);
  };
}
