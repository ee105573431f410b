import { PROTOCOLS, type Protocol } from "../net/ports";
import type { End } from "./ends";
import type { IndexSet } from "./indexSet";
import { type Terms, difference } from "./terms";
import type { UnitRelation } from "./units";

/** Every end of `from` reaches every end of `to` on these ports: a rectangle of the relation. */
export interface Product {
  readonly from: readonly End[];
  readonly to: readonly End[];
  readonly protocol: Protocol;
  /** `80,443-445` */
  readonly ports: string;
}

/** Rows of terms as rectangles: sources with the same targets on the same ports together. */
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
    if (from.length === 0 || to.length === 0) return [];
    return PROTOCOLS.flatMap((protocol): Product[] => {
      const text = table.get(ports).portsOf(protocol);
      return text === "" ? [] : [{ from, to, protocol, ports: text }];
    });
  });
}

/** The rows of one answer; `unknown` is what is possible and not sure. */
export function rowsOf(
  { units, lower, upper, table }: UnitRelation,
  answer: "allowed" | "unknown",
): readonly Terms[] {
  if (answer === "allowed") return lower;
  return upper.map((possible, number) => {
    const sure = lower[number] ?? [];
    return possible === sure ? [] : difference(units.length, table, possible, sure);
  });
}
