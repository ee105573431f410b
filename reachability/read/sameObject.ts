// Tests: test/reachability/read/sameName.test.ts
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { Fields } from "./fields";

/** Values compared before giving up: more than any real object holds, fewer than aliases can expand to. */
const MAX_STEPS = 1_000_000;
/** Deeper than any real object; one that holds itself has no bottom. */
const MAX_DEPTH = 100;

/**
 * Whether two objects of one kind and name say the same of what is read of them. What can't be told to be the same is
 * different: an error, where a guess would drop one of them.
 */
export function sameObject(kind: string, a: Fields, b: Fields): boolean {
  let steps = 0;
  const same = (left: unknown, right: unknown, depth = 0): boolean => {
    if (left === right) return true;
    if (++steps > MAX_STEPS || depth > MAX_DEPTH) return false;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every(
        (key) => Object.hasOwn(right, key) && same((left as Fields)[key], (right as Fields)[key], depth + 1),
      )
    );
  };
  return same(bearing(kind, a), bearing(kind, b));
}

const part = (fields: Fields, name: string): Fields => (fields[name] ?? {}) as Fields;

/** What of an object is read, absent and empty alike: labels only of what selectors match, a status where it tells. */
function bearing(kind: string, object: Fields): readonly unknown[] {
  const metadata = part(object, "metadata");
  const status = part(object, "status");
  const spec = object["spec"] ?? null;
  const labels = { ...part(metadata, "labels") };
  const owners = metadata["ownerReferences"] ?? [];
  switch (kind) {
    case "Namespace":
      // Every namespace has it, written or not.
      return [Object.entries(labels).filter(([key]) => key !== NAMESPACE_NAME_LABEL)];
    case "ServiceAccount":
      return [labels];
    case "Pod": {
      const { phase, podIP, podIPs, hostIP, hostIPs } = status;
      const over = phase === "Succeeded" || phase === "Failed";
      return [spec, labels, owners, over, [podIP, podIPs, hostIP, hostIPs].map((one) => one ?? null)];
    }
    case "Node":
      return [labels, spec, status["addresses"] ?? []];
    case "Service":
      return [spec, (status["loadBalancer"] as Fields | undefined)?.["ingress"] ?? []];
    case "EndpointSlice":
      return [labels, object["endpoints"] ?? [], object["ports"] ?? []];
    case "Endpoints":
      return [object["subsets"] ?? []];
    case "NetworkPolicy":
    case "SecurityGroupPolicy":
      return [spec];
    default:
      return [spec, owners];
  }
}
