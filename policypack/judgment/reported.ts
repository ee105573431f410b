import { PortSet } from "../../net/ports";
import { type Direction, isIgnored, type NetworkPolicyFact } from "../facts/networkPolicy";
import type { Context } from "../invariant";
import { isObservation } from "../settings";
import { openings } from "./everyone";
import { type Bound, type Reach, reachOf } from "./reach";

/** Whether a direction's rules have no effect, or are the observation of an observed namespace. */
export const isUnjudged = (
  policy: NetworkPolicyFact,
  direction: Direction,
  { settings, today }: Context,
): boolean => isIgnored(policy, direction) || isObservation(policy, settings, today);

/**
 * A direction's rules under a bound, without those that network-policy-no-everyone-ingress or -egress reports: one
 * defect is told once. None where no rule is judged.
 */
export function narrowRules(
  policy: NetworkPolicyFact,
  direction: Direction,
  bound: Bound,
  context: Context,
): Reach[] {
  if (isUnjudged(policy, direction, context)) return [];
  const { settings } = context;
  const rules = reachOf(policy[direction], bound);
  const certain = bound === "least" ? rules : reachOf(policy[direction], "least");
  const around = { direction, clusterRanges: settings.clusterRanges, publicPorts: PortSet.empty };
  const told = new Set(openings(certain, around).flatMap((opening) => opening.rules));
  return rules.filter(({ path }) => !told.has(path));
}
