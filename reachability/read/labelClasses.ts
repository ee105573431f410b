// Tests: test/reachability/read/representatives.test.ts
import { matches, type Requirement, type Selector, UNKNOWN } from "../../kubernetes";
import { SelectorIndex } from "./selectorIndex";

/** Labels that an end is given, ordered by key. */
export type LabelSet = readonly (readonly [key: string, value: string])[];

/** Label sets of which selectors tell each from the others. */
export interface LabelClasses {
  readonly sets: readonly LabelSet[];
  /** False where there are more than the limit, and some have no set. */
  readonly complete: boolean;
}

/** Label sets tried beyond the limit, for each that is wanted. */
const TRIES = 20;

/**
 * One label set, the smallest, for each class of label sets that selectors can tell apart. Beyond `limit` classes: no
 * label, each label, what each selector asks for, and these two by two, as far as the limit goes.
 * @param fixed values of labels that aren't chosen but given.
 */
export function labelClasses(
  selectors: readonly Selector[],
  limit: number,
  fixed: ReadonlyMap<string, string> = new Map(),
): LabelClasses {
  const options = optionsOf(selectors, fixed);
  const all = refined(selectors, options, limit);
  return all === undefined
    ? { sets: someOf(selectors, options, limit), complete: false }
    : { sets: all, complete: true };
}

/** By key in order, the values that selectors may tell apart, absence first. */
function optionsOf(selectors: readonly Selector[], fixed: ReadonlyMap<string, string>) {
  const values = new Map<string, Set<string>>();
  const present = new Set<string>();
  for (const { key, operator, values: listed } of selectors.flatMap(({ requirements }) => requirements)) {
    const known = values.get(key) ?? new Set();
    values.set(key, known);
    for (const value of listed) if (value !== UNKNOWN) known.add(value);
    // Presence alone, or another value than those excluded, is told apart only by these.
    if (operator !== "In") present.add(key);
  }
  return [...values].sort(byKey).map(([key, known]): [string, readonly (string | undefined)[]] => {
    const given = fixed.get(key);
    if (given !== undefined) return [key, [given]];
    const listed = [...known].sort();
    return [key, [undefined, ...listed, ...(present.has(key) ? [otherThan(known)] : [])]];
  });
}

type Options = ReturnType<typeof optionsOf>;

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

/** A value that no selector names. */
function otherThan(known: ReadonlySet<string>): string {
  let value = "any";
  for (let n = 2; known.has(value); n++) value = `any${n}`;
  return value;
}

/** Whether a value is, or may be, one that stands for any other than those that selectors name. */
export const isAnyValue = (value: string): boolean => /^any\d*$/.test(value);

/** Labels chosen so far, and the selectors that they don't refute; doubtful ones are negative. */
interface State {
  readonly labels: LabelSet;
  readonly alive: readonly number[];
}

/** Key by key: label sets that leave the same selectors in play are one. Undefined beyond the limit. */
function refined(selectors: readonly Selector[], options: Options, limit: number): LabelSet[] | undefined {
  const alive = selectors.map(({ complete }, i) => (complete ? i + 1 : -i - 1));
  let states: readonly State[] = [{ labels: [], alive }];
  for (const [key, values] of options) {
    const verdicts = values.map((value) => ({ value, of: verdictsOn(selectors, key, value) }));
    const next = new Map<string, State>();
    for (const { labels, alive: left } of states) {
      for (const { value, of } of verdicts) {
        const still = left.flatMap((one) => {
          const verdict = of.get(Math.abs(one)) ?? "yes";
          return verdict === "no" ? [] : [verdict === "maybe" ? -Math.abs(one) : one];
        });
        const name = still.join();
        const known = next.get(name);
        const chosen = value === undefined ? labels : [...labels, [key, value] as const];
        if (known === undefined || chosen.length < known.labels.length) {
          next.set(name, { labels: chosen, alive: still });
        }
        if (next.size > limit) return undefined;
      }
    }
    states = [...next.values()];
  }
  return states.map(({ labels }) => labels);
}

/** What one label's value says to the selectors that ask for its key, by their number from 1. */
function verdictsOn(selectors: readonly Selector[], key: string, value: string | undefined) {
  const labels = { known: new Map(value === undefined ? [] : [[key, value]]), complete: true };
  return new Map(
    selectors.flatMap(({ requirements }, i) => {
      const own = requirements.filter((one) => one.key === key);
      return own.length === 0
        ? []
        : [[i + 1, matches({ requirements: own, complete: true, key: "" }, labels)] as const];
    }),
  );
}

/** Some of the classes, the plainest first. */
function someOf(selectors: readonly Selector[], options: Options, limit: number): LabelSet[] {
  const index = new SelectorIndex();
  for (const selector of selectors) index.add(selector);
  const found = new Map<string, LabelSet>();
  let tries = limit * TRIES;
  const attempt = (labels: LabelSet): boolean => {
    const { lower, upper } = index.match({ known: new Map(labels), complete: true });
    const name = `${lower.join()}|${upper.join()}`;
    const known = found.get(name);
    if (known === undefined || labels.length < known.length) found.set(name, labels);
    return found.size < limit && --tries > 0;
  };
  const given = options.flatMap(([key, [first]]): LabelSet => (first === undefined ? [] : [[key, first]]));
  const single = options.flatMap(([key, values]) =>
    values.flatMap((value): LabelSet[] => (value === undefined ? [] : [[[key, value]]])),
  );
  const asked = selectors.flatMap(({ requirements }) => satisfying(requirements) ?? []);
  const plain = [[], ...single, ...asked].map((labels) => joined(given, labels));
  if (!plain.every(attempt)) return [...found.values()];
  plain.every((one, i) => plain.slice(i + 1).every((other) => attempt(joined(one, other))));
  return [...found.values()];
}

/** Both label sets, ordered; where they contradict each other the first counts. */
const joined = (one: LabelSet, other: LabelSet): LabelSet => [...new Map([...other, ...one])].sort(byKey);

/** The same as one set. */
export const labelsSatisfying = (requirements: readonly Requirement[]): LabelSet | undefined =>
  satisfying(requirements)?.[0];

/** Labels that meet all requirements, if there are some simple ones. */
function satisfying(requirements: readonly Requirement[]): LabelSet[] | undefined {
  const labels = new Map<string, string>();
  for (const { key, operator, values } of requirements) {
    const [value] = values;
    if (operator === "In" && typeof value === "string") labels.set(key, value);
    if (operator === "Exists" && !labels.has(key)) labels.set(key, "any");
  }
  const met = matches({ requirements, complete: true, key: "" }, { known: labels, complete: true }) === "yes";
  return met ? [[...labels].sort(byKey)] : undefined;
}
