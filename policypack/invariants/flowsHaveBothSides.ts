import * as z from "zod";
import type { PortSet } from "../../net";
import { type Direction, DIRECTIONS } from "../../kubernetes";
import { type NetworkPolicyFact, type PeerFact, type RuleFact, unreadInRules } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  admittedPorts,
  adriftPolicies,
  endsOfPeer,
  numberedPorts,
  peerMatches,
  type StackEnd,
  stackEnds,
  type StackEnds,
} from "../judgment";
import type { Unread } from "../values";

export const flowsHaveBothSides = stackInvariant({
  scope: "stack",
  name: "flows-have-both-sides",
  description: "What one end's policies let through, the other end's let through too.",
  stops:
    "Egress rules to pods whose own ingress policies don't admit the traffic, and ingress rules from pods whose own egress policies don't let it out, where both ends are in the stack: as workloads, or as the pods that policies name. Only rules that name pods by label count as a flow, and only an end that some policy isolates has a side to be missing.",
  remedy: "Add the missing side's rule, or remove the rule that has no other side.",
  severity: "medium",
  config: z.strictObject({}),
  judge(facts) {
    const stack = stackEnds(facts);
    const judged = facts.flatMap((fact) =>
      fact.kind === "NetworkPolicy"
        ? DIRECTIONS.flatMap((direction) => judgeDirection(fact, direction, stack))
        : [],
    );
    return [...judged, ...adriftPolicies(facts, "its flows have both sides")];
  },
});

const OTHER = { ingress: "egress", egress: "ingress" } as const;

function judgeDirection(policy: NetworkPolicyFact, direction: Direction, stack: StackEnds): Finding[] {
  const { rules } = policy[direction];
  const own = ownEnds(policy, direction, stack);
  if (own.length === 0) return [];
  const open: Unread[] = [];
  const findings = (rules.known ? rules.value : []).flatMap((rule): Finding[] => {
    const missing = missingSides(policy, rule, { direction, own, stack });
    open.push(...missing.flatMap(({ unread }) => unread));
    const certain = missing.filter(({ unread }) => unread.length === 0);
    return certain.length === 0 ? [] : [explain(policy, rule, direction, certain)];
  });
  if (stack.ends.length > own.length) open.push(...unreadInRules(policy[direction]));
  if (open.length > 0) {
    findings.push(
      undecided(policy, open, `the other side of each of its ${direction} rules is let through too`),
    );
  }
  return findings;
}

/** The ends that a policy surely isolates in a direction. */
function ownEnds(policy: NetworkPolicyFact, direction: Direction, stack: StackEnds): StackEnd[] {
  if (!policy.namespace.known || policy.podSelector.length === 0) return [];
  return stack
    .inNamespace(policy.subject, policy.namespace.value)
    .filter((end) =>
      stack.guardsOf(end, direction).some((guard) => guard.policy === policy && guard.match === "yes"),
    );
}

interface Missing {
  readonly end: StackEnd;
  readonly ports: PortSet;
  /** What keeps it from being certain. */
  readonly unread: readonly Unread[];
}

interface Around {
  readonly direction: Direction;
  readonly own: readonly StackEnd[];
  readonly stack: StackEnds;
}

function missingSides(
  policy: NetworkPolicyFact,
  rule: RuleFact,
  { direction, own, stack }: Around,
): Missing[] {
  const peers = rule.peers.known ? rule.peers.value.filter(namesPods) : [];
  const found = new Map<StackEnd, Missing>();
  for (const peer of peers) {
    for (const other of endsOfPeer(peer, policy, stack)) {
      if (found.has(other) || peerMatches(peer, policy, other, stack) !== "yes") continue;
      for (const end of own) {
        const missing = missingSide(rule, end, other, direction, stack);
        if (missing) found.set(other, missing);
      }
    }
  }
  return [...found.values()];
}

/** A peer that says which pods it means: a flow, rather than a neighbourhood. */
const namesPods = ({ podSelector }: PeerFact): boolean =>
  podSelector.known && (podSelector.value ?? []).some((requirement) => requirement.known);

function missingSide(
  rule: RuleFact,
  end: StackEnd,
  other: StackEnd,
  direction: Direction,
  stack: StackEnds,
): Missing | undefined {
  const wanted = numberedPorts(rule, direction === "egress" ? other : end, "lower");
  if (wanted.isEmpty()) return undefined;
  const question = { end: other, direction: OTHER[direction], other: end };
  const lacking = (admitted: PortSet | undefined) => {
    if (admitted === undefined) return undefined;
    if (wanted.isAll()) return admitted.isEmpty() ? wanted : undefined;
    const rest = wanted.subtract(admitted);
    return rest.isEmpty() ? undefined : rest;
  };
  const certain = lacking(admittedPorts(question, stack, "upper"));
  if (certain) return { end: other, ports: certain, unread: [] };
  const possible = lacking(admittedPorts(question, stack, "lower"));
  if (!possible) return undefined;
  const unread = stack.guardsOf(other, OTHER[direction]).flatMap(({ policy }) =>
    unreadInRules(policy[OTHER[direction]]).map((field) => ({
      ...field,
      path: `${policy.title} ${field.path}`,
    })),
  );
  return unread.length > 0 ? { end: other, ports: possible, unread } : undefined;
}

function explain(
  policy: NetworkPolicyFact,
  { path }: RuleFact,
  direction: Direction,
  missing: readonly Missing[],
): Finding {
  const ends = missing.map(({ end, ports }) => `${end.title} on ${ports.toString()}`).join(", ");
  const [how, side] =
    direction === "egress"
      ? ["lets pods reach", "their own ingress policies don't admit it"]
      : ["admits", "their own egress policies don't let it out"];
  return violation(policy, {
    wrong: `has a flow with one side only: ${path} ${how} ${ends}, but ${side}`,
    why: "the connection is blocked, and what nobody misses today opens when somebody widens the other side",
    evidence: `no ${OTHER[direction]} rule of a policy that selects ${missing.map(({ end }) => end.title).join(", ")} matches these pods and ports`,
    remedy: `add the ${OTHER[direction]} rule at the other end, or remove ${path}`,
  });
}
