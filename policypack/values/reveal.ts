/**
 * A value as a resource holds it at preview. `unknown` is what only the deployment will tell; `absent` stands for both
 * undefined and null, which the Kubernetes API reads alike; `opaque` is known but holds nothing to read (an asset).
 */
export type Value =
  | { readonly kind: "unknown" }
  | { readonly kind: "absent" }
  | { readonly kind: "scalar"; readonly value: string | number | boolean }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: "opaque" };

const UNKNOWN: Value = { kind: "unknown" };
const ABSENT: Value = { kind: "absent" };
const OPAQUE: Value = { kind: "opaque" };

/**
 * What Pulumi sends in place of a value that isn't known: boolean, number, string, array, asset, archive, object.
 * Source: @pulumi/policy, proxy.js.
 */
export const UNKNOWN_SENTINELS: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The key by which Pulumi's wire format marks special objects, and the marks. Source: @pulumi/pulumi, runtime/rpc. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Deeper than any manifest; what lies below is unknown rather than a stack overflow. */
const MAX_DEPTH = 100;

/**
 * Reads any value a policy is handed into an explicit tree, and never throws. Pulumi's checking proxy throws when an
 * unknown property is *read*; its property descriptors can be looked at, and they show the sentinels. Secrets are
 * unwrapped: whoever prints a value must know that the protocol hides which ones were secret.
 */
export function reveal(raw: unknown): Value {
  return revealAt(raw, new Set());
}

function revealAt(raw: unknown, above: Set<object>): Value {
  switch (typeof raw) {
    case "undefined":
      return ABSENT;
    case "string":
      return UNKNOWN_SENTINELS.has(raw) ? UNKNOWN : { kind: "scalar", value: raw };
    case "number":
    case "boolean":
      return { kind: "scalar", value: raw };
    case "bigint":
    case "symbol":
    case "function":
      return OPAQUE;
    case "object":
      break;
  }
  if (raw === null) return ABSENT;
  if (above.has(raw) || above.size >= MAX_DEPTH) return UNKNOWN;
  above.add(raw);
  try {
    return revealObject(raw, above);
  } catch {
    // A foreign proxy may refuse even to be looked at: that is not known, never a crash.
    return UNKNOWN;
  } finally {
    above.delete(raw);
  }
}

function revealObject(raw: object, above: Set<object>): Value {
  if (Array.isArray(raw)) return revealList(raw, above);
  const properties = ownValues(raw);
  const signature = properties.get(SIGNATURE);
  if (signature === SECRET) return revealAt(properties.get("value"), above);
  if (signature === OUTPUT) {
    return properties.has("value") ? revealAt(properties.get("value"), above) : UNKNOWN;
  }
  if (signature !== undefined) return OPAQUE;
  if (isPolicySecret(raw)) return revealAt(properties.get("value"), above);
  if (properties.get("__pulumiOutput") === true || raw instanceof Promise) return UNKNOWN;
  if (properties.has("__pulumiAsset") || properties.has("__pulumiArchive")) return OPAQUE;
  const entries = new Map<string, Value>();
  for (const [key, value] of properties) entries.set(key, revealAt(value, above));
  return { kind: "map", entries };
}

function revealList(raw: object, above: Set<object>): Value {
  const properties = ownValues(raw);
  const length = properties.get("length");
  const items = Array.from({ length: typeof length === "number" ? length : 0 }, (_, index) =>
    revealAt(properties.get(String(index)), above),
  );
  return { kind: "list", items };
}

/** @pulumi/policy's Secret, by shape, so that this folder's readers work on values of any copy of that package. */
const isPolicySecret = (raw: object): boolean =>
  (Object.getPrototypeOf(raw) as { constructor?: { name?: unknown } } | null)?.constructor?.name === "Secret";

/** Whether a raw value is a plain map: no list, no wrapped secret, nothing that isn't known. */
export function isPlainMap(raw: unknown): raw is object {
  if (typeof raw !== "object" || raw === null) return false;
  const prototype: unknown = Object.getPrototypeOf(raw);
  return (prototype === Object.prototype || prototype === null) && !ownValues(raw).has(SIGNATURE);
}

/** A value that only a getter would give: as good as not known, because a getter may throw. */
const UNREADABLE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * An object's own properties by their descriptors, as they are: unknowns as sentinels, secrets still wrapped, no proxy
 * between. A remediation copies objects through this, so that what it doesn't touch goes back unchanged.
 */
export function ownValues(raw: object): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(raw))) {
    values.set(key, "value" in descriptor ? descriptor.value : UNREADABLE);
  }
  return values;
}
