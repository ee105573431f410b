// Tests: test/policypack/crossguard.test.ts
import { SIGNATURE, SIGNATURES } from "../../data";

/** @pulumi/policy's wrapper of a secret, and what stands for one in Pulumi's wire format. */
const SECRET = { [SIGNATURE]: SIGNATURES.secret };

/**
 * A value that @pulumi/policy hands a policy, as the wire format holds it: unknowns as sentinels, secrets wrapped, no proxy
 * between. The library's proxy throws where an unknown property is read; its property descriptors can be looked at. What
 * only a getter would give, and assets, stay as they are: nothing that is judged is among them.
 */
export function plain(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const values = ownValues(given);
  if (Array.isArray(given)) {
    const length = Number(values.get("length"));
    return Array.from({ length }, (_, index) => plain(values.get(String(index))));
  }
  if (isSecret(given)) return { ...SECRET, value: plain(values.get("value")) };
  if (values.has("__pulumiAsset") || values.has("__pulumiArchive")) return given;
  return Object.fromEntries([...values].map(([key, value]) => [key, plain(value)]));
}

/** An object's own properties by their descriptors: no proxy's trap is asked. */
function ownValues(given: object): Map<string, unknown> {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(given));
  return new Map(descriptors.map(([key, descriptor]) => [key, descriptor.value as unknown]));
}

/** By shape, so that any copy of the library will do. */
const isSecret = (given: object): boolean =>
  (Object.getPrototypeOf(given) as { constructor?: { name?: unknown } } | null)?.constructor?.name ===
  "Secret";
