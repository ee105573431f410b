// Tests: test/reachability/evidence/makers.test.ts, test/reachability/evidence/otherPolicies.test.ts
import type { Warnings } from "../warnings";
import type { Maker } from "./makerTable";
import { type UncomputedPolicy, uncomputedText } from "./uncomputed";

/** What the answer lacks or leaves open because of objects that other projects' controllers act on. */
export function warnOfOthers(
  uncomputed: readonly UncomputedPolicy[],
  { missing, shown }: { readonly missing: readonly Maker[]; readonly shown: readonly Maker[] },
  warnings: Warnings,
): void {
  for (const policy of uncomputed)
    // What is made is said by who makes it.
    if (policy.because !== "made")
      warnings.add(
        "what policies of kinds that aren't computed may change is unknown",
        uncomputedText(policy),
      );
  for (const { kind, namespace, name, into, makes } of missing) {
    const where = into === undefined ? ", in any namespace" : into === namespace ? "" : `, in ${into}`;
    warnings.add(
      makes === "pods"
        ? "pods that these make aren't in the input, so the answer lacks them"
        : "objects that these make aren't in the input: the answer lacks their pods, and what their policies may change is unknown",
      `${kind} ${namespace}/${name}${where}`,
    );
  }
  for (const { kind, namespace, name, folders = [] } of shown)
    warnings.add(
      "objects that these make were taken to be what the input holds of their folders",
      `${kind} ${namespace}/${name}: ${folders.join(", ")}`,
    );
}
