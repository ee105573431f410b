import { type Operator, requirementFaults, UNKNOWN, type Unknown } from "../../kubernetes";
import { type Cursor, type Field, known, type Unread } from "../values";

/** One requirement on one label. `values` may be unread on its own: the key still constrains. */
export interface RequirementFact {
  readonly key: string;
  readonly operator: Operator;
  readonly values: Field<readonly string[]>;
}

/** A label selector: all of its requirements. With none, it selects everything. */
export type SelectorFact = readonly Field<RequirementFact>[];

/** Reads a LabelSelector. An unread part is an unread requirement: it may or may not constrain. */
export function readSelector(place: Cursor): SelectorFact {
  return [...matchLabels(place.at("matchLabels")), ...matchExpressions(place.at("matchExpressions"))];
}

function matchLabels(place: Cursor): Field<RequirementFact>[] {
  const labels = place.entries();
  if (!labels.known) return [labels];
  return [...(labels.value ?? [])].map(([key, value]) => {
    if (value.isAbsent()) return unreadNull(value);
    const text = value.text();
    const values = text.known ? [text.value ?? ""] : UNKNOWN;
    return (
      refused(value, key, "In", values) ??
      known({ key, operator: "In", values: text.known ? known([text.value ?? ""]) : text })
    );
  });
}

/** The API server reads null as the empty text; Pulumi's provider leaves the label out before, and selects more. */
const unreadNull = ({ path }: Cursor): Unread => ({ known: false, path, because: "null: write a text" });

function matchExpressions(place: Cursor): Field<RequirementFact>[] {
  const expressions = place.list();
  if (!expressions.known) return [expressions];
  return (expressions.value ?? []).map((expression) => {
    const key = expression.at("key").text();
    const operator = expression.at("operator").text();
    if (!key.known) return key;
    if (!operator.known) return operator;
    const values = readValues(expression.at("values"));
    return (
      refused(expression, key.value ?? "", operator.value ?? "", values.known ? values.value : UNKNOWN) ??
      known({ key: key.value ?? "", operator: operator.value as Operator, values })
    );
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

/** What the API server refuses: it may or may not constrain, and nobody can say what was meant. */
function refused(
  { path }: Cursor,
  key: string,
  operator: string,
  values: readonly string[] | Unknown,
): Unread | undefined {
  const [fault] = requirementFaults(key, operator, values, JSON.stringify);
  return fault && { known: false, path, because: `${fault.message}, so the API refuses it`, isWrong: true };
}

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
