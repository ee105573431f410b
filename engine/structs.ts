import { Struct } from "./sdk";
import type { ValueMap } from "./values";

/** Messages by the values they hold: making one costs more than sending it. Values are never changed in place. */
const known = new WeakMap<ValueMap, Struct>();

/** The values in a message. */
export function valuesOf(struct: Struct | undefined): ValueMap {
  if (struct === undefined) return {};
  const values = struct.toJavaScript();
  known.set(values, struct);
  return values;
}

/** A message that holds the values; the one they came from, if they came from one. */
export function structOf(values: ValueMap): Struct {
  const made = known.get(values) ?? Struct.fromJavaScript(values);
  known.set(values, made);
  return made;
}
