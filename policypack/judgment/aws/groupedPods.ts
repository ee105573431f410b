// Tests: test/policypack/invariants/networkAndGroupParity.test.ts
import { both, type Match, matches } from "../../../kubernetes";
import type { Fact, SecurityGroupPolicyFact } from "../../facts";
import type { StackEnd, StackEnds } from "../ends";
import { exactSelector } from "../toAnalyzer";
import type { Groups } from "./groups";
import type { Keys } from "./passage";

/** Pods with groups of their own, all of them known. */
export interface GroupedPods {
  readonly end: StackEnd;
  readonly keys: Keys;
  /** How many SecurityGroupPolicies give them groups. */
  readonly policies: number;
}

/**
 * The stack's pods whose groups are known: those for which each SecurityGroupPolicy says yes or no, by the labels of the pods or
 * of their ServiceAccount.
 */
export function carriersOf(facts: readonly Fact[], ends: StackEnds, groups: Groups): GroupedPods[] {
  const policiesIn = new Map<string | undefined, SecurityGroupPolicyFact[]>();
  for (const fact of facts) {
    if (fact.kind !== "SecurityGroupPolicy") continue;
    const namespace = fact.namespace.known ? fact.namespace.value : undefined;
    policiesIn.set(namespace, [...(policiesIn.get(namespace) ?? []), fact]);
  }
  if (policiesIn.size === 0) return [];
  return ends.ends.flatMap((end) => {
    const near = [end.namespace, undefined].flatMap((namespace) => policiesIn.get(namespace) ?? []);
    const found = near.map((policy) => ({ policy, match: selects(policy, end, ends) }));
    const certain = found.filter(({ match }) => match === "yes");
    if (certain.length === 0 || found.some(({ match }) => match === "maybe")) return [];
    const referred = certain.map(({ policy }) => groups.refer(policy.groups));
    if (referred.some(({ unread }) => unread.length > 0)) return [];
    return [{ end, keys: new Set(referred.flatMap(({ keys }) => [...keys])), policies: certain.length }];
  });
}

/** With both selectors, both must match; one without any selects nothing. Source: amazon-vpc-resource-controller-k8s. */
function selects(policy: SecurityGroupPolicyFact, end: StackEnd, ends: StackEnds): Match {
  const { namespace, podSelector, serviceAccountSelector, subject } = policy;
  if (subject.cluster.key !== end.subject.cluster.key) return "no";
  if (!namespace.known || !podSelector.known || !serviceAccountSelector.known) return "maybe";
  const [byPod, byAccount] = [podSelector.value, serviceAccountSelector.value];
  if (byPod === undefined && byAccount === undefined) return "no";
  return both(
    byPod === undefined ? "yes" : matches(exactSelector(byPod), end.labels),
    byAccount === undefined ? "yes" : matches(exactSelector(byAccount), ends.accountLabelsOf(end)),
  );
}
