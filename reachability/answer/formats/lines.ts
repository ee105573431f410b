// Tests: test/reachability/answer/formats/markdown.test.ts
import { AddressSet, formatAddress, type PortSet } from "../../../net";
import { type ReportedEnd, IndexSet, PortTable, rowsOf, type Terms, type UnitRelation } from "../../compute";

/** One side of a line: an end, or the addresses outside that are alike for the other side. */
export type Party =
  | { readonly kind: "end"; readonly end: ReportedEnd }
  | { readonly kind: "outside"; readonly addresses: AddressSet };

/** One connection: the ports that are surely open, and those that may be. Never both empty. */
export interface Line {
  readonly from: Party;
  readonly to: Party;
  readonly allowed: PortSet;
  readonly unknown: PortSet;
}

/**
 * Every connection of a relation, in the order of source and target ids, addresses outside last. A Pod isn't listed
 * with itself; a workload is, when two of its replicas may talk.
 */
export function* linesOf(relation: UnitRelation): Generator<Line> {
  const { units, table, inside } = relation;
  const allowed = rowsOf(relation, "allowed");
  const unknown = rowsOf(relation, "unknown");
  const byId = (a: { end: ReportedEnd }, b: { end: ReportedEnd }) => (a.end.id < b.end.id ? -1 : 1);
  const within = units.flatMap(({ ends, addresses }, unit) =>
    addresses === undefined ? ends.map((end) => ({ end, unit })) : [],
  );
  within.sort(byId);
  const outside = [...units.keys()].filter((unit) => units[unit]?.addresses !== undefined);
  const at = (rows: readonly Terms[], from: number, to: number): PortSet => {
    let ports: number = PortTable.NONE;
    for (const term of rows[from] ?? []) if (term.set.has(to)) ports = table.union(ports, term.ports);
    return table.get(ports);
  };
  // Many ends reach the same addresses: each union is made once.
  const unions = new Map<string, AddressSet>();
  const joined = (members: readonly number[]): AddressSet => {
    const key = members.join();
    const known =
      unions.get(key) ??
      bridged(
        members.reduce(
          (sum, unit) => sum.union(units[unit]?.addresses ?? AddressSet.empty),
          AddressSet.empty,
        ),
        inside,
      );
    unions.set(key, known);
    return known;
  };
  const grouped = (pair: (unit: number) => readonly [from: number, to: number]) => {
    const groups = new Map<string, { allowed: PortSet; unknown: PortSet; units: number[] }>();
    for (const unit of outside) {
      const [from, to] = pair(unit);
      const open = { allowed: at(allowed, from, to), unknown: at(unknown, from, to) };
      if (open.allowed.isEmpty() && open.unknown.isEmpty()) continue;
      const key = `${open.allowed.key()} ${open.unknown.key()}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ...open, units: [unit] });
      else group.units.push(unit);
    }
    return [...groups.values()].map(({ units: members, ...open }) => ({
      ...open,
      addresses: joined(members),
    }));
  };
  const reached = reachedOf(units.length, within);
  for (const from of within) {
    for (const to of reached([...(allowed[from.unit] ?? []), ...(unknown[from.unit] ?? [])])) {
      if (from.end === to.end && !from.end.plural) continue;
      yield {
        from: { kind: "end", end: from.end },
        to: { kind: "end", end: to.end },
        allowed: at(allowed, from.unit, to.unit),
        unknown: at(unknown, from.unit, to.unit),
      };
    }
    for (const { addresses, ...open } of grouped((unit) => [from.unit, unit])) {
      yield { from: { kind: "end", end: from.end }, to: { kind: "outside", addresses }, ...open };
    }
  }
  for (const to of within) {
    for (const { addresses, ...open } of grouped((unit) => [unit, to.unit])) {
      yield { from: { kind: "outside", addresses }, to: { kind: "end", end: to.end }, ...open };
    }
  }
}

/** Addresses, and what lies between two of them that is none outside: a range runs over it. */
function bridged(addresses: AddressSet, inside: AddressSet): AddressSet {
  if (inside.isEmpty()) return addresses;
  const filled = addresses.union(inside);
  // Of the runs of both only those count that begin and end with addresses outside.
  return filled.toRanges().reduce((sum, run) => {
    const own = addresses.intersect(AddressSet.of({ ...run, prefix: 0 })).toRanges();
    const [first, last] = [own[0], own.at(-1)];
    return first === undefined || last === undefined
      ? sum
      : sum.union(AddressSet.of({ family: run.family, first: first.first, last: last.last, prefix: 0 }));
  }, AddressSet.empty);
}

/** The ends that some term reaches, in their order: by looking at what the terms hold, unless that is most of all. */
function reachedOf<Within extends { readonly unit: number }>(universe: number, within: readonly Within[]) {
  const places = Array.from({ length: universe }, (): number[] => []);
  within.forEach(({ unit }, place) => places[unit]?.push(place));
  return (terms: Terms): readonly Within[] => {
    const set = IndexSet.unionOf(
      universe,
      terms.map((term) => term.set),
    );
    if (set.size * 16 > universe) return within.filter(({ unit }) => set.has(unit));
    const found: number[] = [];
    set.forEach((unit) => found.push(...(places[unit] ?? [])));
    return found.sort((a, b) => a - b).flatMap((place) => within[place] ?? []);
  };
}

/** `All Connections`, or `TCP 80,443; UDP 53`. */
export function portsText(ports: PortSet): string {
  const known = texts.get(ports) ?? (ports.isAll() ? "All Connections" : ports.toString());
  texts.set(ports, known);
  return known;
}

/** The same few sets are printed again and again. */
const texts = new WeakMap<PortSet, string>();

/** `10.0.0.0-10.255.255.255`, one a run of addresses; a single address stands alone. */
export function rangeTexts(addresses: AddressSet): string[] {
  return addresses.toRanges().map(({ family, first, last }) => {
    const text = formatAddress({ family, value: first });
    return first === last ? text : `${text}-${formatAddress({ family, value: last })}`;
  });
}

/** A party with all its addresses, for a reviewer: in blocks where these are few, else in ranges. */
export function wholePartyText(party: Party): string {
  const text = partyText(party);
  return party.kind === "end" || !text.includes(" more blocks")
    ? text
    : rangeTexts(party.addresses).join(", ");
}

/** A party in few words, for tables and pictures. */
export function partyText(party: Party): string {
  if (party.kind === "end") return party.end.id;
  const { addresses } = party;
  if (addresses.equals(AddressSet.all)) return "anywhere outside";
  const cidrs = addresses.toString().split(", ");
  return cidrs.length <= 4
    ? cidrs.join(", ")
    : `${cidrs.slice(0, 3).join(", ")} and ${cidrs.length - 3} more blocks`;
}
