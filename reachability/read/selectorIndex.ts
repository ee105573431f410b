import { append } from "../../data";
import { type KnownLabels, matches, type Requirement, type Selector, UNKNOWN } from "../../kubernetes";

/**
 * Which selectors certainly match some labels (`lower`), and which may, which includes them (`upper`). Ascending indexes; one list for
 * both where nothing is unknown.
 */
export interface Matched {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * The distinct selectors of a world, filed under the rarest label that each demands, so that labels are tried against
 * the few selectors that could match them and not against all.
 */
export class SelectorIndex {
  private readonly numbers = new Map<string, number>();
  /** The same by object: most selectors that are alike are one object, and that is found faster than a text. */
  private readonly byObject = new Map<Selector, number>();
  private readonly selectors: Selector[] = [];
  private filed: Files | undefined;

  /** The number of a selector; equal selectors share one. */
  add(selector: Selector): number {
    const seen = this.byObject.get(selector);
    if (seen !== undefined) return seen;
    const known = this.numbers.get(selector.key);
    const number = known ?? this.selectors.length;
    this.byObject.set(selector, number);
    if (known !== undefined) return known;
    this.numbers.set(selector.key, number);
    this.selectors.push(selector);
    this.filed = undefined;
    return number;
  }

  get size(): number {
    return this.selectors.length;
  }

  get all(): readonly Selector[] {
    return this.selectors;
  }

  match(labels: KnownLabels): Matched {
    const lower: number[] = [];
    let upper: number[] | undefined;
    for (const number of this.candidates(labels)) {
      const selector = this.selectors[number];
      const match = selector === undefined ? "no" : matches(selector, labels);
      if (match === "no") continue;
      if (match === "maybe") upper ??= lower.slice();
      else lower.push(number);
      upper?.push(number);
    }
    const certain = sorted(lower);
    return { lower: certain, upper: upper === undefined ? certain : sorted(upper) };
  }

  /** The selectors that may match: those filed under a label that is there, and those that demand none. */
  private candidates(labels: KnownLabels): Iterable<number> {
    this.filed ??= file(this.selectors);
    const { byLabel, keys, rest, vocabulary } = this.filed;
    if (!labels.complete) return this.selectors.keys();
    const found = rest.slice();
    for (const [key, value] of labels.known) {
      if (value === UNKNOWN) {
        // The value may be any that a selector asks for; a key that none mentions can't matter.
        if (vocabulary.has(key)) return this.selectors.keys();
        continue;
      }
      addAll(found, byLabel.get(key)?.get(value));
      addAll(found, keys.get(key));
    }
    return found;
  }
}

/** Sorts where needed: most lists are short and in order. */
function sorted(numbers: number[]): readonly number[] {
  for (let i = 1; i < numbers.length; i++) {
    if ((numbers[i - 1] ?? 0) > (numbers[i] ?? 0)) return numbers.sort((a, b) => a - b);
  }
  return numbers;
}

function addAll(found: number[], more: readonly number[] | undefined): void {
  if (more !== undefined) for (const number of more) found.push(number);
}

/** Selectors by what they demand; each is in one of the three. */
interface Files {
  /** By a label's key and value, one of which must be there. */
  readonly byLabel: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** By a key that must be there. */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly rest: readonly number[];
  /** Every key that some selector mentions. */
  readonly vocabulary: ReadonlySet<string>;
}

function file(selectors: readonly Selector[]): Files {
  const byLabel = new Map<string, Map<string, number[]>>();
  const keys = new Map<string, number[]>();
  const rest: number[] = [];
  const cost = costs(selectors);
  const vocabulary = new Set<string>();
  for (let number = 0; number < selectors.length; number++) {
    let rarest: Requirement | undefined;
    let present: string | undefined;
    for (const one of selectors[number]?.requirements ?? []) {
      vocabulary.add(one.key);
      if (one.operator === "Exists") present ??= one.key;
      if (one.operator !== "In" || one.values.includes(UNKNOWN)) continue;
      if (rarest === undefined || cost(one) < cost(rarest)) rarest = one;
    }
    if (rarest !== undefined) fileUnder(byLabel, rarest, number);
    else if (present !== undefined) append(keys, present, number);
    else rest.push(number);
  }
  return { byLabel, keys, rest, vocabulary };
}

function fileUnder(
  byLabel: Map<string, Map<string, number[]>>,
  { key, values }: Requirement,
  number: number,
) {
  const texts = byLabel.get(key) ?? new Map<string, number[]>();
  byLabel.set(key, texts);
  for (const value of values.length === 1 ? values : new Set(values)) {
    if (value !== UNKNOWN) append(texts, value, number);
  }
}

/** How many selectors would be tried for a label that meets a requirement, were all filed under it. */
function costs(selectors: readonly Selector[]): (requirement: Requirement) => number {
  // A selector of one requirement has no choice: nothing to weigh where all are such.
  if (selectors.every(({ requirements }) => requirements.length < 2)) return () => 0;
  const frequency = new Map<string, number>();
  for (const pair of selectors.flatMap(({ requirements }) => requirements.flatMap(pairsOf))) {
    frequency.set(pair, (frequency.get(pair) ?? 0) + 1);
  }
  return (requirement) => pairsOf(requirement).reduce((sum, pair) => sum + (frequency.get(pair) ?? 0), 0);
}

function pairsOf({ key, operator, values }: Requirement): string[] {
  return operator === "In" ? values.map((value) => `${key}=${String(value)}`) : [];
}
