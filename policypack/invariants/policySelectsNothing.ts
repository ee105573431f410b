import * as z from "zod";
import { type NetworkPolicyFact, unreadInSelector } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { labelMeant, listText, namespacesWith, type SeenPods, seenPods, selectorText } from "../judgment";

export const policySelectsNothing = stackInvariant({
  scope: "stack",
  name: "policy-selects-nothing",
  description: "Every NetworkPolicy selects some pods, as far as the stack shows its namespace.",
  stops:
    "Policies whose podSelector matches none of the workloads that the stack puts into their namespace: a misspelled label protects nobody; what comes nearest is suggested. Policies that select nothing but pods in their node's network, on which no policy acts. Advice only, because another stack may hold the pods; namespaces without any workload here, or with something that makes pods which the stack doesn't show (a Helm release, an operator's cluster, an Argo Rollout), aren't judged.",
  remedy: "Write the labels that the pods have, or remove the policy.",
  severity: "low",
  level: "advisory",
  config: z.strictObject({}),
  judge(facts) {
    const seen = seenPods(facts);
    return facts.flatMap((fact) => (fact.kind === "NetworkPolicy" ? judge(fact, seen) : []));
  },
});

function judge(policy: NetworkPolicyFact, seen: SeenPods): Finding[] {
  const { namespace, subject, podSelector } = policy;
  if (subject.partial || podSelector.length === 0) return [];
  const question = "it selects any pods of its namespace";
  if (!namespace.known) return [undecided(policy, [namespace], question)];
  if (!seen.shows(subject, namespace.value)) return [];
  const found = seen.find(subject, namespace.value, podSelector);
  if (found.certain.length > 0) return [];
  if (found.maybe) {
    const unread = [...unreadInSelector(podSelector), ...found.unread];
    return unread.length > 0 ? [undecided(policy, unread, question)] : [];
  }
  if (found.inNodeNetwork.length > 0) {
    return [
      violation(policy, {
        wrong: "selects only pods in their node's network",
        why: "it protects nobody: policies don't act on such pods",
        evidence: `spec.podSelector means ${listText(found.inNodeNetwork.map(({ title }) => title))}, with hostNetwork: true`,
        remedy: "take the pods out of the node's network, or remove the policy",
      }),
    ];
  }
  const near = labelMeant(podSelector, seen.in(subject, namespace.value));
  const [elsewhere] = namespacesWith(podSelector, subject, seen, [namespace.value]);
  const count = seen.in(subject, namespace.value).length;
  const who = count === 1 ? "the only workload" : `none of the ${count} workloads`;
  const missing = `spec.podSelector is ${selectorText(podSelector)}, and ${who} of the stack there ${count === 1 ? "doesn't have" : "has"} these labels`;
  return [
    violation(policy, {
      wrong: "selects no pods of its namespace",
      why: "it protects nobody, and the pods that it was meant for have only what other policies give them",
      evidence:
        elsewhere === undefined
          ? missing
          : `${missing}; pods with these labels are in namespace ${elsewhere}`,
      remedy:
        near !== undefined
          ? `write ${near} in spec.podSelector`
          : elsewhere !== undefined
            ? `write namespace: ${elsewhere} in metadata`
            : "write the labels that the pods have, or remove the policy",
    }),
  ];
}
