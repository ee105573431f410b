import { strict as assert } from "node:assert";
import type { Bench } from "../bench/bench";
import type { Prober } from "../bench/prober";
import { cellText, observe, type Cell, type Refusal, type Verdict } from "./cells";
import { matrix } from "./render";

/** A question and the answer that is predicted. */
export interface Expectation {
  readonly cell: Cell;
  readonly expected: Verdict;
}

/** What sends the probes and keeps the count. */
export type Counting = Pick<Bench, "count"> & { readonly prober: Pick<Prober, "probe"> };

/** What every comparison that fails tells to run. @param words of the test's title */
export const rerunCommand = (words: string): string => `rerun: npm run e2e -- --only "${words}"`;

/**
 * Sends a probe for each of a few cells of which the same is expected; counts them in the closing table.
 * @param rerun as for `compare`
 * @throws AssertionError that names the cells that differ
 */
export async function expectAll(
  bench: Counting,
  { layer, rerun }: { readonly layer: string; readonly rerun: string },
  cells: readonly Cell[],
  expected: Verdict,
): Promise<void> {
  const seen = await observe(bench.prober, cells);
  const different = seen.filter(({ observed }) => observed !== expected);
  bench.count(`${layer} cells compared`, cells.length);
  bench.count(`${layer} differences`, different.length);
  if (different.length === 0) return;
  const lines = different.map((cell) => `${cellText(cell)}: expected ${expected}, observed ${cell.observed}`);
  assert.fail([...lines, rerunCommand(rerun)].join("\n"));
}

/**
 * Sends a probe for every cell and compares. Prints what was observed; counts cells and differences in the closing table.
 * @param layer what is compared, for the table: "enforcement", "groups"
 * @param rerun words of the test's title, for the command that runs it again
 * @param refusal how a blocked cell is refused: aloud, unless said
 * @throws AssertionError with expected, observed and difference where a cell differs
 */
export async function compare(
  bench: Counting,
  { layer, rerun, refusal }: { readonly layer: string; readonly rerun: string; readonly refusal?: Refusal },
  expectations: readonly Expectation[],
): Promise<void> {
  const seen = await observe(
    bench.prober,
    expectations.map(({ cell }) => cell),
    refusal,
    (_, i) => expectations[i]?.expected === "allowed",
  );
  const marks = (set: (i: number) => boolean) => expectations.map(({ cell }, i) => ({ cell, set: set(i) }));
  const different = (i: number) => expectations[i]?.expected !== seen[i]?.observed;
  const differences = expectations.filter((_, i) => different(i));
  bench.count(`${layer} cells compared`, expectations.length);
  bench.count(`${layer} differences`, differences.length);
  const observed = matrix(
    "observed: open ports",
    marks((i) => seen[i]?.observed === "allowed"),
  );
  if (differences.length === 0) {
    process.stdout.write(`\n${observed}\n`);
    return;
  }
  assert.fail(
    [
      `${differences.length} of ${expectations.length} cells differ; ${rerunCommand(rerun)}`,
      matrix(
        "expected: open ports",
        marks((i) => expectations[i]?.expected === "allowed"),
      ),
      observed,
      matrix("difference", marks(different)),
      ...differences.slice(0, 40).map(({ cell, expected }) => `${cellText(cell)}: expected ${expected}`),
    ].join("\n"),
  );
}
