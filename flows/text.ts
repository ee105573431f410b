import { didYouMean } from "../problems";

/** Orders by code unit: the same everywhere, whatever the locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Keys sorted by code unit, so that nothing shows in which order they were written. */
export function sortedByKey<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}

/** What to write instead of an unknown name: the nearest one, or the list of all. `none` is said where there are none. */
export function remedyForUnknown(word: string, candidates: Iterable<string>, none: string): string {
  const names = [...new Set(candidates)].sort(compareText);
  if (names.length === 0) return none;
  const near = didYouMean(word, names);
  if (near !== undefined) return near;
  const shown = names.slice(0, 12).join(", ");
  return names.length === 1 ? `Write ${shown}` : `Write one of ${shown}${names.length > 12 ? ", …" : ""}`;
}
