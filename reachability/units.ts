import type { End } from "./ends";
import { IndexSet } from "./indexSet";
import type { ClassRelation } from "./relation";
import { PortTable, type Term, type Terms, disjoint, intersection, merged } from "./terms";

/**
 * The relation between units: ends whose pods are of the same classes. A unit of several classes (pods of one
 * workload that policies tell apart) surely reaches what all of its pods surely reach, and may reach what one may.
 */
export interface UnitRelation {
  readonly units: readonly { readonly classes: readonly number[]; readonly ends: readonly End[] }[];
  readonly table: PortTable;
  readonly lower: readonly Terms[];
  readonly upper: readonly Terms[];
}

/** The class relation seen from the ends. */
export function unitRelation(relation: ClassRelation, ends: readonly End[]): UnitRelation {
  const byKey = new Map<string, { classes: readonly number[]; ends: End[] }>();
  for (const end of ends) {
    const key = end.classes.join();
    const unit = byKey.get(key);
    if (unit === undefined) byKey.set(key, { classes: end.classes, ends: [end] });
    else unit.ends.push(end);
  }
  const units = [...byKey.values()];
  const { table } = relation;
  const project = projector(
    units.map(({ classes }) => classes),
    relation.classes.all.length,
    table,
  );
  const rows = (bound: "lower" | "upper") => {
    const memo = new Map<Terms, Terms>();
    return units.map(({ classes }): Terms => {
      const own = classes.map((number) => relation[bound][number] ?? []);
      const [first = []] = own;
      const row = own.length === 1 ? first : joinRows(own, bound, relation);
      const known = memo.get(row) ?? project(row, bound);
      memo.set(row, known);
      return known;
    });
  };
  const lower = rows("lower");
  const upper =
    relation.upper === relation.lower && units.every(({ classes }) => classes.length === 1)
      ? lower
      : rows("upper");
  return { units, table, lower, upper };
}

function joinRows(
  rows: readonly Terms[],
  bound: "lower" | "upper",
  { classes, table }: ClassRelation,
): Terms {
  const universe = classes.all.length;
  return bound === "upper"
    ? merged(universe, rows.flat())
    : rows.reduce((a, b) => intersection(universe, table, a, b));
}

/** Turns a row over classes into one over units. */
function projector(units: readonly (readonly number[])[], classes: number, table: PortTable) {
  const single: (number | undefined)[] = Array<undefined>(classes).fill(undefined);
  const several: number[][] = Array.from({ length: classes }, () => []);
  for (const [unit, members] of units.entries()) {
    const [only, ...others] = members;
    if (only !== undefined && others.length === 0) single[only] = unit;
    else for (const member of members) several[member]?.push(unit);
  }
  const identity = single.every((unit, number) => unit === number) && units.length === classes;
  return (row: Terms, bound: "lower" | "upper"): Terms => {
    if (identity) return row;
    const found: Term[] = [];
    const parts = new Map<number, { count: number; ports: number }>();
    for (const { ports, set } of row) {
      const members: number[] = [];
      set.forEach((number) => {
        const unit = single[number];
        if (unit !== undefined) members.push(unit);
        for (const one of several[number] ?? []) {
          const part = parts.get(one) ?? {
            count: 0,
            ports: bound === "lower" ? PortTable.ALL : PortTable.NONE,
          };
          part.count++;
          part.ports =
            bound === "lower" ? table.intersect(part.ports, ports) : table.union(part.ports, ports);
          parts.set(one, part);
        }
      });
      found.push({ ports, set: IndexSet.of(units.length, members) });
    }
    for (const [unit, { count, ports }] of parts) {
      if (bound === "lower" && count < (units[unit]?.length ?? 0)) continue;
      found.push({ ports, set: IndexSet.of(units.length, [unit]) });
    }
    return disjoint(units.length, table, found);
  };
}
