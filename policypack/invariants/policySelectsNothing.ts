import * as z from "zod";
import { type Finding, violation } from "../finding";
import { stackInvariant } from "../invariant";
import type { Fact } from "../facts/facts";
import { matches } from "../../reachability/selector";
import { exactLabels, exactSelector } from "../judgment/ends";

export const policySelectsNothing = stackInvariant({
  scope: "stack",
  name: "policy-selects-nothing",
  description: "Every NetworkPolicy selects some pods, as far as the stack shows its namespace.",
  stops:
    "Policies whose podSelector matches none of the workloads that the stack puts into their namespace: a misspelled label protects nobody. Advice only, because another stack may hold the pods; namespaces without any workload here, or with a Helm release, aren't judged.",
  remedy: "Write the labels that the pods have, or remove the policy.",
  severity: "low",
  level: "advisory",
  config: z.strictObject({}),
  judge: (facts) => facts.flatMap((fact) => judge(fact, facts)),
});

function judge(policy: Fact, facts: readonly Fact[]): Finding[] {
  if (policy.kind !== "NetworkPolicy" || policy.subject.partial || policy.podSelector.length === 0) return [];
  const { namespace, subject, podSelector } = policy;
  if (!namespace.known) return [];
  const near = facts.flatMap((fact) =>
    fact.kind === "Workload" &&
    fact.subject.cluster.key === subject.cluster.key &&
    (!fact.namespace.known || fact.namespace.value === namespace.value)
      ? [fact]
      : [],
  );
  const selector = exactSelector(podSelector);
  const misses = near.every(({ pods, namespace: place, subject: { partial } }) => {
    if (pods === undefined || !place.known) return false;
    const added = new Set(pods.addedLabels);
    if (selector.requirements.some(({ key }) => added.has(key))) return false;
    return matches(selector, exactLabels(pods.labels, partial)) === "no";
  });
  if (near.length === 0 || !misses) return [];
  const labels = selector.requirements.map(({ key, operator, values }) =>
    `${key} ${operator} ${values.map(String).join(", ")}`.trim(),
  );
  return [
    violation(policy, {
      wrong: "selects no pods of its namespace",
      why: "it protects nobody, and whom it was meant for has only what other policies say",
      evidence: `spec.podSelector asks for ${labels.join(" and ")}, which none of the stack's ${near.length} workloads there has`,
      remedy: "write the labels that the pods have, or remove the policy",
    }),
  ];
}
