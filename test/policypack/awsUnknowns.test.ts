import { strict as assert } from "node:assert";
import { COMPLIANT_AWS } from "./aws";
import { blur, spotsOf } from "./blur";
import { BROKEN_AWS } from "./fuzz/awsCases";
import { BROKEN_NEIGHBOURS } from "./fuzz/neighbourCases";
import { neverHidden } from "./fuzz/neverHidden";
import { run } from "./helpers";

describe("unknown values on AWS", () => {
  it("are all that policies speak of on a compliant stack: every field", () => {
    for (const spot of spotsOf(COMPLIANT_AWS)) {
      const certain = run(blur(COMPLIANT_AWS, [spot])).filter(({ undecided }) => !undecided);
      assert.deepEqual(certain, [], JSON.stringify(spot));
    }
  });

  neverHidden([...BROKEN_AWS, ...BROKEN_NEIGHBOURS]);
});
