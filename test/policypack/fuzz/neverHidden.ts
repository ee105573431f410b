import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../../policypack/invariants";
import { blur, type Spot, spotsOf } from "../blur";
import { run } from "../helpers";
import { type Broken, isProofOf } from "./broken";

/** Tests that unknown values hide no violation and leave no silence, in each of some stacks: every field, and every pair of fields. */
export function neverHidden(cases: readonly Broken[]): void {
  for (const [index, { invariant, stack, proof, config = {} }] of cases.entries()) {
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
}
