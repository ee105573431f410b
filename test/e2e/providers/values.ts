import { isDeepStrictEqual } from "node:util";

/** Property values as the engine sends them to a provider that asks for no secrets, references or outputs: plain JSON. */
export type Value = null | boolean | number | string | readonly Value[] | Values;
export interface Values {
  readonly [name: string]: Value | undefined;
}

/** The engine's sentinel for a value that a preview doesn't know (sdk/go/common/resource/plugin). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isMap = (value: Value | undefined): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether any part of it is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (typeof value === "string") return value.includes(unknown);
  if (Array.isArray(value)) return value.some((each: Value) => hasUnknown(each));
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** The names whose values differ. A name that isn't there equals one that is undefined. */
export function changedNames(olds: Values, news: Values): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => !isDeepStrictEqual(olds[name], news[name])).sort();
}

/** The value at a path like "metadata.name", or undefined. */
export function at(value: Value | undefined, path: string): Value | undefined {
  return path
    .split(".")
    .reduce<Value | undefined>((inner, name) => (isMap(inner) ? inner[name] : undefined), value);
}

/** A copy without undefined values, which the wire format has no room for. */
export function defined(value: Values): Values {
  return JSON.parse(JSON.stringify(value)) as Values;
}

const isEmptyList = (value: Value | undefined): boolean => Array.isArray(value) && value.length === 0;

/**
 * What is live of the fields that we set: the same names as `ours`, at every depth, with their live values; lists item
 * by item where the lengths agree. What the server added stays out, what it lost shows as missing; but the API server
 * leaves empty lists out, so an empty one of ours that isn't there is as we set it.
 */
export function liveOf(ours: Value | undefined, live: Value | undefined): Value | undefined {
  if (isMap(ours) && isMap(live)) {
    const names = Object.keys(ours).filter((name) => live[name] !== undefined || isEmptyList(ours[name]));
    return Object.fromEntries(names.map((name) => [name, liveOf(ours[name], live[name] ?? [])]));
  }
  if (Array.isArray(ours) && Array.isArray(live) && ours.length === live.length) {
    return ours.map((each: Value, i) => liveOf(each, live[i] as Value) ?? null);
  }
  return live;
}
