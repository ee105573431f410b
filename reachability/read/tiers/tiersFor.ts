// Tests: test/reachability/read/tierPolicy.test.ts
import type { Cni } from "../cni";
import { settledByName } from "../otherKinds/settledByName";
import type { UncomputedPolicy } from "../otherKinds/uncomputed";
import type { Tier, TierPolicy } from "./tierPolicy";

/** Plugins that are taken to do what the API's words say of tiers; no other has been seen to. */
const AS_WRITTEN: readonly Cni[] = ["any", "calico"];

/** The policies of tiers that are computed for a plugin, and all that aren't: where it isn't known what it makes of them. */
export function tiersFor(
  cni: Cni,
  written: readonly TierPolicy[],
  others: readonly UncomputedPolicy[],
): { readonly tiers: readonly TierPolicy[]; readonly uncomputed: readonly UncomputedPolicy[] } {
  // Two APIs of one tier: which is asked first, no text says.
  const isMixed = new Set(written.map(({ kind }) => kind === "ClusterNetworkPolicy")).size > 1;
  return AS_WRITTEN.includes(cni) && !isMixed
    ? { tiers: written, uncomputed: others }
    : { tiers: [], uncomputed: [...others, ...written.flatMap(({ otherwise }) => otherwise)] };
}

/** Each policy once, in the order in which they are asked; what one name is given twice for, and differs, stands for either. */
export function settledTiers(read: readonly TierPolicy[]): {
  readonly tiers: readonly TierPolicy[];
  readonly conflicts: readonly UncomputedPolicy[];
} {
  const { agreed: tiers, conflicts } = settledByName(read, ({ kind, name }) => `${kind} ${name}`);
  tiers.sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) || a.priority - b.priority);
  return { tiers, conflicts };
}

const TIERS: readonly Tier[] = ["deny", "admin", "baseline"];
