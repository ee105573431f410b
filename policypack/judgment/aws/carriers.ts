import { matches } from "../../../reachability/selector";
import type { SecurityGroupPolicyFact } from "../../facts/aws/securityGroupPolicy";
import type { Fact } from "../../facts/facts";
import { exactSelector, type StackEnd, type StackEnds } from "../ends";
import type { Groups } from "./groups";
import type { Keys } from "./passage";

/** Pods with groups of their own, all of them known. */
export interface Carrier {
  readonly end: StackEnd;
  readonly keys: Keys;
}

/** The stack's pods whose groups are known: those for which each SecurityGroupPolicy says yes or no by pod labels. */
export function carriersOf(facts: readonly Fact[], ends: StackEnds, groups: Groups): Carrier[] {
  const policies = facts.filter((fact) => fact.kind === "SecurityGroupPolicy");
  if (policies.length === 0) return [];
  return ends.ends.flatMap((end) => {
    const found = policies.map((policy) => ({ policy, match: selects(policy, end) }));
    const sure = found.filter(({ match }) => match === "yes");
    if (sure.length === 0 || found.some(({ match }) => match === "maybe")) return [];
    const referred = sure.map(({ policy }) => groups.refer(policy.groups));
    if (referred.some(({ unread }) => unread.length > 0)) return [];
    return [{ end, keys: new Set(referred.flatMap(({ keys }) => [...keys])) }];
  });
}

function selects(policy: SecurityGroupPolicyFact, end: StackEnd): "yes" | "maybe" | "no" {
  const { namespace, podSelector, serviceAccountSelector, subject } = policy;
  if (subject.cluster.key !== end.subject.cluster.key) return "no";
  if (namespace.known && namespace.value !== end.namespace) return "no";
  if (!namespace.known || !podSelector.known || !serviceAccountSelector.known) return "maybe";
  if (podSelector.value === undefined) return serviceAccountSelector.value === undefined ? "no" : "maybe";
  return matches(exactSelector(podSelector.value), end.labels);
}
