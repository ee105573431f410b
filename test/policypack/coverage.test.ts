import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { matches, type Operator, selector } from "../../kubernetes";
import { podsCover } from "../../policypack/judgment/coverage";

const KEYS = ["a", "b"];
const VALUES = ["x", "y", "z"];
const test = fc.record({
  key: fc.constantFrom(...KEYS),
  operator: fc.constantFrom<Operator>("In", "NotIn", "Exists", "DoesNotExist"),
  values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 }),
});
const tests = fc.array(test, { maxLength: 3 });

/** Every pod that differs in these labels: each absent, or with one of the values or another. */
const PODS = [undefined, ...VALUES, "other"].flatMap((a) =>
  [undefined, ...VALUES, "other"].map((b) => {
    const labels = new Map<string, string>();
    if (a !== undefined) labels.set("a", a);
    if (b !== undefined) labels.set("b", b);
    return labels;
  }),
);

type Tests = readonly { key: string; operator: Operator; values: readonly string[] }[];
const means = (some: Tests) =>
  PODS.map((known) =>
    matches(
      selector(
        some.map(({ key, operator, values }) => ({
          key,
          operator,
          values: operator === "In" || operator === "NotIn" ? values : [],
        })),
      ),
      { known, complete: true },
    ),
  );

describe("whether one peer means all pods of another", () => {
  const covers = (outer: Tests, inner: Tests) =>
    podsCover({ path: "", requirements: outer }, { path: "", requirements: inner });

  it("is never said where some pod is only of the other", () => {
    fc.assert(
      fc.property(tests, tests, (outer, inner) => {
        if (!covers(outer, inner)) return;
        const [all, some] = [means(outer), means(inner)];
        assert.ok(some.every((match, i) => match === "no" || all[i] === "yes"));
      }),
      { numRuns: 2000 },
    );
  });

  it("is said of itself, of more requirements and of fewer values", () => {
    fc.assert(
      fc.property(tests, test, (some, more) => {
        assert.ok(covers(some, some));
        assert.ok(covers(some, [...some, more]));
      }),
    );
    const within = (values: readonly string[]) => [{ key: "a", operator: "In" as const, values }];
    assert.ok(covers(within(["x", "y"]), within(["x"])));
    assert.ok(!covers(within(["x"]), within(["x", "y"])));
  });
});
