import type { Labels } from "./labels";
import { type Requirement, type Selector, matches } from "./selector";
import { UNKNOWN } from "./unknown";

/** Which selectors match some labels: certainly, and perhaps (which includes certainly). Ascending indexes. */
export interface Matched {
  readonly must: readonly number[];
  readonly may: readonly number[];
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

  match(labels: Labels): Matched {
    const must: number[] = [];
    const may: number[] = [];
    for (const number of this.candidates(labels)) {
      const selector = this.selectors[number];
      if (selector === undefined) continue;
      const match = matches(selector, labels);
      if (match === "yes") must.push(number);
      if (match !== "no") may.push(number);
    }
    const ascending = (a: number, b: number) => a - b;
    return { must: must.sort(ascending), may: must.length === may.length ? must : may.sort(ascending) };
  }

  private candidates(labels: Labels): Iterable<number> {
    this.filed ??= file(this.selectors);
    const { pairs, keys, rest, vocabulary } = this.filed;
    if (!labels.complete) return this.selectors.keys();
    const found = [...rest];
    for (const [key, value] of labels.known) {
      if (value === UNKNOWN) {
        // The value may be any that a selector asks for; a key that none mentions can't matter.
        if (vocabulary.has(key)) return this.selectors.keys();
        continue;
      }
      const byPair = pairs.get(`${key}=${value}`);
      if (byPair !== undefined) found.push(...byPair);
      const byKey = keys.get(key);
      if (byKey !== undefined) found.push(...byKey);
    }
    return found;
  }
}

interface Files {
  readonly pairs: ReadonlyMap<string, readonly number[]>;
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly rest: readonly number[];
  readonly vocabulary: ReadonlySet<string>;
}

function file(selectors: readonly Selector[]): Files {
  const pairs = new Map<string, number[]>();
  const keys = new Map<string, number[]>();
  const rest: number[] = [];
  const frequency = new Map<string, number>();
  for (const pair of selectors.flatMap(({ requirements }) => requirements.flatMap(pairsOf))) {
    frequency.set(pair, (frequency.get(pair) ?? 0) + 1);
  }
  const cost = (requirement: Requirement) =>
    pairsOf(requirement).reduce((sum, pair) => sum + (frequency.get(pair) ?? 0), 0);
  const under = (map: Map<string, number[]>, name: string, number: number) => {
    const list = map.get(name);
    if (list === undefined) map.set(name, [number]);
    else list.push(number);
  };
  for (const [number, { requirements }] of selectors.entries()) {
    const listed = requirements.filter((one) => one.operator === "In" && !one.values.includes(UNKNOWN));
    const rarest = listed.reduce<Requirement | undefined>(
      (best, one) => (best === undefined || cost(one) < cost(best) ? one : best),
      undefined,
    );
    const present = requirements.find(({ operator }) => operator === "Exists");
    if (rarest !== undefined) for (const pair of new Set(pairsOf(rarest))) under(pairs, pair, number);
    else if (present !== undefined) under(keys, present.key, number);
    else rest.push(number);
  }
  const vocabulary = new Set(selectors.flatMap(({ requirements }) => requirements.map(({ key }) => key)));
  return { pairs, keys, rest, vocabulary };
}

function pairsOf({ key, operator, values }: Requirement): string[] {
  return operator === "In" ? values.map((value) => `${key}=${String(value)}`) : [];
}
