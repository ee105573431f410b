import { strict as assert } from "node:assert";
import fc from "fast-check";
import { maximumMatching } from "../../data/maximumMatching";

describe("data: maximum matching", () => {
  it("serves as many needs as any assignment does", () => {
    const candidates = fc.subarray(["p", "q", "r"]);
    fc.assert(
      fc.property(fc.array(candidates, { maxLength: 4 }), (needs) => {
        const best = (at: number, taken: readonly string[]): number => {
          const options = needs[at];
          if (options === undefined) return 0;
          const served = options
            .filter((one) => !taken.includes(one))
            .map((one) => 1 + best(at + 1, [...taken, one]));
          return Math.max(best(at + 1, taken), ...served);
        };
        assert.equal(maximumMatching(needs), best(0, []));
      }),
    );
  });
});
