// Tests: test/reachability/evidence/otherPolicies.test.ts
/** Values looked at before giving up: more than any real object holds, fewer than aliases can expand to. */
const MAX_STEPS = 100_000;
const MAX_DEPTH = 100;

/**
 * Visits every text in a value, keys aside, until one is found.
 * @returns whether one was found; true as well where something isn't known, or there is too much to look at.
 */
export function mentions(value: unknown, found: (text: string) => boolean): boolean {
  let steps = 0;
  const visit = (one: unknown, depth: number): boolean => {
    if (typeof one === "symbol" || ++steps > MAX_STEPS || depth > MAX_DEPTH) return true;
    if (typeof one === "string") return found(one);
    if (typeof one !== "object" || one === null) return false;
    return Object.values(one).some((inner) => visit(inner, depth + 1));
  };
  return visit(value, 0);
}

/** One text for values that say the same, whatever the order of their keys; undefined for one that has no end. */
export function contentOf(value: unknown): string | undefined {
  let steps = 0;
  const text = (one: unknown, depth: number): string | undefined => {
    if (++steps > MAX_STEPS || depth > MAX_DEPTH) return undefined;
    if (typeof one === "symbol") return "?";
    if (typeof one !== "object" || one === null) return JSON.stringify(one);
    const isList = Array.isArray(one);
    const parts = Object.entries(one).map(([key, inner]) => {
      const own = text(inner, depth + 1);
      return own === undefined ? undefined : isList ? own : `${JSON.stringify(key)}:${own}`;
    });
    if (parts.includes(undefined)) return undefined;
    return isList ? `[${parts.join()}]` : `{${parts.sort().join()}}`;
  };
  return text(value, 0);
}
