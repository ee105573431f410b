/**
 * The most `needs` that can be served when each candidate serves one at most: a maximum matching.
 * @param candidates for each need, the candidates that could serve it.
 */
export function maximumMatching(candidates: readonly (readonly string[])[]): number {
  const servedBy = new Map<string, number>();
  const serve = (need: number, tried: Set<string>): boolean =>
    (candidates[need] ?? []).some((candidate) => {
      if (tried.has(candidate)) return false;
      tried.add(candidate);
      const other = servedBy.get(candidate);
      if (other !== undefined && !serve(other, tried)) return false;
      servedBy.set(candidate, need);
      return true;
    });
  return candidates.filter((_, need) => serve(need, new Set())).length;
}
