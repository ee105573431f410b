import { type Cursor, type Field, known, type Unread } from "../values";

/** The operators of a label selector. `matchLabels` entries are `In` with one value. */
export type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** One requirement on one label. `values` may be unread on its own: the key still constrains. */
export interface RequirementFact {
  readonly key: string;
  readonly operator: Operator;
  readonly values: Field<readonly string[]>;
}

/** A label selector: all of its requirements. With none, it selects everything. */
export type SelectorFact = readonly Field<RequirementFact>[];

const OPERATORS: ReadonlySet<string> = new Set(["In", "NotIn", "Exists", "DoesNotExist"]);

/** Reads a LabelSelector. An unread part is an unread requirement: it may or may not constrain. */
export function readSelector(place: Cursor): SelectorFact {
  return [...matchLabels(place.at("matchLabels")), ...matchExpressions(place.at("matchExpressions"))];
}

function matchLabels(place: Cursor): Field<RequirementFact>[] {
  const labels = place.map();
  if (!labels.known) return [labels];
  return [...(labels.value ?? [])].map(([key, value]) => {
    const text = value.text();
    return known({
      key,
      operator: "In",
      values: text.known ? known([text.value ?? ""]) : text,
    });
  });
}

function matchExpressions(place: Cursor): Field<RequirementFact>[] {
  const expressions = place.list();
  if (!expressions.known) return [expressions];
  return (expressions.value ?? []).map((expression) => {
    const key = expression.at("key").text();
    const operator = expression.at("operator").text();
    if (!key.known) return key;
    if (!operator.known) return operator;
    if (key.value === undefined || operator.value === undefined || !OPERATORS.has(operator.value)) {
      return refused(expression);
    }
    return known({
      key: key.value,
      operator: operator.value as Operator,
      values: readValues(expression.at("values")),
    });
  });
}

function readValues(place: Cursor): Field<readonly string[]> {
  const items = place.list();
  if (!items.known) return items;
  const values: string[] = [];
  for (const item of items.value ?? []) {
    const text = item.text();
    if (!text.known) return text;
    values.push(text.value ?? "");
  }
  return known(values);
}

const refused = (place: Cursor): Unread => ({
  known: false,
  path: place.path,
  because: "not a requirement that the API accepts: it needs a key and an operator",
});

/** The parts of a selector that couldn't be read. */
export function unreadInSelector(selector: SelectorFact): Unread[] {
  return selector.flatMap((requirement) => {
    if (!requirement.known) return [requirement];
    return requirement.value.values.known ? [] : [requirement.value.values];
  });
}

/**
 * Whether nothing can ever match, whatever its labels: what is asked of one label contradicts itself, such as that it is there and
 * that it is absent. Requirements that couldn't be read only ask for more.
 */
export function contradictsItself(selector: SelectorFact): boolean {
  const known = selector.flatMap((requirement) => (requirement.known ? [requirement.value] : []));
  return known.some(({ key, operator }) => {
    if (operator !== "DoesNotExist") return false;
    return known.some((other) => other.key === key && ["In", "Exists"].includes(other.operator));
  });
}

/** Whether a selector asks for a label with exactly this value. */
export const asksFor = (selector: SelectorFact, key: string, value: string): boolean =>
  selector.some(
    (requirement) =>
      requirement.known &&
      requirement.value.key === key &&
      requirement.value.operator === "In" &&
      requirement.value.values.known &&
      requirement.value.values.value.every((one) => one === value),
  );
