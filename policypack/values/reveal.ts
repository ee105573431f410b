import { SIGNATURE, SIGNATURES, UNKNOWN_SENTINELS } from "../../data";

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

export const UNKNOWN_VALUE: Value = { kind: "unknown" };
export const ABSENT: Value = { kind: "absent" };
const OPAQUE: Value = { kind: "opaque" };

/** Deeper than any manifest; what lies below is unknown rather than a stack overflow. */
export const MAX_DEPTH = 100;

/**
 * Reads a value as JSON, YAML or Pulumi's wire format hold it into an explicit tree, and never throws. Secrets are
 * unwrapped: whoever prints a value must know that the protocol hides which ones were secret.
 */
export function reveal(raw: unknown): Value {
  return revealAt(raw, new Set());
}

function revealAt(raw: unknown, above: Set<object>): Value {
  if (raw === undefined || raw === null) return ABSENT;
  if (typeof raw === "string") return textValue(raw);
  if (typeof raw === "number" || typeof raw === "boolean") return { kind: "scalar", value: raw };
  if (typeof raw !== "object") return OPAQUE;
  // A YAML alias may lead back to where it stands.
  if (above.has(raw) || above.size >= MAX_DEPTH) return UNKNOWN_VALUE;
  above.add(raw);
  const value: Value = Array.isArray(raw)
    ? { kind: "list", items: raw.map((item) => revealAt(item, above)) }
    : mapValue(
        new Map(
          Object.entries(raw)
            .filter(([, item]) => item !== undefined)
            .map(([key, item]) => [key, revealAt(item, above)]),
        ),
      );
  above.delete(raw);
  return value;
}

/** A text, unless it stands for something that isn't known. */
export function textValue(text: string): Value {
  return UNKNOWN_SENTINELS.has(text) ? UNKNOWN_VALUE : { kind: "scalar", value: text };
}

/** A map, unless it is how the wire format spells a secret, an output, an asset or a reference to a resource. */
export function mapValue(entries: ReadonlyMap<string, Value>): Value {
  const signature = entries.get(SIGNATURE);
  if (signature === undefined) return { kind: "map", entries };
  const is = (mark: string) => signature.kind === "scalar" && signature.value === mark;
  if (is(SIGNATURES.secret)) return entries.get("value") ?? ABSENT;
  if (is(SIGNATURES.output)) return entries.get("value") ?? UNKNOWN_VALUE;
  return OPAQUE;
}

/** Whether a raw value is a plain map: no list, no wrapped secret, nothing that isn't known. */
export function isPlainMap(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(SIGNATURE in raw);
}
