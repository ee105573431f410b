import * as z from "zod";
import { type Finding, undecided, violation } from "../finding";
import { type Unread, unreadOf } from "../values";
import { stackInvariant } from "../invariant";
import { type NetworkPolicyFact, unreadInSelector, type WorkloadFact } from "../facts";
import { matches } from "../../kubernetes";
import { exactLabels, exactSelector } from "../judgment";

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
  if (subject.partial || podSelector.length === 0) return [];
  const question = "it selects any pods of its namespace";
  if (!namespace.known) return [undecided(policy, [namespace], question)];
  const { key: cluster } = subject.cluster;
  const near = [namespace.value, ADRIFT].flatMap((name) => workloads.get(placeOf(cluster, name)) ?? []);
  const selector = exactSelector(podSelector);
  const missed = near.map((workload) => missedBy(workload, selector));
  if (near.length === 0 || missed.includes("no")) return [];
  const unread = [
    ...unreadInSelector(podSelector),
    ...missed.flatMap((one) => (Array.isArray(one) ? one : [])),
  ];
  if (missed.some((one) => one !== "yes")) {
    return unread.length > 0 ? [undecided(policy, unread, question)] : [];
  }
  const labels = selector.requirements.map(({ key, operator, values }) =>
    `${key} ${operator} ${values.map(String).join(", ")}`.trim(),
  );
  return [
    violation(policy, {
      wrong: "selects no pods of its namespace",
      why: "it protects nobody, and the pods that it was meant for have only what other policies give them",
      evidence: `spec.podSelector asks for ${labels.join(" and ")}, which none of the stack's ${near.length} workloads there has`,
      remedy: "write the labels that the pods have, or remove the policy",
    }),
  ];
}

/** Whether a selector misses a workload's pods for certain: yes, no (or nobody can say), or the fields that leave it open. */
function missedBy(
  { title, pods, namespace, subject: { partial } }: WorkloadFact,
  selector: ReturnType<typeof exactSelector>,
): "yes" | "no" | Unread[] {
  if (pods === undefined) return "no";
  const added = new Set(pods.addedLabels);
  if (selector.requirements.some(({ key }) => added.has(key))) return "no";
  const match = matches(selector, exactLabels(pods.labels, partial));
  if (match === "no") return "yes";
  const values = pods.labels.known ? [...pods.labels.value.values()] : [];
  const unread = unreadOf([namespace, pods.labels, ...values]);
  if (match === "yes" && namespace.known) return "no";
  return unread.map((field) => ({ ...field, path: `${title} ${field.path}` }));
}
