// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { DIRECTIONS } from "../../../kubernetes";
import type { NetworkPolicyFact } from "../../facts";
import type { ClusterView } from "./clusterView";
import {
  byPolicy,
  type CountedRule,
  crowdedEnds,
  type CrowdedPeer,
  crowdedPeers,
  podPlaces,
} from "./crowdedPeers";
import type { PolicyDefect } from "./defect";

/**
 * More ports for one peer than are kept, over all policies that hold for the same pods, and for pods that several selectors and
 * blocks mean: what no policy shows by itself.
 */
export function crowdedTogether(around: ClusterView): PolicyDefect[] {
  const { ends } = around;
  const found = new Map<string, PolicyDefect>();
  const counted = new Set<string>();
  for (const end of ends.ends) {
    for (const direction of DIRECTIONS) {
      const certain = ends
        .guardsOf(end, direction)
        .flatMap(({ policy, match }) => (match === "yes" ? [policy] : []));
      const [first] = certain;
      if (first === undefined) continue;
      const key = `${direction}\n${first.subject.cluster.key}\n${certain.map(({ title }) => title).join("\n")}`;
      if (counted.has(key)) continue;
      counted.add(key);
      for (const crowded of beyondOne(rulesOf(certain, direction), around))
        found.set(`${first.title}\n${crowded.text}`, {
          policy: [...crowded.policies][0] ?? first,
          ...crowded.found,
        });
    }
  }
  return [...found.values()];
}

/** The crowded peers that no policy shows by itself. */
function beyondOne(rules: readonly CountedRule[], around: ClusterView): CrowdedPeer[] {
  const [first] = rules;
  if (first === undefined) return [];
  const alone = [...byPolicy(rules).values()].flatMap((own) =>
    crowdedPeers(own, podPlaces(around.settings), []),
  );
  const places = {
    ranges: around.addressesIn(first.policy.subject).podRanges.union(around.ranges),
  };
  const selected = crowdedPeers(rules, places, []);
  const peers = selected.filter(({ text }) => !alone.some((one) => one.text === text));
  // A peer's text says what to change: pods are told only where no peer surely is.
  if (selected.some(isSure)) return peers;
  const pods = crowdedEnds(rules, places, around.ends);
  return selected.length === 0 ? pods : [...peers, ...pods.filter(isSure)];
}

const isSure = ({ found }: CrowdedPeer): boolean => "defect" in found;

const rulesOf = (
  policies: readonly NetworkPolicyFact[],
  direction: (typeof DIRECTIONS)[number],
): readonly CountedRule[] =>
  policies.flatMap((policy) => {
    const { rules } = policy[direction];
    return (rules.known ? rules.value : []).map((rule) => ({
      policy,
      rule,
      place: policies.length === 1 ? rule.path : `${rule.path} of ${policy.title}`,
    }));
  });
