// Tests: test/reachability/compute/laws.test.ts
import { type Family, formatCidr } from "../../../net";
import { type ReportedEnd, type Product, productsOf, rowsOf, type UnitRelation } from "../../compute";

/** What a document says besides the relation. */
export interface Notes {
  readonly warnings: readonly string[];
  /** What was asked for, when not everything: pairs outside of it are not answered. */
  readonly filter?: Readonly<Record<string, string>>;
  /** The families of pods' addresses, as far as the input tells. */
  readonly families?: readonly Family[];
  /** What plugins would answer otherwise, as a JSON text; left out where nothing is. */
  readonly departures?: string | undefined;
}

/**
 * The relation as one JSON document, in pieces: `ends`, `allowed` and `unknown` as products of end ids, `warnings`.
 * Pieces, because a dense relation may not fit into one string.
 */
export function* jsonFormat(
  relation: UnitRelation,
  { warnings, filter, families, departures }: Notes,
): Generator<string> {
  yield '{"ends":[';
  yield* joined(endsOf(relation).map(endText));
  yield '\n],"allowed":[';
  yield* joined(productTexts(relation, "allowed"));
  yield '\n],"unknown":[';
  yield* joined(productTexts(relation, "unknown"));
  yield `\n],"warnings":${JSON.stringify(warnings)}`;
  if (families !== undefined) yield `,"families":${JSON.stringify(families)}`;
  if (departures !== undefined) yield `,"departures":${departures}`;
  if (!relation.inside.isEmpty())
    yield `,"inside":${JSON.stringify(relation.inside.toCidrs().map(formatCidr))}`;
  if (filter !== undefined) yield `,"filter":${JSON.stringify(filter)}`;
  yield "}\n";
}

/** Every end of a relation once, in the order of ids. */
function endsOf({ units }: UnitRelation): ReportedEnd[] {
  return units.flatMap(({ ends }) => ends).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

const endText = ({ id, kind, namespace, name, labels }: ReportedEnd): string =>
  JSON.stringify({ id, kind, namespace, name, labels });

/** The products of one answer as JSON texts. */
export function* productTexts(relation: UnitRelation, answer: "allowed" | "unknown"): Generator<string> {
  for (const product of productsOf(relation, rowsOf(relation, answer))) yield productText(product);
}

/** One product; ids in order, so that equal relations print alike. */
export function productText({ from, to, protocol, ports }: Product): string {
  const ids = (ends: readonly ReportedEnd[]) => ends.map(({ id }) => id).sort();
  return JSON.stringify({ from: ids(from), to: ids(to), protocol, ports });
}

function* joined(items: Iterable<string>): Generator<string> {
  let separator = "\n";
  for (const item of items) {
    yield separator + item;
    separator = ",\n";
  }
}
