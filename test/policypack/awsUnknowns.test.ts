import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../policypack/invariants";
import { COMPLIANT_AWS } from "./aws";
import { blur, type Spot, spotsOf } from "./blur";
import { isProofOf } from "./fuzz/broken";
import { BROKEN_AWS } from "./fuzz/awsCases";
import { BROKEN_NEIGHBOURS } from "./fuzz/neighbourCases";
import { run } from "./helpers";

describe("unknown values on AWS", () => {
  it("are all that policies speak of on a compliant stack: every field", () => {
    for (const spot of spotsOf(COMPLIANT_AWS)) {
      const certain = run(blur(COMPLIANT_AWS, [spot])).filter(({ undecided }) => !undecided);
      assert.deepEqual(certain, [], JSON.stringify(spot));
    }
  });

  for (const [index, { invariant, stack, proof, config = {} }] of [
    ...BROKEN_AWS,
    ...BROKEN_NEIGHBOURS,
  ].entries()) {
    const said = (spots: readonly Spot[]) =>
      run(blur(stack, spots), { [invariant]: config }, { only: invariant });
    const isViolated = (spots: readonly Spot[]) => said(spots).some(({ undecided }) => !undecided);
    it(`hide no violation of ${invariant} (${index}): every field and pair of fields that doesn't prove it`, () => {
      assert.ok(INVARIANTS.some(({ name }) => name === invariant));
      assert.ok(isViolated([]), "the control");
      const isProof = isProofOf(proof, stack);
      const others = spotsOf(stack).filter((spot) => !isProof(spot));
      for (const [i, first] of others.entries()) {
        for (const second of others.slice(i)) {
          assert.ok(isViolated([first, second]), JSON.stringify([first, second]));
        }
      }
    });

    it(`leave no silence where they are what proves ${invariant} (${index})`, () => {
      const isProof = isProofOf(proof, stack);
      for (const spot of spotsOf(stack).filter(isProof)) {
        assert.ok(said([spot]).length > 0, JSON.stringify(spot));
      }
    });
  }
});
