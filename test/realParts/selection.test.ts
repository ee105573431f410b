import { strict as assert } from "node:assert";
import type { Suite } from "mocha";
import { inOrder } from "../e2e/machine/inOrder";
import { choose, keepTests, suiteNames } from "../e2e/selection";

/** A suite like the bench's, which isn't run. */
function sample(): Suite {
  const made = describe("sample", () => {
    it("alone", () => undefined);
    describe("in order", () => {
      inOrder();
      it("first", () => undefined);
      describe("inner", () => {
        it("second", () => undefined);
      });
    });
    describe("beside", () => {
      it("third", () => undefined);
    });
  });
  made.parent?.suites.splice(made.parent.suites.indexOf(made), 1);
  return made;
}

const titles = ({ tests, suites }: Suite): string[] => [
  ...tests.map(({ title }) => title),
  ...suites.flatMap(titles),
];

describe("the real parts' --only with words of a title", () => {
  for (const { words, chosen } of [
    { words: "third", chosen: ["third"] },
    { words: "beside third", chosen: ["third"] },
    { words: "alone", chosen: ["alone"] },
    { words: "second", chosen: ["first", "second"] },
    { words: "in order", chosen: ["first", "second"] },
    { words: "sample", chosen: ["alone", "first", "second", "third"] },
    { words: "nowhere", chosen: [] },
  ]) {
    const suite = sample();
    it(`"${words}" chooses ${chosen.join(", ") || "nothing"}: a suite that is in order whole or not at all`, () => {
      keepTests(suite, words);
      assert.deepEqual(titles(suite), chosen);
    });
  }
});

describe("the real parts' --only", () => {
  it("chooses suites by their names, in the order in which they are begun, or else tests by words", () => {
    const all = suiteNames();
    assert.deepEqual(choose(undefined), { suites: all, words: undefined });
    assert.deepEqual(choose("worlds"), { suites: ["worlds"], words: undefined });
    assert.deepEqual(choose("worlds,bench"), { suites: ["bench", "worlds"], words: undefined });
    for (const words of ["a world", "bench,word", "bench, worlds", ""])
      assert.deepEqual(choose(words), { suites: all, words });
  });
});
