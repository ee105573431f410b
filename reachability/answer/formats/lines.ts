import { AddressSet, formatAddress, PortSet } from "../../../net";
import { type End, rowsOf, type Terms, type UnitRelation } from "../../compute";

/** One side of a line: an end, or the addresses outside that are alike for the other side. */
export type Party =
  { readonly kind: "end"; readonly end: End } | { readonly kind: "outside"; readonly addresses: AddressSet };

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
  const { units, table } = relation;
  const allowed = rowsOf(relation, "allowed");
  const unknown = rowsOf(relation, "unknown");
  const byId = (a: { end: End }, b: { end: End }) => (a.end.id < b.end.id ? -1 : 1);
  const inside = units.flatMap(({ ends, addresses }, unit) =>
    addresses === undefined ? ends.map((end) => ({ end, unit })) : [],
  );
  inside.sort(byId);
  const outside = [...units.keys()].filter((unit) => units[unit]?.addresses !== undefined);
  const at = (rows: readonly Terms[], from: number, to: number): PortSet =>
    (rows[from] ?? []).reduce(
      (ports, term) => (term.set.has(to) ? ports.union(table.get(term.ports)) : ports),
      PortSet.empty,
    );
  // Many ends reach the same addresses: each union is made once.
  const unions = new Map<string, AddressSet>();
  const joined = (members: readonly number[]): AddressSet => {
    const key = members.join();
    const known =
      unions.get(key) ??
      members.reduce((sum, unit) => sum.union(units[unit]?.addresses ?? AddressSet.empty), AddressSet.empty);
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
  for (const from of inside) {
    for (const to of reached([allowed[from.unit] ?? [], unknown[from.unit] ?? []], inside)) {
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
  for (const to of inside) {
    for (const { addresses, ...open } of grouped((unit) => [unit, to.unit])) {
      yield { from: { kind: "outside", addresses }, to: { kind: "end", end: to.end }, ...open };
    }
  }
}

/** The ends that some term reaches. */
function reached(rows: readonly Terms[], inside: readonly { end: End; unit: number }[]) {
  return inside.filter(({ unit }) => rows.some((row) => row.some(({ set }) => set.has(unit))));
}

/** `All Connections`, or `TCP 80,443; UDP 53`. */
export const portsText = (ports: PortSet): string => (ports.isAll() ? "All Connections" : ports.toString());

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
