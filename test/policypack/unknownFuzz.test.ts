import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../policypack/invariants";
import { blur, type Spot, spotsOf } from "./blur";
import { isProofOf } from "./fuzz/broken";
import { BROKEN_CLUSTER } from "./fuzz/clusterCases";
import { COMPLIANT, type Report, run, type TestResource } from "./helpers";

/** A stack's policy sees all resources, a resource's policy one: pairs of fields in one resource are all that it meets. */
const said = (stack: readonly TestResource[], invariant: string): Report[] =>
  run(stack, {}, { only: invariant });

const isViolated = (stack: readonly TestResource[], invariant: string) =>
  said(stack, invariant).some(({ undecided }) => !undecided);

/** Calls `check` for every spot and every pair of spots. */
function eachPair(spots: readonly Spot[], check: (pair: readonly Spot[]) => void): void {
  for (const [i, first] of spots.entries()) for (const second of spots.slice(i)) check([first, second]);
}

/** A sample of the pairs, the same on each run; that nothing known is called unknown takes no proof by all of them. */
function someOf(spots: readonly Spot[], check: (pair: readonly Spot[]) => void): void {
  let count = 0;
  eachPair(spots, (pair) => {
    if (pair[0] === pair[1] || count++ % 31 === 0) check(pair);
  });
}

const STACK_INVARIANTS: ReadonlySet<string> = new Set(
  INVARIANTS.filter(({ scope }) => scope === "stack").map(({ name }) => name),
);

describe("unknown values", () => {
  for (const resource of COMPLIANT) {
    it(`are the only thing that policies speak of on a compliant ${resource.name} resource`, () => {
      const spots = spotsOf([resource]);
      for (const invariant of new Set(BROKEN_CLUSTER.map((broken) => broken.invariant))) {
        if (STACK_INVARIANTS.has(invariant)) continue;
        someOf(spots, (pair) => {
          assert.ok(!isViolated(blur([resource], pair), invariant), JSON.stringify({ invariant, pair }));
        });
      }
    });
  }

  it("are the only thing that a stack's policy speaks of on a compliant stack", () => {
    const spots = spotsOf(COMPLIANT);
    assert.ok(spots.length > 60);
    someOf(spots, (pair) =>
      assert.ok(!isViolated(blur(COMPLIANT, pair), "namespace-default-deny"), JSON.stringify(pair)),
    );
  });

  for (const [index, { invariant, stack: whole, proof }] of BROKEN_CLUSTER.entries()) {
    const stack = STACK_INVARIANTS.has(invariant)
      ? whole
      : whole.filter(({ name }) => proof[name] !== undefined);
    const isProof = isProofOf(proof, stack);
    const spots = spotsOf(stack);

    it(`hide no violation of ${invariant} (${index}): every field and pair of fields that doesn't prove it`, () => {
      assert.ok(isViolated(stack, invariant), "the control");
      const others = spots.filter((spot) => !isProof(spot));
      assert.ok(others.length > 1);
      eachPair(others, (pair) => assert.ok(isViolated(blur(stack, pair), invariant), JSON.stringify(pair)));
    });

    it(`leave no silence where they are what proves ${invariant} (${index})`, () => {
      for (const spot of spots.filter(isProof)) {
        assert.ok(said(blur(stack, [spot]), invariant).length > 0, JSON.stringify(spot));
      }
    });
  }
});
