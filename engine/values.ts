import { SIGNATURE, SIGNATURES, UNKNOWN_SENTINEL, UNKNOWN_SENTINELS } from "../data";

/**
 * Property values as they travel between program, engine and policy pack: JSON in which an object with a signature key
 * stands for a secret, an output, a resource reference, an asset or an archive, and one string for "unknown".
 */
export type Value = null | boolean | number | string | Value[] | ValueMap;
export interface ValueMap {
  [key: string]: Value;
}

/**
 * Stands for text that is there but isn't told: an encrypted config value, a recorded secret. Programs take it for known, as
 * they would the real text; whatever contains it is unknown from the engine on.
 */
export const WITHHELD = `withheld-${UNKNOWN_SENTINEL}`;
export const isUnknown = (value: Value): boolean => typeof value === "string" && UNKNOWN_SENTINELS.has(value);

/** What an object's signature says it is. */
type Special = "secret" | "resource" | "output" | "asset" | "archive";

const specials: ReadonlyMap<Value | undefined, Special> = new Map(
  (["secret", "resource", "output", "asset", "archive"] as const).map((special) => [
    SIGNATURES[special],
    special,
  ]),
);

const specialOf = (value: ValueMap): Special | undefined => specials.get(value[SIGNATURE]);

export const secret = (value: Value): ValueMap => ({ [SIGNATURE]: SIGNATURES.secret, value });

/** The value of a secret, or undefined for any other value. */
export function secretOf(value: Value): Value | undefined {
  const isSecret = value !== null && typeof value === "object" && !Array.isArray(value);
  return isSecret && specialOf(value) === "secret" ? (value["value"] ?? null) : undefined;
}

type Rewrite = (value: ValueMap, special: Special, rewrite: (value: Value) => Value) => Value;

/** The value in which `special` replaces each object that has a signature; strings go through `text`. What doesn't change is shared. */
function rewriteValue(value: Value, special: Rewrite, text: (value: string) => Value): Value {
  const rewrite = (inner: Value): Value => rewriteValue(inner, special, text);
  if (typeof value === "string") return text(value);
  // What arithmetic makes of an unknown. No property is NaN by intent: nothing takes it.
  if (Number.isNaN(value)) return UNKNOWN_SENTINEL;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const changed = value.map(rewrite);
    return changed.every((item, index) => item === value[index]) ? value : changed;
  }
  const kind = specialOf(value);
  return kind === undefined ? mapValues(value, rewrite) : special(value, kind, rewrite);
}

/** The values changed; the very same object if none of them is. */
export function mapValues(values: ValueMap, change: (value: Value) => Value): ValueMap {
  const changed = Object.entries(values).map(([key, value]) => [key, change(value)] as const);
  return changed.every(([key, value]) => value === values[key]) ? values : Object.fromEntries(changed);
}

/**
 * Output values become what they hold: the value or unknown, secret where they say so. And a string made from an unknown
 * (an encrypted config value, say) is unknown as a whole: nobody may take a part of it for known.
 */
export function settle(value: Value): Value {
  const special: Rewrite = (object, kind, rewrite) => {
    if (kind !== "output") return mapValues(object, rewrite);
    const held = "value" in object ? rewrite(object["value"] ?? null) : UNKNOWN_SENTINEL;
    return object["secret"] === true ? secret(held) : held;
  };
  return rewriteValue(value, special, (text) => (text.includes(UNKNOWN_SENTINEL) ? UNKNOWN_SENTINEL : text));
}

/**
 * Properties as an analyzer gets them: a resource reference is its id (unknown if it has none yet) or, for a component,
 * its URN; secrets stay marked; top-level keys that begin with `__` are dropped.
 */
