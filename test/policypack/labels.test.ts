import { strict as assert } from "node:assert";
import fc from "fast-check";
import { admitsUnknownPods } from "../../policypack/judgment/labels";
import type { LabelTest } from "../../policypack/judgment/reach";

const KEYS = ["ns/kubernetes.io/metadata.name", "ns/a", "pod/a"];
const VALUES = ["x", "y"];
/** Every value a label can have as far as selectors over VALUES tell: absent, mentioned, or another one. */
const CASES = [undefined, ...VALUES, "other"];

const test = fc.record<LabelTest>({
  key: fc.constantFrom(...KEYS),
  operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"),
  values: fc.subarray(VALUES, { minLength: 1 }),
});

/** The Kubernetes reference, word for word: In needs the label, NotIn is also met by its absence. */
function meets({ operator, values }: LabelTest, value: string | undefined): boolean {
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const listed = value !== undefined && values.includes(value);
  return operator === "In" ? listed : !listed;
}

/** Tries every labelled pod there can be; a namespace always has its name as a label. */
function everyPodMet(peers: readonly (readonly LabelTest[])[]): boolean {
  const pods = CASES.filter((name) => name !== undefined).flatMap((name) =>
    CASES.flatMap((a) =>
      CASES.map(
        (b) =>
          new Map([
            ["ns/kubernetes.io/metadata.name", name],
            ["ns/a", a],
            ["pod/a", b],
          ]),
      ),
    ),
  );
  return pods.every((pod) => peers.some((tests) => tests.every((one) => meets(one, pod.get(one.key)))));
}

describe("judgment: labels", () => {
  it("finds a peer to report in whatever peers select every pod together", () => {
    fc.assert(
      fc.property(fc.array(fc.array(test, { maxLength: 3 }), { maxLength: 5 }), (peers) => {
        const asked = peers.map((requirements, index) => ({ path: String(index), requirements }));
        if (everyPodMet(peers)) assert.ok(asked.some(admitsUnknownPods));
      }),
      { numRuns: 1000, examples: [[[[{ key: "ns/a", operator: "DoesNotExist", values: [] }]]]] },
    );
  });

  it("reports a peer exactly if it selects the pod of whose labels nobody has heard", () => {
    fc.assert(
      fc.property(fc.array(test, { maxLength: 3 }), (requirements) => {
        const value = (key: string) => (key === "ns/kubernetes.io/metadata.name" ? "other" : undefined);
        const met = requirements.every((one) => meets(one, value(one.key)));
        assert.equal(admitsUnknownPods({ path: "", requirements }), met);
      }),
    );
  });
});
