import type { KnownLabels } from "./labels";
import { isLabelKey, isLabelValue } from "./names";
import { type Match, UNKNOWN, type Unknown, both } from "./unknown";

export type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** One condition on one label. `matchLabels` entries are `In` with one value. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly (string | Unknown)[];
}

/** A label selector: all requirements hold. None match everything; `complete` is false when more may be there. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly complete: boolean;
  /** One text for equal selectors. */
  readonly key: string;
}

/** A selector of requirements. */
export function selector(requirements: readonly Requirement[], complete = true): Selector {
  const texts = requirements.map(requirementKey);
  const key = texts.length < 2 ? (texts[0] ?? "") : [...new Set(texts)].sort().join(";");
  return { requirements, complete, key: key + (complete ? "" : ";?") };
}

function requirementKey({ key, operator, values }: Requirement): string {
  const texts = values.map((value) => (value === UNKNOWN ? "?" : `=${value}`));
  return `${key} ${operator} ${texts.length < 2 ? (texts[0] ?? "") : texts.sort().join(",")}`;
}

export const EVERYTHING: Selector = selector([]);
export const UNDECIDED: Selector = selector([], false);

/** Whether a selector matches labels, as far as both are known. */
export function matches({ requirements, complete }: Selector, labels: KnownLabels): Match {
  let result: Match = complete ? "yes" : "maybe";
  for (const requirement of requirements) {
    result = both(result, holds(requirement, labels));
    if (result === "no") return "no";
  }
  return result;
}

function holds({ key, operator, values }: Requirement, { known, complete }: KnownLabels): Match {
  const value = known.get(key);
  const present: Match = value !== undefined ? "yes" : complete ? "no" : "maybe";
  switch (operator) {
    case "Exists":
      return present;
    case "DoesNotExist":
      return not(present);
    case "In":
      return both(present, among(value, values));
    case "NotIn":
      return not(both(present, among(value, values)));
  }
}

function among(value: string | Unknown | undefined, values: readonly (string | Unknown)[]): Match {
  if (value === undefined || value === UNKNOWN) return "maybe";
  if (values.includes(value)) return "yes";
  return values.includes(UNKNOWN) ? "maybe" : "no";
}

const not = (match: Match): Match => (match === "yes" ? "no" : match === "no" ? "yes" : "maybe");

/** The operators of a requirement. */
const OPERATORS: readonly string[] = ["In", "NotIn", "Exists", "DoesNotExist"] satisfies readonly Operator[];

/** What is wrong with a requirement, by its field; `index` is the value's. */
export interface RequirementFault {
  readonly field: "key" | "operator" | "values";
  readonly index?: number;
  readonly message: string;
}

/**
 * What the API server refuses in a requirement: a key or value that no label can have, an operator that isn't one, values
 * missing or too many. Parts that are UNKNOWN are left out. Source: k8s.io/apimachinery, ValidateLabelSelectorRequirement.
 * @param show a value as a message has it.
 */
export function requirementFaults(
  key: unknown,
  operator: unknown,
  values: readonly unknown[] | Unknown,
  show: (value: unknown) => string,
): RequirementFault[] {
  const faults: RequirementFault[] = [];
  if (typeof key === "string" && !isLabelKey(key)) {
    faults.push({ field: "key", message: `${show(key)} isn't a label key` });
  }
  if (operator !== UNKNOWN && !OPERATORS.includes(operator as string)) {
    faults.push({ field: "operator", message: `${show(operator)} is none of ${OPERATORS.join(", ")}` });
    return faults;
  }
  if (values === UNKNOWN) return faults;
  values.forEach((value, index) => {
    if (typeof value !== "string" || isLabelValue(value)) return;
    faults.push({ field: "values", index, message: `${show(value)} isn't a label value` });
  });
  if (operator === UNKNOWN) return faults;
  const listed = operator === "In" || operator === "NotIn";
  if (listed && values.length === 0) {
    faults.push({ field: "values", message: `${operator as Operator} needs at least one value` });
  }
  if (!listed && values.length > 0) {
    faults.push({ field: "values", message: `${operator as Operator} takes no values` });
  }
  return faults;
}
