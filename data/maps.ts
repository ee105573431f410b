/** A map of anything: what a parsed document or a plan holds. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a map: an object, and neither null nor a list. */
export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as a map; undefined for anything else. */
export const fieldsOf = (value: unknown): Fields | undefined => (isMap(value) ? value : undefined);

/** The maps of a list; none of what isn't a list. */
export const mapsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isMap) : []);
