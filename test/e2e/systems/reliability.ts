import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../engine/project";

/** One row of the table in docs/reliability.md. */
export interface FaultRow {
  readonly fault: string;
  /** What one reads. */
  readonly error: string;
  /** What makes it as it was meant to be. */
  readonly next: string;
}

const file = join(root, "docs", "reliability.md");
const begin = "<!-- faults: printed by `npm run e2e -- --only faults`; PALISADE_UPDATE_DOCS=1 writes it -->";
const end = "<!-- end of faults -->";

/** The table as the page has it. */
function table(rows: readonly FaultRow[]): string {
  const all = [
    ["fault", "what one reads", "what brings it back"],
    ...rows.map(({ fault, error, next }) => [fault, error, next]),
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const lines = all.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}

/** Compares what this run survived with the page's table, or writes it; returns the table. */
export function checkReliabilityTable(rows: readonly FaultRow[]): string {
  const page = readFileSync(file, "utf8");
  const [before = "", rest = ""] = page.split(begin);
  const [written = "", after = ""] = rest.split(end);
  const printed = table(rows);
  if (process.env["PALISADE_UPDATE_DOCS"] === "1") {
    writeFileSync(file, `${before}${begin}\n\n${printed}\n\n${end}${after}`);
  } else {
    assert.equal(
      written.trim(),
      printed,
      "docs/reliability.md is stale: PALISADE_UPDATE_DOCS=1 npm run e2e -- --only faults",
    );
  }
  return printed;
}
