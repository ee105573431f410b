import * as z from "zod";
import { type Finding, violation } from "../finding";
import { stackInvariant } from "../invariant";
import type { NetworkPolicyFact } from "../facts/networkPolicy";
import type { WorkloadFact } from "../facts/workload";
import { matches } from "../../reachability/selector";
import { exactLabels, exactSelector } from "../judgment/exact";

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
  judge(facts) {
    const workloads = new Map<string, WorkloadFact[]>();
    for (const fact of facts) {
      if (fact.kind !== "Workload") continue;
      const { key } = fact.subject.cluster;
      const place = placeOf(key, fact.namespace.known ? fact.namespace.value : ADRIFT);
      const near = workloads.get(place);
      if (near) near.push(fact);
      else workloads.set(place, [fact]);
    }
    return facts.flatMap((fact) => (fact.kind === "NetworkPolicy" ? judge(fact, workloads) : []));
  },
});

/** Stands for the namespace of workloads whose namespace isn't known: it may be any. */
const ADRIFT = "";

const placeOf = (cluster: string, namespace: string): string => `${cluster}\n${namespace}`;

function judge(
  policy: NetworkPolicyFact,
  workloads: ReadonlyMap<string, readonly WorkloadFact[]>,
): Finding[] {
  const { namespace, subject, podSelector } = policy;
  if (subject.partial || podSelector.length === 0 || !namespace.known) return [];
  const { key: cluster } = subject.cluster;
  const near = [namespace.value, ADRIFT].flatMap((name) => workloads.get(placeOf(cluster, name)) ?? []);
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