export function forAnalyzer(values: ValueMap): ValueMap {
  const special: Rewrite = (object, kind, rewrite) => {
    if (kind !== "resource") return mapValues(object, rewrite);
    if (!("id" in object)) return object["urn"] ?? UNKNOWN_SENTINEL;
    return object["id"] === "" || object["id"] === null
      ? UNKNOWN_SENTINEL
      : (object["id"] ?? UNKNOWN_SENTINEL);
  };
  const kept = Object.entries(values).filter(([key]) => !key.startsWith("__"));
  const visible = kept.length === Object.keys(values).length ? values : Object.fromEntries(kept);
  return mapValues(visible, (value) => rewriteValue(value, special, (text) => text));
}

const sourceKeys: ReadonlySet<string> = new Set(["path", "text", "uri", "assets"]);

/** A value for people and reports: secrets are `[secret]`, unknowns `[unknown]`, references their URN, assets their source. */
export function forDisplay(value: Value): Value {
  const special: Rewrite = (object, kind, rewrite) => {
    switch (kind) {
      case "secret":
        return "[secret]";
      case "resource":
        return object["urn"] ?? "[unknown]";
      case "output":
        return rewrite(settle(object));
      case "asset":
      case "archive": {
        const source = Object.entries(object).filter(([key]) => sourceKeys.has(key));
        return { [`[${kind}]`]: mapValues(Object.fromEntries(source), rewrite) };
      }
    }
  };
  return rewriteValue(value, special, (text) =>
    UNKNOWN_SENTINELS.has(text) || text.includes(UNKNOWN_SENTINEL) ? "[unknown]" : text,
  );
}

/** The output value that stands for a property and the resources it depends on: itself if it says so already. */
export function withDependencies(value: Value, dependencies: readonly string[]): Value {
  const own = dependenciesOf(value);
  if (dependencies.every((urn) => own.includes(urn))) return value;
  const isOutput =
    value !== null && typeof value === "object" && !Array.isArray(value) && specialOf(value) === "output";
  const output = isOutput
    ? value
    : { [SIGNATURE]: SIGNATURES.output, ...(isUnknown(value) ? {} : { value }) };
  return { ...output, dependencies: [...new Set([...own, ...dependencies])] };
}

/** The URNs that the output values in a value depend on. */
export function dependenciesOf(value: Value): string[] {
  const urns = new Set<string>();
  const special: Rewrite = (object, kind, rewrite) => {
    const { dependencies, ...rest } = object;
    if (kind === "output" && Array.isArray(dependencies))
      for (const urn of dependencies) if (typeof urn === "string") urns.add(urn);
    return mapValues(kind === "output" ? rest : object, rewrite);
  };
  rewriteValue(value, special, (text) => text);
  return [...urns];
}

/**
 * Every text and number that is secret in some values, longest first, so that one that contains another is found whole.
 * Truth values and single characters are left out: they tell nothing, and masking them would garble every sentence.
 */
export function secretTexts(values: readonly Value[]): string[] {
  const texts = new Set<string>();
  const gather = (value: Value): Value => {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text === "string" && text.length > 1 && !isUnknown(text)) texts.add(text);
    if (Array.isArray(value)) value.forEach(gather);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(gather);
    return value;
  };
  const special: Rewrite = (object, kind, rewrite) => {
    const isSecret = kind === "secret" || (kind === "output" && object["secret"] === true);
    return isSecret ? gather(object["value"] ?? null) : mapValues(object, rewrite);
  };
  for (const value of values) rewriteValue(value, special, (text) => text);
  return [...texts].sort((a, b) => b.length - a.length);
}

/** Each path of a file asset or file archive in the value. */
export function assetPaths(value: Value): string[] {
  const paths: string[] = [];
  const special: Rewrite = (object, kind, rewrite) => {
    const at = object["path"];
    if ((kind === "asset" || kind === "archive") && typeof at === "string" && at !== "") paths.push(at);
    return mapValues(object, rewrite);
  };
  rewriteValue(value, special, (text) => text);
  return paths;
}

/** JSON with sorted keys: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) =>
    held !== null && typeof held === "object" && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}
