// Tests: test/cli/reach/command.test.ts
import { isUnknown, secretOf, settle, type Value } from "../../engine";
import { SIGNATURE } from "../../data";
import { UNKNOWN } from "../../kubernetes";

/** A property as a plain value: secrets opened (names and labels may be), what isn't known as UNKNOWN. */
export const plain = (value: Value): unknown => opened(settle(value));

function opened(value: Value): unknown {
  if (isUnknown(value)) return UNKNOWN;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(opened);
  const secret = secretOf(value);
  if (secret !== undefined) return opened(secret);
  if (SIGNATURE in value) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}
