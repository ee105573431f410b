// Tests: test/reachability/answer/formats/markdown.test.ts
import type { Bound } from "../../../kubernetes";
import { AddressSet } from "../../../net";
import {
  difference,
  disjoint,
  type ReportedEnd,
  IndexSet,
  outsideEnd,
  PortTable,
  type Term,
  type Terms,
  type Unit,
  type UnitRelation,
} from "../../compute";
import { isRepresentativeName, standingFor } from "../../read";

/**
 * How one relation differs from another, each part itself a relation over the ends of both. In `gained`, `lower` is
 * what is surely open now and wasn't before, `upper` adds what may be open now and wasn't even possible. `lost` is the
 * same with before and now exchanged.
 */
export interface Diff {
  readonly gained: UnitRelation;
  readonly lost: UnitRelation;
  /** Both relations over the same units. */
  readonly before: UnitRelation;
  readonly after: UnitRelation;
}

/**
 * Compares two relations. Ends are the same by id; addresses outside by what they are. A representative that one of them
 * doesn't hold, because no selector there told it apart, is there what it was among.
 */
export function diff(before: UnitRelation, after: UnitRelation): Diff {
  const joint = jointUnits(before, after);
  const table = new PortTable();
  const units = joint.map(({ unit }) => unit);
  const a = project(before, joint, "before", units, table);
  const b = project(after, joint, "after", units, table);
  return { gained: minus(b, a), lost: minus(a, b), before: a, after: b };
}

function minus(now: UnitRelation, then: UnitRelation): UnitRelation {
  const { units, table } = now;
  const without = (row: Terms | undefined, other: Terms | undefined) =>
    difference(units.length, table, row ?? [], other ?? []);
  const lower = units.map((_, number) => without(now.lower[number], then.lower[number]));
  const upper = units.map((_, number) =>
    disjoint(units.length, table, [
      ...(lower[number] ?? []),
      ...without(now.upper[number], then.upper[number]),
    ]),
  );
  return { units, table, lower, upper, inside: now.inside };
}

interface Joint {
  readonly unit: Unit;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Units that neither relation tells apart. */
function jointUnits(before: UnitRelation, after: UnitRelation): Joint[] {
  const [old, young] = [insideOf(before), insideOf(after)];
  const inside = new Map<
    string,
    {
      unit: { classes: []; ends: ReportedEnd[]; addresses: undefined };
      before: number | undefined;
      after: number | undefined;
    }
  >();
  const among = [representativesAmong(old), representativesAmong(young)] as const;
  for (const id of new Set([...old.keys(), ...young.keys()])) {
    const end = young.get(id)?.end ?? old.get(id)?.end;
    if (end === undefined) continue;
    const was = old.get(id) ?? among[0](end);
    const is = young.get(id) ?? among[1](end);
    const key = `${was?.number ?? "-"} ${is?.number ?? "-"}`;
    const joint = inside.get(key);
    if (joint !== undefined) joint.unit.ends.push(end);
    else {
      const unit = { classes: [] as [], ends: [end], addresses: undefined };
      inside.set(key, { unit, before: was?.number, after: is?.number });
    }
  }
  return [...inside.values(), ...jointOutside(before, after)];
}

/** An end and the unit that it is of. */
interface EndInUnit {
  readonly number: number;
  readonly end: ReportedEnd;
}

/** Finds the representative of a relation that stands for another relation's. */
function representativesAmong(
  inside: ReadonlyMap<string, EndInUnit>,
): (end: ReportedEnd) => EndInUnit | undefined {
  const all = [...inside.values()].filter(({ end }) => isRepresentativeName(end.name));
  const find = standingFor(all.map(({ end }) => end));
  const byEnd = new Map(all.map((member) => [member.end, member]));
  return (end) => {
    const found = find(end);
    return found && byEnd.get(found);
  };
}

function insideOf({ units }: UnitRelation): Map<string, EndInUnit> {
  return new Map(
    units.flatMap(({ ends, addresses }, number) =>
      addresses === undefined ? ends.map((end) => [end.id, { number, end }] as const) : [],
    ),
  );
}

function jointOutside(before: UnitRelation, after: UnitRelation): Joint[] {
  const outside = ({ units }: UnitRelation) =>
    units.flatMap(({ addresses, ends }, number) =>
      addresses === undefined || ends.length === 0 ? [] : [{ addresses, number }],
    );
  const [old, young] = [outside(before), outside(after)];
  const shared = before.inside.intersect(after.inside);
  return AddressSet.partition([...old, ...young].map(({ addresses }) => addresses)).flatMap(
    ({ part, members }) => {
      const was = members.find((member) => member < old.length);
      const is = members.find((member) => member >= old.length);
      if (was === undefined && is === undefined) return [];
      // Addresses that one side cut out, and that are none outside to either, have no answer of their own.
      if ((was === undefined || is === undefined) && shared.covers(part)) return [];
      return [
        {
          unit: { classes: [], ends: part.toCidrs().map((cidr) => outsideEnd(cidr)), addresses: part },
          before: was === undefined ? undefined : old[was]?.number,
          after: is === undefined ? undefined : young[is - old.length]?.number,
        },
      ];
    },
  );
}

/** A relation over the joint units, its port sets in a table that both sides share; a Pod with itself is left out. */
function project(
  relation: UnitRelation,
  joint: readonly Joint[],
  when: "before" | "after",
  units: readonly Unit[],
  table: PortTable,
): UnitRelation {
  const places: number[][] = relation.units.map(() => []);
  for (const [number, one] of joint.entries()) {
    const own = one[when];
    if (own !== undefined) places[own]?.push(number);
  }
  const memo = new Map<IndexSet, IndexSet>();
  const moved = (set: IndexSet): IndexSet => {
    const known =
      memo.get(set) ??
      IndexSet.of(
        units.length,
        set.toArray().flatMap((number) => places[number] ?? []),
      );
    memo.set(set, known);
    return known;
  };
  const rows = (bound: Bound) =>
    joint.map(({ [when]: own, unit: { ends } }, number): Terms => {
      const row = own === undefined ? [] : (relation[bound][own] ?? []);
      const single = ends.length === 1 && ends[0]?.plural === false;
      const none = IndexSet.of(units.length, single ? [number] : []);
      const terms = row.map(({ ports, set }): Term => ({
        ports: table.number(relation.table.get(ports)),
        set: moved(set).subtract(none),
      }));
      return disjoint(units.length, table, terms);
    });
  return { units, table, lower: rows("lower"), upper: rows("upper"), inside: relation.inside };
}
