import type { UnitRelation } from "../../compute";
import { type Line, type Party, linesOf, portsText, rangeTexts } from "./lines";

/**
 * One line a connection, sorted: `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`. Addresses outside are
 * ranges, one line each. What may be open is a line of its own that ends in `(unknown)`.
 */
export function* txtFormat(relation: UnitRelation): Generator<string> {
  const bySource = new Map<string, string[]>();
  for (const line of linesOf(relation)) {
    for (const from of names(line.from)) {
      const lines = bySource.get(from) ?? [];
      for (const to of names(line.to)) lines.push(...texts(from, to, line));
      bySource.set(from, lines);
    }
  }
  // No name is the beginning of another one, so sorting by source and then by line sorts all lines.
  for (const source of [...bySource.keys()].sort()) {
    const lines = bySource.get(source) ?? [];
    yield `${lines.sort().join("\n")}\n`;
  }
}

const names = (party: Party): string[] =>
  party.kind === "end" ? [party.end.id] : rangeTexts(party.addresses);

function texts(from: string, to: string, { allowed, unknown }: Line): string[] {
  const lines: string[] = [];
  if (!allowed.isEmpty()) lines.push(`${from} => ${to} : ${portsText(allowed)}`);
  if (!unknown.isEmpty()) lines.push(`${from} => ${to} : ${portsText(unknown)} (unknown)`);
  return lines;
}
