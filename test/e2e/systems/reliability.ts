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

/** What somebody appends by hand: a row of the second table in docs/reliability.md. */
export const ADDITIONS = [
  "a rule to `isolation`",
  "a rule to a workload's policy",
  "a peer to a rule of a workload's policy",
  "a group to a SecurityGroupPolicy",
] as const;
export type Addition = (typeof ADDITIONS)[number];

/** What is done while it is there: the columns. */
export const AFTERWARDS = [
  "palisade drift",
  "pulumi refresh",
  "pulumi up",
  "up with PULUMI_K8S_ENABLE_PATCH_FORCE=true",
  "up from observe to enforce",
] as const;
export type Afterwards = (typeof AFTERWARDS)[number];

const file = join(root, "docs", "reliability.md");

/** Which faults a run has survived, what was read of each, and what each way of looking saw of additions by hand. */
export class FaultTable {
  readonly #read = new Map<Fault, string>();
  readonly #seen = new Map<Addition, Map<Afterwards, string>>();

  /** @param additions the rows of the second table; none: it is left as it is */
  constructor(
    private readonly faults: readonly Fault[],
    private readonly additions: readonly Addition[] = [],
  ) {}

  /** How many faults a whole run survives. */
  get size(): number {
    return this.faults.reduce((sum, { times = 1 }) => sum + times, 0);
  }

  /** @param read the words that a person read, as they were said */
  survived(fault: Fault, read: string): void {
    this.#read.set(fault, read);
  }

  /** @param what what was seen of the addition, or done about it */
  saw(addition: Addition, afterwards: Afterwards, what: string): void {
    const row = this.#seen.get(addition) ?? new Map<Afterwards, string>();
    this.#seen.set(addition, row.set(afterwards, what));
  }

  /**
   * Compares the tables of a run with the page's, or writes them; returns them. A run that has stopped before its end has too short
   * tables to compare, and is red already.
   */
  check(): string {
    const read = this.faults.filter((fault) => this.#read.has(fault));
    const faults = table([
      ["fault", "what one reads", "what brings it back"],
      ...read.map((fault) => [fault.fault, this.#read.get(fault) ?? "", fault.next]),
    ]);
    const additions = table([
      ["appended by hand", ...AFTERWARDS],
      ...this.additions.map((each) => [
        each,
        ...AFTERWARDS.map((column) => this.#seen.get(each)?.get(column) ?? ""),
      ]),
    ]);
    const printed = this.additions.length === 0 ? faults : `${faults}\n\n${additions}`;
    const cells = this.additions.length * AFTERWARDS.length;
    const seen = [...this.#seen.values()].reduce((sum, { size }) => sum + size, 0);
    if (read.length < this.faults.length || seen < cells)
      return `${printed}\n\n${read.length} of ${this.faults.length} kinds, ${seen} of ${cells} cells: not compared with docs/reliability.md`;
    onPage("faults", faults);
    if (cells > 0) onPage("additions", additions);
    return printed;
  }
}

/** Compares a table with the page's of that name, or writes it there. @throws AssertionError where they differ */
function onPage(name: string, printed: string): void {
  const begin = `<!-- ${name}: printed by \`npm run e2e -- --only faults\`; PALISADE_UPDATE_DOCS=1 writes it -->`;
  const end = `<!-- end of ${name} -->`;
  const page = readFileSync(file, "utf8");
  const [before = "", rest = ""] = page.split(begin);
  const [written = "", after = ""] = rest.split(end);
  if (process.env["PALISADE_UPDATE_DOCS"] === "1") {
    assert.notEqual(rest, "", `docs/reliability.md has no place for ${name}`);
    writeFileSync(file, `${before}${begin}\n\n${printed}\n\n${end}${after}`);
  } else {
    assert.equal(
      written.trim(),
      printed,
      "docs/reliability.md is stale: PALISADE_UPDATE_DOCS=1 npm run e2e -- --only faults",
    );
  }
}

/** A table as prettier writes it, its first row the head. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
}
