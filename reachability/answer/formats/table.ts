import type { ReportedEnd, UnitRelation } from "../../compute";
import { append } from "../../../data";
import { type Line, linesOf, partyText, portsText } from "./lines";

/** How much a matrix may hold before lines read better. */
const MAX_ENDS = 14;

/** What a table is drawn for. */
export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether namespaces show in which nothing reaches anything: that is an answer where all is asked about. */
  readonly withEmpty: boolean;
}

/**
 * For people: a matrix for each namespace that fits, sources down, targets across; then everything else, sources that
 * reach the same on one line.
 */
export function* tableFormat(relation: UnitRelation, { width, withEmpty }: TableOptions): Generator<string> {
  const ends = relation.units.flatMap(({ ends: own, addresses }) => (addresses === undefined ? own : []));
  const namespaces = new Map<string, ReportedEnd[]>();
  for (const end of ends) append(namespaces, end.namespace, end);
  const lines = [...linesOf(relation)];
  const within = new Map<string, Line[]>();
  for (const line of lines) {
    const { from, to } = line;
    if (from.kind === "end" && to.kind === "end" && from.end.namespace === to.end.namespace)
      append(within, from.end.namespace, line);
  }
  const shown = new Set<Line>();
  for (const [namespace, own] of [...namespaces].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (namespace === "") continue;
    const inside = within.get(namespace) ?? [];
    const matrix = inside.length > 0 || withEmpty ? matrixOf(own, inside, width) : undefined;
    if (matrix === undefined) continue;
    for (const line of inside) shown.add(line);
    yield `namespace ${namespace} (from ↓ to →; · blocked, ? unknown)\n${matrix}\n`;
  }
  const rest = lines.filter((line) => !shown.has(line));
  if (rest.length > 0) yield `${shown.size > 0 ? "beyond these:\n" : ""}${grouped(rest).join("\n")}\n`;
  if (lines.length === 0) yield "nothing reaches anything\n";
}

/** The matrix as text, or undefined where it is too large for the terminal. */
function matrixOf(ends: readonly ReportedEnd[], lines: readonly Line[], width: number): string | undefined {
  if (ends.length > MAX_ENDS) return undefined;
  const sorted = [...ends].sort((a, b) => (a.id < b.id ? -1 : 1));
  const cells = new Map<string, string>();
  for (const { from, to, allowed, unknown } of lines) {
    if (from.kind !== "end" || to.kind !== "end") continue;
    const texts = [
      ...(allowed.isEmpty() ? [] : [allowed.isAll() ? "all" : allowed.toString()]),
      ...(unknown.isEmpty() ? [] : [unknown.isAll() ? "?" : `${unknown.toString()} ?`]),
    ];
    cells.set(`${from.end.id} ${to.end.id}`, texts.join("; "));
  }
  const name = ({ id }: ReportedEnd) => id.slice(id.indexOf("/") + 1);
  const rows = [
    ["", ...sorted.map(name)],
    ...sorted.map((from) => [
      name(from),
      ...sorted.map((to) => (from === to && !from.plural ? "" : (cells.get(`${from.id} ${to.id}`) ?? "·"))),
    ]),
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  if (widths.reduce((sum, one) => sum + one + 2, 2) > width) return undefined;
  return rows
    .map(
      (row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd() + "\n",
    )
    .join("");
}

/** Lines with the same target and ports made one. */
function grouped(lines: readonly Line[]): string[] {
  const groups = new Map<string, { sources: string[]; target: string }>();
  for (const { from, to, allowed, unknown } of lines) {
    const texts = [
      ...(allowed.isEmpty() ? [] : [portsText(allowed)]),
      ...(unknown.isEmpty() ? [] : [`${portsText(unknown)} (unknown)`]),
    ];
    const target = `${partyText(to)} : ${texts.join(", ")}`;
    const group = groups.get(target) ?? { sources: [], target };
    group.sources.push(partyText(from));
    groups.set(target, group);
  }
  return [...groups.values()].map(({ sources, target }) => {
    const some = sources.length <= 4 ? sources : [...sources.slice(0, 3), `${sources.length - 3} more`];
    return `  ${some.join(", ")} → ${target}`;
  });
}
