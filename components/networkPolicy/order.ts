/** By UTF-16 code units: the same order whatever the locale. */
export const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An object with the same entries, its keys in order: equal contents give equal bytes. */
export const sortedKeys = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCode(a, b)));
