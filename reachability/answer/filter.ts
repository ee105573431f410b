// Tests: test/cli/reach/command.test.ts
import type { Bound } from "../../kubernetes";
import { AddressSet, type PortSet } from "../../net";
import { disjoint, type ReportedEnd, IndexSet, type Term, type Unit, type UnitRelation } from "../compute";
import { append } from "../../data";

/** What part of a relation to show; what is left out isn't restricted. */
export interface Filter {
  readonly from?: (end: ReportedEnd) => boolean;
  readonly to?: (end: ReportedEnd) => boolean;
  readonly ports?: PortSet;
}

/** The part of a relation that a filter leaves. Ends that it leaves on neither side are gone. */
export function restrict(relation: UnitRelation, filter: Filter): UnitRelation {
  const { from = everyEnd, to = everyEnd, ports: wanted } = filter;
  const { table } = relation;
  // A unit splits in what is wanted as source and as target: both, either, none.
  const parts = relation.units.flatMap((unit, origin) => {
    const groups = new Map<string, ReportedEnd[]>();
    for (const end of unit.ends) {
      const key = `${from(end)} ${to(end)}`;
      append(groups, key, end);
    }
    groups.delete("false false");
    return [...groups].map(([key, ends]) => ({
      origin,
      unit: { ...unit, ends, addresses: addressesOf(unit, ends) } satisfies Unit,
      source: key.startsWith("true"),
      target: key.endsWith("true"),
    }));
  });
  const byOrigin = new Map<number, number[]>();
  for (const [number, { origin, target }] of parts.entries()) {
    if (target) append(byOrigin, origin, number);
  }
  const limit = wanted === undefined ? undefined : table.number(wanted);
  const rows = (bound: Bound) =>
    parts.map(({ origin, source }) => {
      if (!source) return [];
      const terms = (relation[bound][origin] ?? []).map(({ ports, set }): Term => {
        const members: number[] = [];
        set.forEach((number) => members.push(...(byOrigin.get(number) ?? [])));
        return {
          ports: limit === undefined ? ports : table.intersect(ports, limit),
          set: IndexSet.of(parts.length, members),
        };
      });
      return disjoint(parts.length, table, terms);
    });
  return {
    units: parts.map(({ unit }) => unit),
    table,
    lower: rows("lower"),
    upper: rows("upper"),
    inside: relation.inside,
  };
}

const everyEnd = () => true;

/** Of an outside unit only the addresses of the ends that stay. */
function addressesOf({ addresses, ends: all }: Unit, ends: readonly ReportedEnd[]): AddressSet | undefined {
  if (addresses === undefined || ends.length === all.length) return addresses;
  return AddressSet.of(...ends.map(({ id }) => id));
}
