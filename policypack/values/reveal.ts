import { REDACTED_SECRET, SIGNATURE, SIGNATURES, UNKNOWN_SENTINELS } from "../../data";

/**
 * A value as a resource holds it at preview. `unknown` is what only the deployment will tell; `absent` stands for both
 * undefined and null, which the Kubernetes API reads alike; `opaque` is known but holds nothing to read (an asset).
 */
export type RevealedValue =
  | { readonly kind: "unknown" }
  | { readonly kind: "absent" }
  | { readonly kind: "scalar"; readonly value: string | number | boolean }
  | { readonly kind: "list"; readonly items: readonly RevealedValue[] }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, RevealedValue> }
  | { readonly kind: "opaque" };

export const UNKNOWN_VALUE: RevealedValue = { kind: "unknown" };
export const ABSENT: RevealedValue = { kind: "absent" };
const OPAQUE: RevealedValue = { kind: "opaque" };

/** Deeper than any manifest; what lies below is unknown rather than a stack overflow. */
export const MAX_DEPTH = 100;

/**
 * Reads a value as JSON, YAML or Pulumi's wire format hold it into an explicit tree, and never throws. Secrets are
 * unwrapped: whoever prints a value must know that the protocol hides which ones were secret.
 */
export function reveal(raw: unknown): RevealedValue {
  return revealAt(raw, new Set(), WIRE);
}

/**
 * Reads a value of a plain manifest or document, in which nothing is a mark of Pulumi's wire format: a label that equals a sentinel is a
 * label.
 */
export function literal(raw: unknown): RevealedValue {
  return revealAt(raw, new Set(), LITERAL);
}

/**
 * Reads a value of a stack's state, as `pulumi stack export` and checkpoint files hold it: what is encrypted in it is unknown, what
 * was exported with --show-secrets is read.
 */
export function stored(raw: unknown): RevealedValue {
  return revealAt(raw, new Set(), STORED);
}

/** How a format holds texts and maps. */
interface WireFormat {
  readonly text: (text: string) => RevealedValue;
  readonly map: (entries: ReadonlyMap<string, RevealedValue>) => RevealedValue;
}

const WIRE: WireFormat = { text: textValue, map: mapValue };
const LITERAL: WireFormat = {
  text: (value) => ({ kind: "scalar", value }),
  map: (entries) => ({ kind: "map", entries }),
};
const STORED: WireFormat = { text: textValue, map: storedMap };

function revealAt(raw: unknown, above: Set<object>, marks: WireFormat): RevealedValue {
  if (raw === undefined || raw === null) return ABSENT;
  if (typeof raw === "string") return marks.text(raw);
  if (typeof raw === "number" || typeof raw === "boolean") return { kind: "scalar", value: raw };
  if (typeof raw !== "object") return OPAQUE;
  // A YAML alias may lead back to where it stands.
  if (above.has(raw) || above.size >= MAX_DEPTH) return UNKNOWN_VALUE;
  above.add(raw);
  const value: RevealedValue = Array.isArray(raw)
    ? { kind: "list", items: raw.map((item) => revealAt(item, above, marks)) }
    : marks.map(
        new Map(
          Object.entries(raw)
            .filter(([, item]) => item !== undefined)
            .map(([key, item]) => [key, revealAt(item, above, marks)]),
        ),
      );
  above.delete(raw);
  return value;
}

/** A text, unless it stands for something that isn't known. */
export function textValue(text: string): RevealedValue {
  return UNKNOWN_SENTINELS.has(text) || text === REDACTED_SECRET
    ? UNKNOWN_VALUE
    : { kind: "scalar", value: text };
}

/** A map, unless it is how the wire format spells a secret, an output, an asset or a reference to a resource. */
export function mapValue(entries: ReadonlyMap<string, RevealedValue>): RevealedValue {
  const signature = entries.get(SIGNATURE);
  if (signature === undefined) return { kind: "map", entries };
  const is = (mark: string) => signature.kind === "scalar" && signature.value === mark;
  if (is(SIGNATURES.secret)) return entries.get("value") ?? ABSENT;
  if (is(SIGNATURES.output)) return entries.get("value") ?? UNKNOWN_VALUE;
  return OPAQUE;
}

/** The same in a state, where a secret is a ciphertext, or its value as JSON. */
function storedMap(entries: ReadonlyMap<string, RevealedValue>): RevealedValue {
  const [signature, plaintext] = [entries.get(SIGNATURE), entries.get("plaintext")];
  if (signature?.kind !== "scalar" || signature.value !== SIGNATURES.secret) return mapValue(entries);
  if (plaintext?.kind !== "scalar" || typeof plaintext.value !== "string") return UNKNOWN_VALUE;
  try {
    return stored(JSON.parse(plaintext.value));
  } catch {
    return UNKNOWN_VALUE;
  }
}

/** Whether a raw value is a plain map: no list, no wrapped secret, nothing that isn't known. */
export function isPlainMap(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(SIGNATURE in raw);
}
