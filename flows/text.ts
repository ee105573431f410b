import { quote } from "./problem";

/** Orders by code unit: the same everywhere, whatever the locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Keys sorted by code unit, so that nothing shows in which order they were written. */
export function sortedByKey<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}

/** The candidate that a typing slip would turn into `word`, if there is exactly one nearest and it is near enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const short = word.slice(0, 64);
  let best: { candidate: string; distance: number } | undefined;
  let tied = false;
  for (const candidate of new Set(candidates)) {
    const distance = slips(short.toLowerCase(), candidate.toLowerCase());
    if (distance > Math.max(1, Math.floor(candidate.length / 3))) continue;
    if (best === undefined || distance < best.distance) [best, tied] = [{ candidate, distance }, false];
    else if (distance === best.distance) tied = true;
  }
  return tied ? undefined : best?.candidate;
}

/** How many letters are added, lost, changed or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  let [before, previous]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (previous?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous?.[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before?.[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, previous] = [previous, row];
  }
  return previous?.[b.length] ?? 0;
}

/** What to write instead of an unknown name: the nearest one, or the list of all. `none` is said where there are none. */
export function remedyForUnknown(word: string, candidates: Iterable<string>, none: string): string {
  const names = [...new Set(candidates)].sort(compareText);
  if (names.length === 0) return none;
  const near = nearest(word, names);
  if (near !== undefined) return `Did you mean ${quote(near)}?`;
  const shown = names.slice(0, 12).join(", ");
  return names.length === 1 ? `Write ${shown}` : `Write one of ${shown}${names.length > 12 ? ", …" : ""}`;
}
