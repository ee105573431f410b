import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Suite, Test } from "mocha";
import { isInOrder } from "./machine/inOrder";

const folder = join(__dirname, "suites");
const ending = ".suite.ts";

/**
 * The bench proves itself first: what follows means nothing where it doesn't work. Then the longest, so that where suites run side by
 * side none is left for the end.
 */
const first = [
  "bench",
  "faults",
  "engine",
  "cilium",
  "opinions",
  "vpccni",
  "verifyWrong",
  "verify",
  "live",
  "cost",
];

/** The names of all suites, in the order in which they are begun. */
export function suiteNames(): readonly string[] {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  const place = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return all.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** The suites to run, and the words that a test's title must have where --only names no suite. */
export function chooseSuites(only: string | undefined): { files: string[]; words: string | undefined } {
  const names = suiteNames();
  const isName = only !== undefined && names.includes(only);
  const files = (isName ? [only] : names).map((name) => join(folder, `${name}${ending}`));
  return { files, words: isName ? undefined : only };
}

/**
 * Leaves in a suite only the tests whose full title has some words, and the whole of each suite that is in order (inOrder.ts) and has
 * one of them: what its tests start from is what the ones before have made.
 */
export function keepTests(suite: Suite, words: string): void {
  if (isInOrder(suite) && testsOf(suite).some((test) => test.fullTitle().includes(words))) return;
  suite.tests = suite.tests.filter((test) => test.fullTitle().includes(words));
  for (const each of suite.suites) keepTests(each, words);
}

const testsOf = ({ tests, suites }: Suite): readonly Test[] => [...tests, ...suites.flatMap(testsOf)];
