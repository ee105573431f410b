// Tests: test/policypack/admission.test.ts
/** A text as CEL writes it: JSON's escapes are CEL's too. */
export const text = (value: string): string => JSON.stringify(value);

/** A list of texts. */
export const texts = (values: readonly string[]): string => `[${values.map(text).join(", ")}]`;

/** A map from texts to whole numbers or texts. */
export const map = (entries: Iterable<readonly [string, number | string]>): string =>
  `{${[...entries].map(([key, value]) => `${text(key)}: ${JSON.stringify(value)}`).join(", ")}}`;

/** Whether all of some conditions hold; true of none. */
export const all = (conditions: readonly string[]): string => joined(conditions, " && ", "true");

/** Whether one of some conditions holds; false of none. */
export const any = (conditions: readonly string[]): string => joined(conditions, " || ", "false");

export const not = (condition: string): string => `!(${condition})`;

/** A list that may be absent: `path` as in `object.spec.ingress`. */
export const listAt = (path: string): string => `(has(${path}) ? ${path} : [])`;

/** Whether a list is absent or empty. */
export const isEmptyAt = (path: string): string => `(!has(${path}) || size(${path}) == 0)`;

/** Whether one block of addresses, as text in CEL, holds all of another; false across families. */
export const holds = (outer: string, inner: string): string => `cidr(${outer}).containsCIDR(${inner})`;

function joined(conditions: readonly string[], by: string, none: string): string {
  const [first, ...others] = conditions;
  if (first === undefined) return none;
  return others.length === 0 ? first : conditions.map((condition) => `(${condition})`).join(by);
}

/** The matchLabels of a selector that may be absent. */
export const labels = (selector: string): string =>
  `(has(${selector}) && has(${selector}.matchLabels) ? ${selector}.matchLabels : {})`;

/** The matchExpressions of a selector that may be absent. */
export const expressions = (selector: string): string =>
  `(has(${selector}) && has(${selector}.matchExpressions) ? ${selector}.matchExpressions : [])`;
