import type { Context } from "mocha";

/** Tests that are printed at the end of a run, and how long a run is that prints them, in ms. */
const MOST = 12;
const LONG_RUN = 30_000;

const began = Date.now();
const durations: (readonly [ms: number, title: string])[] = [];

/** What took longest, at the end of a long run. */
export const mochaHooks = {
  afterEach(this: Context): void {
    const { currentTest: test } = this;
    if (test?.duration !== undefined) durations.push([test.duration, test.fullTitle()]);
  },
  afterAll(): void {
    if (Date.now() - began < LONG_RUN) return;
    const longest = durations.toSorted(([a], [b]) => b - a).slice(0, MOST);
    const lines = longest.map(([ms, title]) => `${(ms / 1000).toFixed(1).padStart(8)}  ${title}`);
    process.stdout.write(`\n  longest first, in seconds:\n${lines.join("\n")}\n`);
  },
};
