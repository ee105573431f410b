import type { Bound } from "../../kubernetes";
import { AddressSet } from "../../net";
import {
  disjoint,
  IndexSet,
  outsideEnd,
  PortTable,
  type Term,
  type Terms,
  type Unit,
  type UnitRelation,
} from "../compute";
import { append } from "../../data";

/** One cluster's relation, and the name that its ends get. */
export interface ClusterRelation {
  readonly cluster: string;
  readonly relation: UnitRelation;
}

/**
 * The relation of several clusters together. Ends are called by their cluster, `eks-dev:shop/web[Deployment]`. What one
 * cluster lets out to some address outside, and another lets in from some, may connect the two: under which addresses
 * they see each other isn't known.
 */
export function joinClusters(parts: readonly ClusterRelation[]): UnitRelation {
  const units: Unit[] = [];
  /** For each cluster and each of its units, the joint units that it became. */
  const places = parts.map(({ cluster, relation }) =>
    relation.units.map(({ ends, addresses }): number[] => {
      if (addresses !== undefined) return [];
      return [units.push({ classes: [], ends: ends.map((end) => named(end, cluster)), addresses }) - 1];
    }),
  );
  addOutside(parts, places, units);
  const table = new PortTable();
  const rows = (bound: Bound): Terms[] => {
    const found = units.map((): Term[] => []);
    parts.forEach(({ relation }, part) => {
      relation[bound].forEach((row, unit) => {
        const terms = row.map(({ ports, set }): Term => ({
          ports: table.number(relation.table.get(ports)),
          set: IndexSet.of(
            units.length,
            set.toArray().flatMap((target) => places[part]?.[target] ?? []),
          ),
        }));
        for (const place of places[part]?.[unit] ?? []) found[place]?.push(...terms);
      });
    });
    if (bound === "upper") addCrossing(parts, places, found, table);
    return found.map((terms) => disjoint(units.length, table, terms));
  };
  // An address of one cluster may be outside of another.
  return { units, table, lower: rows("lower"), upper: rows("upper"), inside: AddressSet.empty };
}

function named(end: Unit["ends"][number], cluster: string): Unit["ends"][number] {
  const namespace = end.namespace === "" ? "" : `${cluster}:${end.namespace}`;
  const name = end.namespace === "" ? `${cluster}:${end.name}` : end.name;
  return { ...end, labels: end.labels, id: `${cluster}:${end.id}`, namespace, name };
}

/** Addresses outside, split where some cluster tells them apart. */
function addOutside(parts: readonly ClusterRelation[], places: readonly number[][][], units: Unit[]): void {
  const outside = parts.flatMap(({ relation }, part) =>
    relation.units.flatMap(({ addresses, ends }, unit) =>
      addresses === undefined || ends.length === 0 ? [] : [{ part, unit, addresses }],
    ),
  );
  for (const { part: addresses, members } of AddressSet.partition(outside.map((one) => one.addresses))) {
    if (members.length === 0) continue;
    const number =
      units.push({ classes: [], ends: addresses.toCidrs().map((cidr) => outsideEnd(cidr)), addresses }) - 1;
    for (const member of members) {
      const one = outside[member];
      if (one !== undefined) places[one.part]?.[one.unit]?.push(number);
    }
  }
}

/** What may pass from one cluster to another: what leaves the one for somewhere, and enters the other from somewhere. */
function addCrossing(
  parts: readonly ClusterRelation[],
  places: readonly number[][][],
  rows: readonly Term[][],
  table: PortTable,
): void {
  const universe = rows.length;
  const [leaving, entering] = [
    parts.map((part) => leavingOf(part, table)),
    parts.map((part) => enteringOf(part, table)),
  ];
  parts.forEach((_, from) => {
    parts.forEach((__, to) => {
      if (from === to) return;
      const targets = new Map<number, number[]>();
      entering[to]?.forEach((ports, unit) => {
        for (const place of places[to]?.[unit] ?? []) append(targets, ports, place);
      });
      leaving[from]?.forEach((out, unit) => {
        for (const place of places[from]?.[unit] ?? []) {
          for (const [ports, members] of targets) {
            rows[place]?.push({ ports: table.intersect(out, ports), set: IndexSet.of(universe, members) });
          }
        }
      });
    });
  });
}

/** By unit inside, the ports that may leave for some address outside. */
function leavingOf({ relation }: ClusterRelation, table: PortTable): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  relation.units.forEach(({ addresses }, unit) => {
    if (addresses !== undefined) return;
    for (const { ports, set } of relation.upper[unit] ?? []) {
      const outside = set.toArray().some((target) => relation.units[target]?.addresses !== undefined);
      if (outside)
        found.set(
          unit,
          table.union(found.get(unit) ?? PortTable.NONE, table.number(relation.table.get(ports))),
        );
    }
  });
  return found;
}

/** By unit inside, the ports that may be reached from some address outside. */
function enteringOf({ relation }: ClusterRelation, table: PortTable): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  relation.units.forEach(({ addresses }, unit) => {
    if (addresses === undefined) return;
    for (const { ports, set } of relation.upper[unit] ?? []) {
      const number = table.number(relation.table.get(ports));
      set.forEach((target) => found.set(target, table.union(found.get(target) ?? PortTable.NONE, number)));
    }
  });
  return found;
}
