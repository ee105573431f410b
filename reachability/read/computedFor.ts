// Tests: test/reachability/read/ciliumPolicy.test.ts, test/reachability/read/tierPolicy.test.ts
import { ciliumFor } from "./cilium/ciliumFor";
import type { Cni } from "./cni";
import { settledByName } from "./otherKinds/settledByName";
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
  const cilium = settledByName(store.cilium, ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  const written = { writtenTiers: tiers.tiers, writtenCilium: cilium.agreed };
  const ofCilium = new Set(store.cilium.flatMap(({ otherwise }) => otherwise));
  const read = store.uncomputed.filter((one) => !ofCilium.has(one));
  const others = [...read, ...tiers.conflicts, ...cilium.conflicts, ...standIns];
  const computed = computedFor(cni, { ...written, services }, others);
  if (ofCilium.size === 0) return { ...written, ...computed };
  const order = new Map(store.uncomputed.map((one, i) => [one, i]));
  const rank = (one: UncomputedPolicy) => order.get(one) ?? order.size;
  return { ...written, ...computed, uncomputed: [...computed.uncomputed].sort((a, b) => rank(a) - rank(b)) };
}
