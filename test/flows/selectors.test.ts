import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { NamedLabels } from "../../flows/selectors";
import { confusions } from "../../flows/selectors";

const labels = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("x", "y", "z"), { minKeys: 1 });

/** Whether some pod, with any labels whatever, matches both. */
const onePodMatchesBoth = (a: NamedLabels, b: NamedLabels): boolean => {
  const values = [undefined, "x", "y", "z"];
  const pods = values.flatMap((x) => values.flatMap((y) => values.map((z) => ({ a: x, b: y, c: z }))));
  const matches = (selector: NamedLabels, pod: Readonly<Record<string, string | undefined>>) =>
    Object.entries(selector.labels).every(([key, value]) => pod[key] === value);
  return pods.some((pod) => matches(a, pod) && matches(b, pod));
};

describe("flows: workloads that could be taken for each other", () => {
  it("are exactly those of which one pod could match two", () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 8 }), (all) => {
        const selectors = all.map((each, i) => ({ name: `w${i}`, labels: each }));
        const expected = selectors.some((a) => selectors.some((b) => a !== b && onePodMatchesBoth(a, b)));
        assert.equal(confusions("workload", selectors).length > 0, expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are named once each, the wider selector first, with what tells the two", () => {
    const found = confusions("workload", [
      { name: "admin", labels: { app: "web", tier: "admin" } },
      { name: "web", labels: { app: "web" } },
      { name: "other", labels: { app: "other" } },
    ]);
    assert.deepEqual(
      found.map(({ name, fault }) => [name, fault.message]),
      [["web", "labels app=web select the pods of workload admin too (app=web,tier=admin)"]],
    );
  });
});
