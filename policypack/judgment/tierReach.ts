// Tests: test/policypack/invariants/tierPolicies.test.ts
import { AddressSet, PortSet } from "../../net";
import type { Bound, Direction } from "../../kubernetes";
import type { TierAction } from "../../reachability/read";
import {
  type TierActionFact,
  type TierPolicyFact,
  type TierRuleFact,
  unreadInPeer,
  unreadInTierRule,
} from "../facts";
import { UNKNOWN_TEXT } from "../values";
import { podsCover, portsCover } from "./coverage";
import { type Reach, reachOfRule } from "./reach";

/**
 * Whom one direction's Accept rules admit, under a bound. What earlier rules of the same policy decide otherwise is taken out: the API has no
 * exceptions, so a Deny before an Accept is how one is written.
 */
export function acceptedReach(policy: TierPolicyFact, direction: Direction, bound: Bound): readonly Reach[] {
  const rules = policy[direction];
  if (!rules.known) return bound === "lower" ? [] : [everything(rules.path)];
  return rules.value.flatMap((rule, i) => {
    if (!mayBe(rule.action, ["accept"], bound) || namesNobody(rule)) return [];
    const earlier = rules.value.slice(0, i).flatMap((one) => keptOut(one, policy, bound));
    return earlier.reduce<Reach[]>(
      (left, taken) => left.flatMap((reach) => without(reach, taken)),
      [reachOfRule(rule, bound)],
    );
  });
}

/** Whether an action is one of some for certain, or may be. */
export const mayBe = (action: TierActionFact, wanted: readonly TierAction[], bound: Bound): boolean =>
  action.known ? wanted.includes(action.value) : bound === "upper";

/** Whether a rule names only nodes and host names: no pod, and no address that is known. */
const namesNobody = ({ peers }: TierRuleFact): boolean => peers.known && peers.value.length === 0;

const everything = (path: string): Reach => ({
  path,
  everyone: true,
  blocks: [{ path, text: UNKNOWN_TEXT, set: AddressSet.all }],
  pods: [],
  ports: { numbers: PortSet.all, names: [] },
});

/** All that a rule may match, whatever the unknown parts turn out to be. */
export function widestReach(rule: TierRuleFact): Reach {
  if (!rule.peers.known) return everything(rule.path);
  const reach = reachOfRule(rule, "upper");
  const open = new Set(
    rule.peers.value.filter((peer) => unreadInPeer(peer).length > 0).map(({ path }) => path),
  );
  // A label's value that isn't known may be any.
  return {
    ...reach,
    pods: reach.pods.map((peer) => (open.has(peer.path) ? { ...peer, requirements: [] } : peer)),
  };
}

/** What an earlier rule keeps from the later ones: for a certain opening, whatever it may be, and for a possible one only what is known. */
function keptOut(rule: TierRuleFact, { tier }: TierPolicyFact, bound: Bound): Reach[] {
  const other = bound === "lower" ? "upper" : "lower";
  // What the Baseline tier passes on stays open; what the Admin tier does is NetworkPolicies' business.
  const isLast = tier.known ? tier.value === "baseline" : bound === "upper";
  if (!mayBe(rule.action, isLast ? ["deny"] : ["deny", "pass"], other) || namesNobody(rule)) return [];
  if (bound === "lower") return [widestReach(rule)];
  return unreadInTierRule(rule).length === 0 ? [reachOfRule(rule, other)] : [];
}

/** A rule without what an earlier one decides; none where nothing is left. */
function without(rule: Reach, taken: Reach): Reach[] {
  if (taken.everyone) return portsCover(taken.ports, rule.ports) ? [] : [lessPorts(rule, taken)];
  const denied = taken.blocks.reduce((set, block) => set.union(block.set), AddressSet.empty);
  const isTaken = (one: Reach["pods"][number]) => taken.pods.some((outer) => podsCover(outer, one));
  if (portsCover(taken.ports, rule.ports)) {
    const blocks = rule.blocks
      .map((block) => ({ ...block, set: block.set.subtract(denied) }))
      .filter(({ set }) => !set.isEmpty());
    const pods = rule.pods.filter((one) => !isTaken(one));
    return blocks.length === 0 && pods.length === 0 && !rule.everyone ? [] : [{ ...rule, blocks, pods }];
  }
  const isWhole =
    !rule.everyone && rule.pods.every(isTaken) && rule.blocks.every(({ set }) => denied.covers(set));
  return [isWhole ? lessPorts(rule, taken) : rule];
}

const lessPorts = (rule: Reach, { ports }: Reach): Reach => ({
  ...rule,
  ports: { ...rule.ports, numbers: rule.ports.numbers.subtract(ports.numbers) },
});
