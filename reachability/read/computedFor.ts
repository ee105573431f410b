// Tests: test/reachability/read/ciliumPolicy.test.ts, test/reachability/read/tierPolicy.test.ts
import { ciliumFor, settledCilium } from "./cilium/ciliumFor";
import type { Cni } from "./cni";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import { settledTiers, tiersFor } from "./tiers/tiersFor";
import type { Store } from "./store";
import type { World } from "./world";

/** What of other kinds' policies is computed for a plugin, and what isn't. */
export function computedFor(
  cni: Cni,
  { writtenTiers, writtenCilium, services }: Pick<World, "writtenTiers" | "writtenCilium" | "services">,
  others: readonly UncomputedPolicy[],
): Pick<World, "tiers" | "cilium" | "uncomputed"> {
  const { cilium, denials, uncomputed } = ciliumFor(cni, writtenCilium, services);
  const read = tiersFor(cni, writtenTiers, [...others, ...uncomputed]);
  return { cilium, tiers: [...denials, ...read.tiers], uncomputed: read.uncomputed };
}

/** The policies of other kinds than NetworkPolicy that were read, and what of them a plugin computes. */
export function otherPoliciesFor(
  cni: Cni,
  store: Store,
  services: World["services"],
  standIns: readonly UncomputedPolicy[],
): Pick<World, "tiers" | "writtenTiers" | "cilium" | "writtenCilium" | "uncomputed"> {
  const tiers = settledTiers(store.tiers);
  const cilium = settledCilium(store.cilium);
  const written = { writtenTiers: tiers.tiers, writtenCilium: cilium.written };
  const others = [...store.uncomputed, ...tiers.conflicts, ...cilium.conflicts, ...standIns];
  return { ...written, ...computedFor(cni, { ...written, services }, others) };
}
