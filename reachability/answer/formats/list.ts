// Tests: test/reachability/answer/formats/list.test.ts
import { append } from "../../../data";
import type { PortSet } from "../../../net";
import type { UnitRelation } from "../../compute";
import { type Line, linesOf, portsText, wholePartyText } from "./lines";

/** What a list is drawn for. */
export interface ListOptions {
  /** Columns of the terminal, at least 60. */
  readonly width: number;
  /** By which side the connections stand together: the one that was asked about. */
  readonly by: "from" | "to";
}

/**
 * For people who asked about some ends: every connection, none summed up. Under each end of the one side those of the other, with
 * their ports; no line is longer than the terminal is wide.
 */
export function* listFormat(relation: UnitRelation, { width, by }: ListOptions): Generator<string> {
  const other = by === "to" ? "from" : "to";
  const groups = new Map<string, Line[]>();
  for (const line of linesOf(relation)) append(groups, wholePartyText(line[by]), line);
  let isFirst = true;
  for (const [end, lines] of groups) {
    yield `${isFirst ? "" : "\n"}${broken(`${by} ${end}`, width, 2).join("\n")}\n`;
    isFirst = false;
    const rows = lines.map((line) => [`${other} ${wholePartyText(line[other])}`, openText(line)] as const);
    yield* rowsOf(rows, width);
  }
  if (groups.size === 0) yield "nothing that is asked about is open\n";
}

/** What a row is indented by, and what stands between its columns. */
const GAP = 2;
/** The least that the ports' column is wide. */
const LEAST = 12;

/** Two columns where these fit; else the ports below their end. */
function* rowsOf(rows: readonly (readonly [string, string])[], width: number): Generator<string> {
  const names = Math.max(...rows.map(([name]) => name.length));
  const at = GAP + names + GAP;
  const besides = at + LEAST <= width;
  for (const [name, ports] of rows) {
    const lines = broken(ports, besides ? width - at : width - 3 * GAP);
    if (besides) {
      const [first = "", ...more] = lines;
      yield `${" ".repeat(GAP)}${name.padEnd(names + GAP)}${first}\n`;
      for (const line of more) yield `${" ".repeat(at)}${line}\n`;
    } else {
      for (const line of broken(name, width - GAP, 2)) yield `${" ".repeat(GAP)}${line}\n`;
      for (const line of lines) yield `${" ".repeat(3 * GAP)}${line}\n`;
    }
  }
}

function openText({ allowed, unknown }: Line): string {
  const text = (ports: PortSet) => portsText(ports).replaceAll(",", ", ");
  return [
    ...(allowed.isEmpty() ? [] : [text(allowed)]),
    ...(unknown.isEmpty() ? [] : [`${text(unknown)} (unknown)`]),
  ].join("; ");
}

/** A text in lines of at most `width` columns, broken at spaces, or after what parts a name; `indent` is before all but the first. */
function broken(text: string, width: number, indent = 0): readonly string[] {
  const pieces = text.match(/[^ /,=:]*[ /,=:]|[^ /,=:]+$/g) ?? [text];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    for (const part of piece.match(new RegExp(`.{1,${width - indent}}`, "gs")) ?? []) {
      if ((line + part).trimEnd().length > width && line.trim() !== "") {
        lines.push(line.trimEnd());
        line = " ".repeat(indent);
      }
      line += part;
    }
  }
  return [...lines, line.trimEnd()];
}
