import { strict as assert } from "node:assert";
import { POLICIES } from "../../../policypack/policies";
import { seen } from "./case";
import { CASES } from "./index";

describe("the table of cases", () => {
  for (const one of CASES) {
    it(`${one.id}: ${one.idea}`, () => assert.deepEqual(seen(one), [...one.expected].sort()));
  }

  it("has one case under each id, and asks policies that there are", () => {
    const ids = CASES.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    const known = new Set(POLICIES.map(({ name }) => name));
    const asked = CASES.flatMap(({ policies }) => policies);
    assert.deepEqual(
      [...new Set(asked)].filter((name) => !known.has(name)),
      [],
    );
  });

  it("expects nothing of a policy that isn't asked", () => {
    for (const { id, policies, expected } of CASES) {
      for (const verdict of expected) {
        assert.ok(
          verdict === "refused" || policies.includes(verdict.split(" ")[0] ?? ""),
          `${id}: ${verdict}`,
        );
      }
    }
  });
});
