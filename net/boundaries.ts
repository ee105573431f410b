/**
 * A set of integers as the sorted points where membership flips: `[80, 81, 443, 446]` is 80 and 443-445. Half-open
 * ends make every set operation one merge that only compares, so ports (number) and addresses (bigint) share it.
 */
export type Boundaries<T extends number | bigint> = readonly T[];

/** Merges two sets; `keep` says, from membership in each, whether a point belongs to the result. */
export function combine<T extends number | bigint>(
  a: Boundaries<T>,
  b: Boundaries<T>,
  keep: (inA: boolean, inB: boolean) => boolean,
): Boundaries<T> {
  const result: T[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const pointA = a[i];
    const pointB = b[j];
    const point = pointB === undefined || (pointA !== undefined && pointA < pointB) ? pointA : pointB;
    if (point === undefined) break;
    if (pointA === point) i++;
    if (pointB === point) j++;
    // An odd number of flips behind us means that we stand inside that set.
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) {
      result.push(point);
      inside = now;
    }
  }
  return result;
}

export const union = <T extends number | bigint>(a: Boundaries<T>, b: Boundaries<T>): Boundaries<T> =>
  combine(a, b, (inA, inB) => inA || inB);

export const intersect = <T extends number | bigint>(a: Boundaries<T>, b: Boundaries<T>): Boundaries<T> =>
  combine(a, b, (inA, inB) => inA && inB);

export const subtract = <T extends number | bigint>(a: Boundaries<T>, b: Boundaries<T>): Boundaries<T> =>
  combine(a, b, (inA, inB) => inA && !inB);

/** Any number of half-open `[start, end)` pairs, in any order, overlapping or not, as one set. */
export function fromPairs<T extends number | bigint>(
  pairs: readonly (readonly [start: T, end: T])[],
): Boundaries<T> {
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const result: T[] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last === undefined || start > last) result.push(start, end);
    else if (end > last) result[result.length - 1] = end;
  }
  return result;
}

/** The half-open pairs of a set, ascending. */
export function toPairs<T extends number | bigint>(set: Boundaries<T>): (readonly [start: T, end: T])[] {
  const pairs: (readonly [T, T])[] = [];
  for (let i = 0; i + 1 < set.length; i += 2) {
    const start = set[i];
    const end = set[i + 1];
    if (start !== undefined && end !== undefined) pairs.push([start, end]);
  }
  return pairs;
}

/** Whether both hold the same integers: the representation is unique, so this compares point by point. */
export function same<T extends number | bigint>(a: Boundaries<T>, b: Boundaries<T>): boolean {
  return a.length === b.length && a.every((point, i) => point === b[i]);
}

/** Whether `point` is in the set; a binary search. */
export function has<T extends number | bigint>(set: Boundaries<T>, point: T): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = set[middle];
    if (value !== undefined && value <= point) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}
