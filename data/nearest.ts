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

/**
 * The name that a typing slip would turn into `word`: stricter than `nearest`, for where nothing says that `word` is wrong. Words between
 * dashes, dots and slashes are compared one by one, short ones and numbers have no slips: `team-b` isn't `team-a`, `shop-prod` isn't `shop-dev`.
 */
export function likelyMeant(word: string, candidates: Iterable<string>): string | undefined {
  const near = [...new Set(candidates)].filter((candidate) => candidate !== word && isSlip(word, candidate));
  return near.length === 1 ? near[0] : undefined;
}

/** Words this short are different words, not slips of each other. */
const SHORT = 4;

function isSlip(word: string, candidate: string): boolean {
  const parts = (text: string) =>
    text
      .slice(0, 64)
      .toLowerCase()
      .split(/[-._/]/);
  const [own, other] = [parts(word), parts(candidate)];
  if (own.length !== other.length) return false;
  const differing = own.flatMap((part, i): [string, string][] =>
    part === other[i] ? [] : [[part, other[i] ?? ""]],
  );
  const [only, ...others] = differing;
  if (only === undefined) return true;
  const [a, b] = only;
  return (
    others.length === 0 &&
    Math.min(a.length, b.length) >= SHORT &&
    a.replaceAll(/\d/g, "") !== b.replaceAll(/\d/g, "") &&
    slips(a, b) <= Math.max(1, Math.floor(b.length / 6))
  );
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
