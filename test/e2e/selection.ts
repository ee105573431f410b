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
  "ciliumWorlds",
  "opinions",
  "vpccni",
  "live",
  "languages",
  "worlds",
  "beside",
  "workflows",
  "parity",
  "verify",
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

/** What is chosen: whole suites, or the tests of any of them whose title has some words. */
export interface Choice {
  readonly suites: readonly string[];
  readonly words: string | undefined;
}

/** What --only chooses: names of suites, with commas between them, or else words. */
export function choose(only: string | undefined): Choice {
  const all = suiteNames();
  const named = only?.split(",") ?? all;
  return named.every((name) => all.includes(name))
    ? { suites: all.filter((name) => named.includes(name)), words: undefined }
    : { suites: all, words: only };
}

/** The file of a suite. */
export const fileOf = (suite: string): string => join(folder, `${suite}${ending}`);

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
