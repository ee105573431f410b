// Tests: test/policypack/invariants/networkAndGroupParity.test.ts
import { PortSet } from "../../../net";
import { DIRECTIONS } from "../../../kubernetes";
import { admittedPorts, endsMeant } from "../admission";
import type { StackEnd, StackEnds } from "../ends";
import type { Keys, Passage } from "./passage";

/** For each end, those that a rule of its policies may mean, or whose policies' rules may mean it: whoever has a flow with it. */
export function neighbours(ends: StackEnds): ReadonlyMap<StackEnd, ReadonlySet<StackEnd>> {
  const near = new Map(ends.ends.map((end) => [end, new Set<StackEnd>()]));
  for (const end of ends.ends) {
    for (const direction of DIRECTIONS) {
      for (const { policy, match } of ends.guardsOf(end, direction)) {
        const { rules } = policy[direction];
        if (match !== "yes" || !rules.known) continue;
        for (const other of rules.value.flatMap((rule) => endsMeant(rule, policy, ends))) {
          near.get(end)?.add(other);
          near.get(other)?.add(end);
        }
      }
    }
  }
  return near;
}

/** A flow between pods, and the groups that either carries: undefined where it has its node's. */
export interface PodFlow {
  readonly from: StackEnd;
  readonly to: StackEnd;
  readonly fromKeys: Keys | undefined;
  readonly toKeys: Keys | undefined;
}

/** The ports that NetworkPolicies of both ends open and security groups refuse between nodes. */
export function refusedBetween(
  { from, to, fromKeys, toKeys }: PodFlow,
  ends: StackEnds,
  passage: Passage,
): PortSet {
  const out = admittedPorts({ end: from, direction: "egress", other: to }, ends, "lower");
  const into = admittedPorts({ end: to, direction: "ingress", other: from }, ends, "lower");
  // Where one end isn't isolated for sure, the other's word is the flow.
  const admitted = out === undefined ? into : into === undefined ? out : out.intersect(into);
  if (admitted === undefined || admitted.isEmpty()) return PortSet.empty;
  let passing = PortSet.all;
  if (fromKeys !== undefined && passage.isSeen(fromKeys, "egress")) {
    passing = passing.intersect(
      toKeys === undefined
        ? passage.toAnything(fromKeys, "egress")
        : passage.between(fromKeys, "egress", toKeys, "upper"),
    );
  }
  if (toKeys !== undefined && passage.isSeen(toKeys, "ingress")) {
    passing = passing.intersect(
      fromKeys === undefined
        ? passage.toAnything(toKeys, "ingress")
        : passage.between(toKeys, "ingress", fromKeys, "upper"),
    );
  }
  return admitted.subtract(passing);
}
