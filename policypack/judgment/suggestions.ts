// Tests: test/policypack/invariants/rulesMatch.test.ts
import { likelyMeant, nearest, once } from "../../data";
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { RequirementFact, SelectorFact, Subject } from "../facts";
import type { StackEnds } from "./ends";
import type { SeenPods, SeenWorkload } from "./seenPods";

/** The single value that a selector asks of each label; what it asks otherwise is left out. */
function asked(selector: SelectorFact): readonly (readonly [key: string, value: string])[] {
  return selector.flatMap((requirement): [string, string][] => {
    if (!requirement.known || requirement.value.operator !== "In") return [];
    const { key, values } = requirement.value;
    const [value, ...others] = values.known ? values.value : [];
    return value === undefined || others.length > 0 ? [] : [[key, value]];
  });
}

/** A workload's labels, as far as they are known. */
function labelsOf({ pods: { labels } }: SeenWorkload): readonly (readonly [string, string])[] {
  if (!labels.known) return [];
  return [...labels.value].flatMap(([key, value]): [string, string][] =>
    value.known ? [[key, value.value]] : [],
  );
}

/**
 * The label that some of these pods have and that a selector probably means, as YAML: the nearest value, the same value under another
 * key, or the nearest key. With `slipsOnly`, only what a typing slip explains.
 */
export function labelMeant(
  selector: SelectorFact,
  workloads: readonly SeenWorkload[],
  { slipsOnly = false } = {},
): string | undefined {
  const labels = workloads.flatMap(labelsOf);
  const near = slipsOnly ? likelyMeant : nearest;
  for (const [key, value] of asked(selector)) {
    const values = labels.flatMap(([other, one]) => (other === key ? [one] : []));
    if (values.includes(value)) continue;
    const close = near(value, values);
    if (close !== undefined) return `${key}: ${scalar(close)}`;
    const [elsewhere] = labels.filter(([, one]) => one === value && value !== "");
    if (elsewhere !== undefined && !slipsOnly) return `${elsewhere[0]}: ${scalar(value)}`;
    const closeKey = near(
      key,
      labels.map(([other]) => other),
    );
    if (values.length === 0 && closeKey !== undefined) return labelAt(closeKey, value, labels);
  }
  return undefined;
}

/** A label under a key that pods have: with the value that was asked for, if some have it, or else one of theirs. */
function labelAt(key: string, value: string, labels: readonly (readonly [string, string])[]): string {
  const values = labels.flatMap(([other, one]) => (other === key ? [one] : []));
  return `${key}: ${scalar(values.includes(value) ? value : (values[0] ?? value))}`;
}

/** The label that some namespace of the stack has, and that a selector misses by a typing slip. */
export function namespaceLabelMeant(
  selector: SelectorFact,
  subject: Subject,
  seen: SeenPods,
  ends: StackEnds,
): string | undefined {
  const labels = [...seen.namespaces(subject)].flatMap((name) => [...ends.labelsOf(subject, name).known]);
  for (const [key, value] of asked(selector)) {
    const values = labels.flatMap(([other, one]) => (other === key && typeof one === "string" ? [one] : []));
    if (values.includes(value)) continue;
    const close = likelyMeant(value, values);
    if (close !== undefined) return `${key}: ${scalar(close)}`;
  }
  return undefined;
}

/** The namespace of the stack whose name is a typing slip away. */
export function namespaceMeant(name: string, subject: Subject, seen: SeenPods): string | undefined {
  const meant = meantAmong(seen.namespaces(subject));
  if (!meant.has(name)) meant.set(name, likelyMeant(name, seen.namespaces(subject)));
  return meant.get(name);
}

/** What was answered already: the same few names, such as kube-system, stand in every policy of a large stack. */
const meantAmong = once<ReadonlySet<string>, Map<string, string | undefined>>(() => new Map());

/** The namespaces, other than these, in which the stack shows pods that a selector surely matches. */
export const namespacesWith = (
  selector: SelectorFact,
  subject: Subject,
  seen: SeenPods,
  except: readonly string[],
): readonly string[] =>
  [...seen.namespaces(subject)].filter(
    (name) => !except.includes(name) && seen.find(subject, name, selector).certain.length > 0,
  );

/** A selector as YAML on one line: `{ matchLabels: { app: web } }`. */
export function selectorText(selector: SelectorFact): string {
  const known = selector.flatMap((requirement) => (requirement.known ? [requirement.value] : []));
  const labels = asked(selector);
  if (labels.length === known.length)
    return labels.length === 0
      ? "{}"
      : `{ matchLabels: { ${labels.map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")} } }`;
  return `{ matchExpressions: [${known.map(expressionText).join(", ")}] }`;
}

function expressionText({ key, operator, values }: RequirementFact): string {
  const listed =
    values.known && values.value.length > 0 ? `, values: [${values.value.map(scalar).join(", ")}]` : "";
  return `{ key: ${key}, operator: ${operator}${listed} }`;
}

/** A label's value as YAML reads it back: quoted where it would be something else than a text. */
const scalar = (value: string): string =>
  /^[A-Za-z]/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);

/** The selector of a namespace by its name, as YAML on one line. */
export const namespaceText = (name: string): string =>
  `{ matchLabels: { ${NAMESPACE_NAME_LABEL}: ${scalar(name)} } }`;

/** Some names in a sentence: `a, b and 3 more`. */
export function listText(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
