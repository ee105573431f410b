// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { append } from "../../../data";
import { podNamePrefix } from "../../../reachability/read";
import type { Fact, NetworkPolicyFact } from "../../facts";
import type { SeenWorkload, StackView } from "../../judgment";
import type { PolicyDefect } from "./defect";

/**
 * Workloads whose pods share one rule set with each other's on a node, because their names differ after the last dash only, and that
 * policies tell apart: a StatefulSet, a Job and a DaemonSet of one name. Source: aws-network-policy-agent v1.4.3, pkg/utils,
 * GetPodIdentifier.
 */
export function sharedRuleSets(facts: readonly Fact[], { ends }: StackView): PolicyDefect[] {
  const groups = new Map<string, SeenWorkload[]>();
  for (const fact of facts) {
    if (fact.kind !== "Workload" || fact.pods === undefined || !fact.namespace.known || fact.subject.partial)
      continue;
    const prefix = prefixOf(fact);
    if (prefix === undefined) continue;
    append(groups, `${fact.subject.cluster.key}\n${fact.namespace.value}\n${prefix}`, {
      ...fact,
      pods: fact.pods,
    });
  }
  return [...groups.values()].flatMap((workloads) => {
    const [first, ...others] = workloads;
    return first === undefined ? [] : others.flatMap((other) => told(first, other, ends));
  });
}

/** What the names of a workload's pods begin with; undefined where that isn't known, or a controller between adds to it. */
function prefixOf({ title }: Extract<Fact, { kind: "Workload" }>): string | undefined {
  const [kind = "", path = ""] = title.split(" ");
  const name = path.split("/")[1];
  return name === undefined ? undefined : podNamePrefix(kind, name);
}

function told(first: SeenWorkload, other: SeenWorkload, ends: StackView["ends"]): PolicyDefect[] {
  const [own, others] = [first, other].map((one) => policiesOf(one, ends));
  const only =
    own?.find((policy) => others?.includes(policy) !== true) ??
    others?.find((policy) => own?.includes(policy) !== true);
  if (only === undefined) return [];
  return [
    {
      policy: only,
      defect: {
        wrong: "pods of one node whose names differ only after the last dash share their rules",
        evidence: `spec.podSelector means one of ${first.title} and ${other.title}, whose pods' names begin alike`,
        remedy: "give one of the two another name, or select both alike",
      },
    },
  ];
}

/** The policies that surely select a workload's pods, in either direction. */
function policiesOf(
  { title, subject, namespace }: SeenWorkload,
  ends: StackView["ends"],
): readonly NetworkPolicyFact[] {
  if (!namespace.known) return [];
  const end = ends.inNamespace(subject, namespace.value).find((one) => one.seen && one.title === title);
  if (end === undefined) return [];
  const guards = [...ends.guardsOf(end, "ingress"), ...ends.guardsOf(end, "egress")];
  return [...new Set(guards.flatMap(({ policy, match }) => (match === "yes" ? [policy] : [])))];
}
