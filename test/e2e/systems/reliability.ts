import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../engine/project";

/** A kind of fault: a row of the table in docs/reliability.md. */
export interface Fault {
  readonly fault: string;
  /** What makes everything as it was meant to be. */
  readonly next: string;
  /** How many faults of this kind there are; absent: one. */
  readonly times?: number;
}

const file = join(root, "docs", "reliability.md");
const begin = "<!-- faults: printed by `npm run e2e -- --only faults`; PALISADE_UPDATE_DOCS=1 writes it -->";
const end = "<!-- end of faults -->";

/** Which faults a run has survived, and what was read of each. */
export class FaultTable {
  readonly #read = new Map<Fault, string>();

  constructor(private readonly faults: readonly Fault[]) {}

  /** How many faults a whole run survives. */
  get size(): number {
    return this.faults.reduce((sum, { times = 1 }) => sum + times, 0);
  }

  /** @param read the words that a person read, as they were said */
  survived(fault: Fault, read: string): void {
    this.#read.set(fault, read);
  }

  /**
   * Compares the table of a run with the page's, or writes it; returns it. A run that has stopped before its end has too short
   * a table to compare, and is red already.
   */
  check(): string {
    const printed = table(
      this.faults.filter((fault) => this.#read.has(fault)).map((fault) => this.#row(fault)),
    );
    if (this.#read.size < this.faults.length)
      return `${printed}\n\n${this.#read.size} of ${this.faults.length} kinds: not compared with docs/reliability.md`;
    const page = readFileSync(file, "utf8");
    const [before = "", rest = ""] = page.split(begin);
    const [written = "", after = ""] = rest.split(end);
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

  #row(fault: Fault): readonly string[] {
    return [fault.fault, this.#read.get(fault) ?? "", fault.next];
  }
}

/** A table as the page has it. */
function table(rows: readonly (readonly string[])[]): string {
  const all = [["fault", "what one reads", "what brings it back"], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const lines = all.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}
