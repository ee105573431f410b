// Tests: test/reachability/read/tierPolicy.test.ts, test/reachability/read/ciliumPolicy.test.ts
import { append } from "../../../data";
import type { UncomputedPolicy } from "./uncomputed";

/** Each policy once, by its name; what one name is given twice for, and differs, stands for either: computed is neither. */
export function settledByName<P extends { readonly otherwise: readonly UncomputedPolicy[] }>(
  read: readonly P[],
  nameOf: (policy: P) => string,
): { readonly agreed: P[]; readonly conflicts: readonly UncomputedPolicy[] } {
  const byName = new Map<string, P[]>();
  for (const policy of read) append(byName, nameOf(policy), policy);
  const agreed: P[] = [];
  const conflicts: UncomputedPolicy[] = [];
  for (const [first, ...others] of byName.values()) {
    if (first === undefined) continue;
    if (others.every((other) => contentOf(other) === contentOf(first))) agreed.push(first);
    else
      for (const { otherwise } of [first, ...others])
        conflicts.push(...otherwise.map((one) => ({ ...one, because: "conflict" as const })));
  }
  return { agreed, conflicts };
}

const contentOf = ({ otherwise }: { readonly otherwise: readonly UncomputedPolicy[] }): string =>
  otherwise.map(({ content }) => content).join("\n");
