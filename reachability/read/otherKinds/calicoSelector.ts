// Tests: test/reachability/evidence/otherPolicies.test.ts
import { isLabelKey, isLabelValue, type Requirement, type Selector, selector } from "../../../kubernetes";

/**
 * A Calico selector as a label selector, where it has the form of one: `app == 'web' && has(tier)`. Undefined for what
 * label selectors can't say (`||`, `starts with`, parentheses). Source: Calico's reference, "Selectors".
 */
export function readCalicoSelector(text: string): Selector | undefined {
  const terms = text.split("&&").map((term) => term.trim());
  const requirements: Requirement[] = [];
  for (const term of terms) {
    if (term === "all()" || term === "global()" || (term === "" && terms.length === 1)) continue;
    const requirement = readTerm(term);
    if (requirement === undefined) return undefined;
    requirements.push(requirement);
  }
  return selector(requirements);
}

const HAS = /^(!\s*)?has\(\s*([\w./-]+)\s*\)$/;
const EQUALS = /^([\w./-]+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)")$/;
const AMONG = /^([\w./-]+)\s+(not\s+in|in)\s*\{([^{}]*)\}$/;

function readTerm(term: string): Requirement | undefined {
  const [, negated, hasKey] = HAS.exec(term) ?? [];
  if (hasKey !== undefined) return requirement(hasKey, negated === undefined ? "Exists" : "DoesNotExist", []);
  const [, key, equals, single, double] = EQUALS.exec(term) ?? [];
  if (key !== undefined) return requirement(key, equals === "==" ? "In" : "NotIn", [single ?? double ?? ""]);
  const [, among, operator, list] = AMONG.exec(term) ?? [];
  if (among === undefined || list === undefined) return undefined;
  const values = list.split(",").map((one) => /^\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(one));
  if (values.includes(null)) return undefined;
  return requirement(
    among,
    operator === "in" ? "In" : "NotIn",
    values.map((found) => found?.[1] ?? found?.[2] ?? ""),
  );
}

/** Calico has labels of its own (`projectcalico.org/namespace`), which no manifest shows: such a term isn't read. */
function requirement(
  key: string,
  operator: Requirement["operator"],
  values: readonly string[],
): Requirement | undefined {
  const readable =
    isLabelKey(key) && !key.startsWith("projectcalico.org/") && values.every((value) => isLabelValue(value));
  return readable ? { key, operator, values } : undefined;
}
