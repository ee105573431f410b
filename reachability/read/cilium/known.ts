// Tests: test/reachability/read/ciliumPolicy.test.ts
import { UNKNOWN } from "../../../kubernetes";
import type { FieldReader } from "../fields";
import type { FieldPlace } from "../problems";

/** A value that is known; undefined, with a problem, where it isn't yet. */
export function known<T>(
  fields: FieldReader,
  value: T | typeof UNKNOWN | undefined,
  path: FieldPlace,
): T | undefined {
  if (value !== UNKNOWN) return value;
  fields.problem(path, "isn't known yet");
  return undefined;
}
