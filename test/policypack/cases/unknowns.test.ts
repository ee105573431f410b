import { strict as assert } from "node:assert";
import { blur, spotsOf } from "../blur";
import { seen } from "./case";
import { NEIGHBOUR_CASES } from "./neighbours";

describe("the cases of neighbours, with each value of a bad one unknown", () => {
  for (const one of NEIGHBOUR_CASES) {
    if (!("stack" in one) || one.expected.length === 0) continue;
    it(`is never silent: ${one.id}`, () => {
      for (const spot of spotsOf(one.stack)) {
        assert.notDeepEqual(seen({ ...one, stack: blur(one.stack, [spot]) }), [], JSON.stringify(spot));
      }
    });
  }
});
