import { type End, type Product, productsOf, rowsOf, type UnitRelation } from "../../compute";

/** What a document says besides the relation. */
export interface Notes {
  readonly warnings: readonly string[];
  /** What was asked for, when not everything: pairs outside of it are not answered. */
  readonly filter?: Readonly<Record<string, string>>;
}

/**
 * The relation as one JSON document, in pieces: `ends`, `allowed` and `unknown` as products of end ids, `warnings`.
 * Pieces, because a dense relation may not fit into one string.
 */
export function* jsonFormat(relation: UnitRelation, { warnings, filter }: Notes): Generator<string> {
  yield '{"ends":[';
  yield* joined(endsOf(relation).map(endText));
  yield '\n],"allowed":[';
  yield* joined(productTexts(relation, "allowed"));
  yield '\n],"unknown":[';
  yield* joined(productTexts(relation, "unknown"));
  yield `\n],"warnings":${JSON.stringify(warnings)}`;
  if (filter !== undefined) yield `,"filter":${JSON.stringify(filter)}`;
  yield "}\n";
}

/** Every end of a relation once, in the order of ids. */
function endsOf({ units }: UnitRelation): End[] {
  return units.flatMap(({ ends }) => ends).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

const endText = ({ id, kind, namespace, name, labels }: End): string =>
  JSON.stringify({ id, kind, namespace, name, labels });

function* productTexts(relation: UnitRelation, answer: "allowed" | "unknown"): Generator<string> {
  for (const product of productsOf(relation, rowsOf(relation, answer))) yield productText(product);
}

/** One product; ids in order, so that equal relations print alike. */
export function productText({ from, to, protocol, ports }: Product): string {
  const ids = (ends: readonly End[]) => ends.map(({ id }) => id).sort();
  return JSON.stringify({ from: ids(from), to: ids(to), protocol, ports });
}

function* joined(items: Iterable<string>): Generator<string> {
  let separator = "\n";
  for (const item of items) {
    yield separator + item;
    separator = ",\n";
  }
}
