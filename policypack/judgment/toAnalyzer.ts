// Tests: test/policypack/invariants/policySelectsNothing.test.ts
import {
  type Selector as ExactSelector,
  type KnownLabels,
  type Requirement,
  UNKNOWN,
  type Unknown,
} from "../../kubernetes";
import type { LabelMap, SelectorFact } from "../facts";
import { once } from "../../data";

/** Labels as the analyzer takes them. */
export function exactLabels(labels: LabelMap, partial: boolean): KnownLabels {
  if (!labels.known) return { known: new Map(), complete: false };
  const entries = [...labels.value].map(([key, value]): [string, string | Unknown] => [
    key,
    value.known ? value.value : UNKNOWN,
  ]);
  return { known: new Map(entries), complete: !partial };
}

/** A selector as the analyzer takes it. */
export const exactSelector = once((selector: SelectorFact): ExactSelector => {
  const requirements = selector.flatMap((requirement): Requirement[] => {
    if (!requirement.known) return [];
    const { key, operator, values } = requirement.value;
    return [{ key, operator, values: values.known ? values.value : [UNKNOWN] }];
  });
  return { requirements, complete: requirements.length === selector.length, key: "" };
});

/** The labels that a selector asks for, where it does nothing but that; undefined for one that selects all or by operators. */
export function labelsIn(selector: SelectorFact): Map<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const requirement of selector) {
    if (!requirement.known) return undefined;
    const { key, operator, values } = requirement.value;
    const [value, ...more] = values.known ? values.value : [];
    if (operator !== "In" || value === undefined || more.length > 0) return undefined;
    labels.set(key, value);
  }
  return labels.size === 0 ? undefined : labels;
}
