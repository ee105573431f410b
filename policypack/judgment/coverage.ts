// Tests: test/policypack/coverage.test.ts
import type { AdmittedPods, LabelTest, Ports } from "./reach";

/** Whether one rule's ports hold all of another's. Every number is every name, too. */
export const portsCover = (outer: Ports, inner: Ports): boolean =>
  outer.numbers.isAll() ||
  (outer.numbers.covers(inner.numbers) && inner.names.every((name) => outer.names.includes(name)));

/** Whether a peer certainly means all pods that another means, by what both ask of labels alone. */
export const podsCover = (outer: AdmittedPods, inner: AdmittedPods): boolean =>
  outer.requirements.every((test) => inner.requirements.some((given) => implies(given, test)));

/** Whether labels that pass one test pass another. */
function implies(given: LabelTest, test: LabelTest): boolean {
  if (given.key !== test.key) return false;
  switch (test.operator) {
    case "In":
      return given.operator === "In" && given.values.every((value) => test.values.includes(value));
    case "Exists":
      return given.operator === "In" || given.operator === "Exists";
    case "DoesNotExist":
      return given.operator === "DoesNotExist";
    case "NotIn":
      if (given.operator === "In") return given.values.every((value) => !test.values.includes(value));
      if (given.operator === "NotIn") return test.values.every((value) => given.values.includes(value));
      return given.operator === "DoesNotExist";
  }
}
