import { formatLabels } from "./ends";
import type { Fault } from "./names";
import type { Labels } from "./peer";
import { compareText } from "./text";

/** A name and the labels that select its pods. */
export interface NamedLabels {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Pairs of selectors that one pod could match at once: no label key has a different value in each. Selectors are
 * grouped by their most telling key first, so a thousand workloads that differ in one label cost no pairs.
 */
function* confusablePairs(selectors: readonly NamedLabels[]): Generator<readonly [NamedLabels, NamedLabels]> {
  const key = mostTellingKey(selectors);
  if (key === undefined) {
    for (const [i, a] of selectors.entries()) yield* against(a, selectors.slice(i + 1));
    return;
  }
  const groups = new Map<string | undefined, NamedLabels[]>();
  for (const selector of selectors) {
    const value = Object.hasOwn(selector.labels, key) ? selector.labels[key] : undefined;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [selector]);
    else group.push(selector);
  }
  const without = groups.get(undefined) ?? [];
  for (const [value, group] of groups) {
    yield* confusablePairs(group);
    if (value !== undefined) for (const a of group) yield* against(a, without);
  }
}

function* against(
  a: NamedLabels,
  others: readonly NamedLabels[],
): Generator<readonly [NamedLabels, NamedLabels]> {
  for (const b of others) if (!differ(a.labels, b.labels)) yield [a, b];
}

/** The key with the most different values; undefined where no key has two. */
function mostTellingKey(selectors: readonly NamedLabels[]): string | undefined {
  const values = new Map<string, Set<string>>();
  for (const { labels } of selectors) {
    for (const [key, value] of Object.entries(labels)) {
      const seen = values.get(key);
      if (seen === undefined) values.set(key, new Set([value]));
      else seen.add(value);
    }
  }
  const telling = [...values].filter(([, seen]) => seen.size > 1);
  return telling.sort(([a, m], [b, n]) => n.size - m.size || compareText(a, b))[0]?.[0];
}

const differ = (a: Labels, b: Labels): boolean =>
  Object.entries(a).some(([key, value]) => Object.hasOwn(b, key) && b[key] !== value);

const includes = (all: Labels, some: Labels): boolean =>
  Object.entries(some).every(([key, value]) => Object.hasOwn(all, key) && all[key] === value);

/**
 * The selectors that could be confused with another, each with what is wrong, the wider one of a pair named as the
 * culprit; one problem for each. `what` they are: "workload", "instance".
 */
export function confusions(
  what: string,
  selectors: readonly NamedLabels[],
): { readonly name: string; readonly fault: Fault }[] {
  const found = new Map<string, readonly [NamedLabels, NamedLabels]>();
  for (const [first, second] of confusablePairs(selectors)) {
    const [a, b] = wider(first, second);
    const known = found.get(a.name);
    if (known === undefined || b.name < known[1].name) found.set(a.name, [a, b]);
  }
  return [...found.values()]
    .sort(([a], [b]) => compareText(a.name, b.name))
    .map(([a, b]) => ({ name: a.name, fault: confusion(what, a, b) }));
}

/** The pair with the selector that selects more first; by name where neither does. */
function wider(a: NamedLabels, b: NamedLabels): readonly [NamedLabels, NamedLabels] {
  const [aWider, bWider] = [includes(b.labels, a.labels), includes(a.labels, b.labels)];
  const inOrder = aWider === bWider ? a.name < b.name : aWider;
  return inOrder ? [a, b] : [b, a];
}

function confusion(what: string, a: NamedLabels, b: NamedLabels): Fault {
  const remedy = `Give both a label with one key and different values, such as ${what}=${a.name} and ${what}=${b.name}`;
  const [mine, theirs] = [formatLabels(a.labels), formatLabels(b.labels)];
  if (mine === theirs) return { message: `labels ${mine} select the same pods as ${what} ${b.name}`, remedy };
  if (includes(b.labels, a.labels)) {
    return { message: `labels ${mine} select the pods of ${what} ${b.name} too (${theirs})`, remedy };
  }
  return {
    message: `a pod could match labels ${mine} and those of ${what} ${b.name} (${theirs}) at once`,
    remedy,
  };
}
