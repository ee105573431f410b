import { strict as assert } from "node:assert";
import fc from "fast-check";
import { selectEveryPod } from "../../policypack/judgment/labels";
import type { LabelTest } from "../../policypack/judgment/reach";
import { mostServed } from "../../policypack/judgment/matching";

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
  it("agrees with trying every pod", () => {
    fc.assert(
      fc.property(fc.array(fc.array(test, { maxLength: 3 }), { maxLength: 5 }), (peers) => {
        const asked = peers.map((requirements, index) => ({ path: String(index), requirements }));
        assert.equal(selectEveryPod(asked), everyPodMet(peers));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes selectors that are too many to decide for everything, in little time", () => {
    const peers = Array.from({ length: 40 }, (_, i) => ({
      path: String(i),
      requirements: [0, 1, 2].map((j) => ({
        key: `ns/${(i * 7 + j * 3) % 29}`,
        operator: "NotIn" as const,
        values: [String(j)],
      })),
    }));
    assert.equal(selectEveryPod(peers), true);
  });
});

describe("judgment: matching", () => {
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
        assert.equal(mostServed(needs), best(0, []));
      }),
    );
  });
});
