import { type Protocol, PROTOCOLS } from "../../net";
import type { ReportedEnd } from "./ends";
import type { IndexSet } from "./indexSet";
import { type Terms, difference } from "./terms";
import type { UnitRelation } from "./units";

/** Every end of `from` reaches every end of `to` on these ports: a rectangle of the relation. */
export interface Product {
  readonly from: readonly ReportedEnd[];
  readonly to: readonly ReportedEnd[];
  readonly protocol: Protocol;
  /** `80,443-445` */
  readonly ports: string;
}

/** Nothing but one Pod or Node with itself, which isn't a connection. */
const isVoid = (
  [from, ...otherSources]: readonly ReportedEnd[],
  [to, ...otherTargets]: readonly ReportedEnd[],
): boolean =>
  from !== undefined && otherSources.length + otherTargets.length === 0 && from.id === to?.id && !from.plural;

/** Whether a relation holds some connection of this answer. */
export function hasAny(relation: UnitRelation, answer: "allowed" | "unknown"): boolean {
  const { units } = relation;
  const endsOf = (unit: number) => units[unit]?.ends ?? [];
  return rowsOf(relation, answer).some((row, source) => {
    const from = endsOf(source);
    if (from.length === 0) return false;
    return row.some(({ set }) =>
      set.toArray().some((target) => {
        const to = endsOf(target);
        return to.length > 0 && !isVoid(from, to);
      }),
    );
  });
}

/** Rows of terms as rectangles: sources with the same targets on the same ports together, void ones left out. */
export function productsOf({ units, table }: UnitRelation, rows: readonly Terms[]): Product[] {
  const rectangles = new Map<string, { ports: number; set: IndexSet; sources: number[] }>();
  for (const [source, row] of rows.entries()) {
    if (units[source]?.ends.length === 0) continue;
    for (const { ports, set } of row) {
      const key = `${ports} ${set.key()}`;
      const rectangle = rectangles.get(key);
      if (rectangle === undefined) rectangles.set(key, { ports, set, sources: [source] });
      else rectangle.sources.push(source);
    }
  }
  const endsOf = (numbers: readonly number[]) => numbers.flatMap((number) => units[number]?.ends ?? []);
  return [...rectangles.values()].flatMap(({ ports, set, sources }) => {
    const [from, to] = [endsOf(sources), endsOf(set.toArray())];
    if (from.length === 0 || to.length === 0 || isVoid(from, to)) return [];
    return PROTOCOLS.flatMap((protocol): Product[] => {
      const text = table.get(ports).portsOf(protocol);
      return text === "" ? [] : [{ from, to, protocol, ports: text }];
    });
  });
}

/** The rows of one answer; `unknown` is what the upper bound has and the lower hasn't. */
export function rowsOf(
  { units, lower, upper, table }: UnitRelation,
  answer: "allowed" | "unknown",
): readonly Terms[] {
  if (answer === "allowed") return lower;
  return upper.map((possible, number) => {
    const certain = lower[number] ?? [];
    return possible === certain ? [] : difference(units.length, table, possible, certain);
  });
}
