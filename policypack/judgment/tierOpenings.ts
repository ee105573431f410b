// Tests: test/policypack/invariants/tierPolicies.test.ts
import type * as z from "zod";
import { PortSet } from "../../net";
import { type Bound, type Direction, PEERS_FIELD } from "../../kubernetes";
import { type TierPolicyFact, unreadInTierRules } from "../facts";
import type { Finding, ViolationText } from "../finding";
import type { Context } from "../invariant";
import { type Exposure, openings } from "./everyone";
import { openingsFound, type openConfig, portsText } from "./openToEveryone";
import type { Reach } from "./reach";
import { acceptedReach } from "./tierReach";

/** Judges the Accept rules of one direction of a tier's policy, as `judgeOpenings` does a NetworkPolicy's. */
export const judgeTierOpenings = (
  policy: TierPolicyFact,
  direction: Direction,
  config: z.output<typeof openConfig>,
  context: Context,
): Finding[] =>
  openingsFound(
    {
      of: policy,
      under: (bound) => acceptedReach(policy, direction, bound),
      unread: () => unreadInTierRules(policy[direction]),
    },
    direction,
    config,
    context,
    (opening, reach) => explain(opening, direction, reach),
  );

/** The policies that judge a direction's openings to everyone. */
const NO_EVERYONE = {
  ingress: "cluster-network-policy-no-everyone-ingress",
  egress: "cluster-network-policy-no-everyone-egress",
} as const;

/** A direction's Accept rules under a bound, without those that are reported as open to everyone, and blocked: one defect is told once. */
export function narrowTierRules(
  policy: TierPolicyFact,
  direction: Direction,
  bound: Bound,
  context: Context,
): Reach[] {
  const reach = acceptedReach(policy, direction, bound);
  if (!context.blocks(NO_EVERYONE[direction], policy)) return [...reach];
  const around = { direction, clusterRanges: context.settings.clusterRanges, publicPorts: PortSet.empty };
  const certain = openings(acceptedReach(policy, direction, "lower"), around);
  const told = new Set(certain.flatMap(({ rules }) => rules));
  return reach.filter(({ path }) => !told.has(path));
}

function explain(opening: Exposure, direction: Direction, reach: readonly Reach[]): ViolationText {
  const where = opening.rules.join(" with ");
  const ports = reach.filter(({ path }) => opening.rules.includes(path)).map(portsText);
  const on = `on ${[...new Set(ports)].join(", ")}`;
  const blocks = "blocks" in opening ? opening.blocks.map(({ path, text }) => `${path} is ${text}`) : [];
  const whom = direction === "ingress" ? "connect to these pods" : "be reached from these pods";
  const denial = `put a rule with action Deny before ${where}`;
  switch (opening.kind) {
    case "no-peers":
    case "every-pod":
      return {
        wrong: `accepts ${direction === "ingress" ? "connections from" : "connections to"} every pod of the cluster ${on}: ${where}`,
        why: `pods of every namespace, including those made tomorrow, may ${whom}`,
        evidence:
          opening.kind === "every-pod"
            ? `${opening.peers.join(" and ")} ${opening.peers.length === 1 ? "asks" : "ask"} for no label with a value, so all are meant, or all but a few`
            : `${where} names no peer`,
        remedy: `name the namespaces in ${where}, such as ${PEERS_FIELD[direction]}: [{ namespaces: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } } }]`,
      };
    case "internet":
    case "internet-and-inside":
      return {
        wrong: `accepts connections to the internet ${on}, and to private addresses with it: ${where}`,
        why: `pods, nodes and private hosts${"inside" in opening ? ` in ${opening.inside.join(", ")}` : ""} may ${whom}`,
        evidence: blocks.join("; "),
        remedy: `${denial} for the private ranges, and name each private destination by a rule of its own`,
      };
    case "internet-every-port":
      return {
        wrong: `accepts connections to the internet on half of all ports or more (${on}): ${where}`,
        why: "an attacker in one of the pods can send data to anyone, over any protocol",
        evidence: blocks.join("; "),
        remedy: `state the ports in ${where}`,
      };
    case "cluster":
      return {
        wrong: `accepts connections to the whole cluster ${on}: ${where}`,
        why: `everything in ${opening.inside.join(", ")} may ${whom}`,
        evidence: blocks.join("; "),
        remedy: "name pods by namespaces or pods, and other hosts by the subnets that they are in",
      };
  }
}
