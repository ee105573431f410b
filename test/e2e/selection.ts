import type { Suite, Test } from "mocha";
import { isInOrder } from "./machine/inOrder";

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
