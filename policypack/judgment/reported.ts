// Tests: test/policypack/invariants/networkPolicyTrustedNamespaceSelectors.test.ts
import { PortSet } from "../../net";
import type { Bound, Direction } from "../../kubernetes";
import { isIgnored, type NetworkPolicyFact } from "../facts";
import type { Context } from "../invariant";
import { isObservation, type Settings } from "../settings";
import { once } from "../../data";
import { openings } from "./everyone";
import { type Reach, reachOf } from "./reach";

/** Whether a direction's rules have no effect, or are the observation of an observed namespace. */
export const isUnjudged = (
  policy: NetworkPolicyFact,
  direction: Direction,
  { settings, today }: Context,
): boolean => isIgnored(policy, direction) || isObservation(policy, settings, today);

/**
 * A direction's rules under a bound, without those that network-policy-no-everyone-ingress or -egress reports and blocks: one
 * defect is told once. None where no rule is judged.
 */
export function narrowRules(
  policy: NetworkPolicyFact,
  direction: Direction,
  bound: Bound,
  context: Context,
): Reach[] {
  if (isUnjudged(policy, direction, context)) return [];
  const reach = reachOf(policy[direction], bound);
  if (!context.blocks(NO_EVERYONE[direction], policy)) return [...reach];
  const told = TOLD[direction](context.settings)(policy);
  return reach.filter(({ path }) => !told.has(path));
}

const NO_EVERYONE = {
  ingress: "network-policy-no-everyone-ingress",
  egress: "network-policy-no-everyone-egress",
} as const;

/** The paths of a direction's rules that open it to everyone for certain. */
const toldIn = (direction: Direction) =>
  once(({ clusterRanges }: Settings) =>
    once((policy: NetworkPolicyFact): ReadonlySet<string> => {
      const around = { direction, clusterRanges, publicPorts: PortSet.empty };
      return new Set(openings(reachOf(policy[direction], "lower"), around).flatMap(({ rules }) => rules));
    }),
  );

const TOLD = { ingress: toldIn("ingress"), egress: toldIn("egress") };
