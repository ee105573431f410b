// Tests: test/reachability/answer/formats/markdown.test.ts
import type { Diff } from "./diff";
import { hasAny, productsOf, rowsOf, type UnitRelation } from "../../compute";
import { productText } from "../formats/json";
import { linesOf, wholePartyText, portsText } from "../formats/lines";
import { txtFormat } from "../formats/txt";

/**
 * Lines that begin with `+` for what is gained and `-` for what is lost; `(unknown)` ends what only may be so. `notes`
 * say what couldn't be compared, in lines that begin with `?`.
 */
export function* diffTxt({ gained, lost }: Diff, notes: readonly string[] = []): Generator<string> {
  let empty = true;
  for (const [sign, relation] of [
    ["+", gained],
    ["-", lost],
  ] as const) {
    for (const piece of txtFormat(relation)) {
      empty = false;
      yield piece.replaceAll(/^(?=.)/gm, `${sign} `);
    }
  }
  if (empty && notes.length === 0) yield "no connection gained or lost\n";
  for (const note of notes) yield `? ${note}\n`;
}

/** For a pull request: one table for each direction, and a summary line before both. */
export function* diffMarkdown({ gained, lost }: Diff, notes: readonly string[] = []): Generator<string> {
  const more = rows(gained);
  const fewer = rows(lost);
  yield `### Reachability: ${count(more.length, "connection")} gained, ${fewer.length} lost\n`;
  for (const note of notes) yield `\n**Not compared:** ${note}.\n`;
  if (more.length + fewer.length + notes.length === 0)
    yield "\nNothing that could reach something before can't now, nor the reverse.\n";
  yield* table("Gained", more);
  yield* table("Lost", fewer);
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function rows(relation: UnitRelation): string[] {
  return [...linesOf(relation)].map(({ from, to, allowed, unknown }) => {
    const ports = [
      ...(allowed.isEmpty() ? [] : [portsText(allowed)]),
      ...(unknown.isEmpty() ? [] : [`perhaps ${portsText(unknown)}`]),
    ];
    return `| \`${wholePartyText(from)}\` | \`${wholePartyText(to)}\` | ${ports.join("; ")} |\n`;
  });
}

function* table(title: string, lines: readonly string[]): Generator<string> {
  if (lines.length === 0) return;
  yield `\n**${title}**\n\n| From | To | Ports |\n| --- | --- | --- |\n`;
  yield* lines;
}

/**
 * One document: `gained` and `lost` as products like those of `reach --json`, `mayGain` and `mayLose` for what only may
 * be so.
 */
export function diffJson({ gained, lost }: Diff, warnings: readonly string[]): string {
  const list = (relation: UnitRelation, answer: "allowed" | "unknown") =>
    productsOf(relation, rowsOf(relation, answer)).map(productText).join(",\n");
  return [
    `{"gained":[\n${list(gained, "allowed")}\n],"lost":[\n${list(lost, "allowed")}\n],`,
    `"mayGain":[\n${list(gained, "unknown")}\n],"mayLose":[\n${list(lost, "unknown")}\n],`,
    `"warnings":${JSON.stringify(warnings)}}\n`,
  ].join("");
}

/** Whether something only may be gained or lost. */
export const isUnknownAnywhere = ({ gained, lost }: Diff): boolean =>
  hasAny(gained, "unknown") || hasAny(lost, "unknown");

/** Whether something is gained, surely or perhaps. */
export const gainsAny = ({ gained }: Diff): boolean =>
  (["allowed", "unknown"] as const).some((answer) => hasAny(gained, answer));
