import type { Fields } from "./fields";

/** Values compared before giving up: more than any real object holds, fewer than aliases can expand to. */
const MAX_STEPS = 1_000_000;

/** Whether two objects would be the same in a cluster: labels, spec, and what a pod's status tells. */
export function sameObject(a: Fields, b: Fields): boolean {
  let steps = 0;
  const same = (left: unknown, right: unknown): boolean => {
    if (left === right) return true;
    if (++steps > MAX_STEPS) return false;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && same((left as Fields)[key], (right as Fields)[key]))
    );
  };
  const labels = (object: Fields) => (object["metadata"] as Fields | undefined)?.["labels"];
  const addresses = (object: Fields) => (object["status"] as Fields | null | undefined)?.["podIP"];
  return (
    same(a["spec"], b["spec"]) &&
    same(labels(a), labels(b)) &&
    same(addresses(a) ?? null, addresses(b) ?? null)
  );
}
