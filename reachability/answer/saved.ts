import { isMap } from "../../data";
import { AddressSet, MAX_PORT, type PortRange, PortSet, PROTOCOLS } from "../../net";
import { disjoint, type End, IndexSet, isPlural, PortTable, type Term, type UnitRelation } from "../compute";
import { isRepresentativeName } from "../read";

type Fields = Readonly<Record<string, unknown>>;

/** A document that isn't what `palisade reach --json` prints. */
export class SavedError extends Error {
  override readonly name = "SavedError";
}

/** Whether a value is meant as a saved relation, and not as a manifest, which has a kind. Whole or not: reading tells. */
export const isSaved = (value: unknown): boolean => isMap(value) && value["kind"] === undefined;

/**
 * Reads back what `palisade reach --json` printed.
 * @throws SavedError when an end or product is malformed, or names an end that isn't listed.
 */
export function readSaved(value: unknown): UnitRelation {
  if (!isMap(value) || value["ends"] === undefined)
    throw new SavedError(
      "is neither a manifest, which has a kind, nor what reach --json prints, which has ends",
    );
  if (value["filter"] !== undefined)
    throw new SavedError("is a filtered relation: save it without --from, --to and --port");
  const ends = list(value["ends"], "ends").map(readEnd);
  const numbers = new Map(ends.map(({ id }, number) => [id, number]));
  const table = new PortTable();
  const rows = (products: readonly Fields[]) => {
    const terms = ends.map((): Term[] => []);
    for (const product of products) {
      const members = (side: string) =>
        texts(product[side]).map((id) => {
          const number = numbers.get(id);
          if (number === undefined)
            throw new SavedError(`a product names ${id}, which is not among the ends`);
          return number;
        });
      const term = { ports: table.number(readPorts(product)), set: IndexSet.of(ends.length, members("to")) };
      for (const from of members("from")) terms[from]?.push(term);
    }
    return terms;
  };
  const sure = rows(list(value["allowed"], "allowed"));
  const doubtful = rows(list(value["unknown"], "unknown"));
  const lower = sure.map((row) => disjoint(ends.length, table, row));
  const upper = sure.map((row, number) =>
    disjoint(ends.length, table, [...row, ...(doubtful[number] ?? [])]),
  );
  const units = ends.map((end, number) => ({
    classes: [number],
    ends: [end],
    addresses: end.kind === "IPBlock" ? AddressSet.of(end.id) : undefined,
  }));
  return { units, table, lower, upper };
}

function list(value: unknown, name: string): readonly Fields[] {
  if (Array.isArray(value) && value.every(isMap)) return value;
  throw new SavedError(`${name} isn't a list of objects`);
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

function readEnd({ id, kind, namespace, name, labels }: Fields, number: number): End {
  if (typeof id !== "string" || typeof kind !== "string")
    throw new SavedError(`ends[${number}] has no id and kind`);
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
  if (read.length < ranges.length) throw new SavedError(`${String(protocol)} ${String(ports)} aren't ports`);
  return PortSet.of(read);
}
