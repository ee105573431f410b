// Tests: test/reachability/compute/laws.test.ts
import { type Fields, isMap } from "../../../data";
import { atPath, inputError } from "../../../problems";
import {
  AddressSet,
  CidrError,
  type Family,
  MAX_PORT,
  type PortRange,
  PortSet,
  PROTOCOLS,
} from "../../../net";
import {
  disjoint,
  type ReportedEnd,
  IndexSet,
  isPlural,
  PortTable,
  type Term,
  type UnitRelation,
} from "../../compute";
import { isRepresentativeName } from "../../read";

/** Whether a value is meant as a saved relation, and not as a manifest, which has a kind. Whole or not: reading tells. */
export const isSaved = (value: unknown): boolean => isMap(value) && value["kind"] === undefined;

/**
 * Reads back what `palisade reach --json` printed.
 * @throws PalisadeInputError when an end or product is malformed, or names an end that isn't listed.
 */
export function readSaved(value: unknown): UnitRelation {
  if (!isMap(value) || value["ends"] === undefined)
    throw inputError(
      [],
      "is neither a manifest, which has a kind, nor what reach --json prints, which has ends",
    );
  if (value["filter"] !== undefined)
    throw inputError([], "is a filtered relation", "Save it without --from, --to and --port");
  const ends = list(value["ends"], "ends").map(readEnd);
  const numbers = new Map(ends.map(({ id }, number) => [id, number]));
  const table = new PortTable();
  const rows = (products: readonly Fields[]) => {
    const terms = ends.map((): Term[] => []);
    for (const product of products) {
      const members = (side: string) =>
        texts(product[side]).map((id) => {
          const number = numbers.get(id);
          if (number === undefined) throw inputError([], `a product names ${id}, which isn't among the ends`);
          return number;
        });
      const term = { ports: table.number(readPorts(product)), set: IndexSet.of(ends.length, members("to")) };
      for (const from of members("from")) terms[from]?.push(term);
    }
    return terms;
  };
  const certain = rows(list(value["allowed"], "allowed"));
  const doubtful = rows(list(value["unknown"], "unknown"));
  const lower = certain.map((row) => disjoint(ends.length, table, row));
  const upper = certain.map((row, number) =>
    disjoint(ends.length, table, [...row, ...(doubtful[number] ?? [])]),
  );
  const units = ends.map((end, number) => ({
    classes: [number],
    ends: [end],
    addresses: end.kind === "IPBlock" ? AddressSet.of(end.id) : undefined,
  }));
  return { units, table, lower, upper, inside: readInside(value["inside"]) };
}

/** The families of pods' addresses, as far as the input of a saved answer told; empty: it didn't, or an earlier version saved it. */
export function savedFamilies(value: unknown): readonly Family[] {
  const given = isMap(value) ? value["families"] : undefined;
  return Array.isArray(given) ? FAMILIES.filter((family) => given.includes(family)) : [];
}

const FAMILIES: readonly Family[] = [4, 6];

function list(value: unknown, name: string): readonly Fields[] {
  if (Array.isArray(value) && value.every(isMap)) return value;
  throw inputError(atPath(name), "isn't a list of objects");
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** The addresses that a saved answer says are none outside. */
function readInside(value: unknown): AddressSet {
  try {
    return AddressSet.of(...texts(value));
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    throw inputError(atPath("inside"), error.message);
  }
}

function readEnd({ id, kind, namespace, name, labels }: Fields, number: number): ReportedEnd {
  if (typeof id !== "string" || typeof kind !== "string")
    throw inputError(atPath("ends", number), "has no id and kind");
  const called = typeof name === "string" ? name : id;
  return {
    id,
    kind: kind,
    namespace: typeof namespace === "string" ? namespace : "",
    name: called,
    labels: isMap(labels) ? (labels as Record<string, string>) : {},
    classes: [number],
    plural: isPlural(kind, isRepresentativeName(called)),
  };
}

function readPorts({ protocol, ports }: Fields): PortSet {
  const known = PROTOCOLS.find((one) => one === protocol);
  const ranges = String(ports)
    .split(",")
    .map((text): PortRange | undefined => {
      const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
      const [from, to] = [Number(first), Number(last)];
      return known === undefined || from < 1 || to > MAX_PORT || to < from
        ? undefined
        : { protocol: known, from, to };
    });
  const read = ranges.filter((range): range is PortRange => range !== undefined);
  if (read.length < ranges.length) throw inputError([], `${String(protocol)} ${String(ports)} aren't ports`);
  return PortSet.of(read);
}
