import * as z from "zod";
import { undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { isExempt, patternText } from "../namespacePattern";
import { SYSTEM_NAMESPACES } from "../../kubernetes";

export const workloadNoHostNetwork = resourceInvariant({
  scope: "resource",
  name: "workload-no-host-network",
  description: "No workload runs its pods in the node's network.",
  stops:
    "Workloads of every kind (Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Pods) with hostNetwork: true: no NetworkPolicy selects such pods, they reach whatever the node reaches, instance metadata too, and other pods' policies see the node instead of them. What a Helm release's chart holds isn't seen.",
  remedy: "Remove hostNetwork, or exempt the namespace of node agents that need it.",
  severity: "critical",
  config: z.strictObject({
    exempt: z
      .array(patternText)
      .default([...SYSTEM_NAMESPACES])
      .describe(
        "Namespaces whose pods may use the node's network, by name; a trailing * stands for any ending.",
      ),
  }),
  example: { exempt: ["kube-system", "node-agents"] },
  judge(fact, { exempt }) {
    if (fact.kind !== "Workload" || fact.pods === undefined || isExempt(fact.namespace, exempt)) return [];
    const { hostNetwork } = fact.pods;
    if (!hostNetwork.known) {
      return [undecided(fact, [hostNetwork], "its pods run in the node's network")];
    }
    if (hostNetwork.value !== true) return [];
    return [
      violation(fact, {
        wrong: "runs its pods in the node's network",
        why: "no NetworkPolicy applies to them, and they reach whatever the node reaches",
        evidence: `${fact.pods.hostNetworkPath} is true`,
        remedy: "remove hostNetwork, or exempt the namespace if these are node agents",
      }),
    ];
  },
});
