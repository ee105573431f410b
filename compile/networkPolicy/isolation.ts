import type { Workload } from "../../flows/model";
import type { Stage } from "../cluster";
import type { NetworkPolicySpec } from "./manifest";
import { sortedByKey } from "../../flows/text";

const BOTH = ["Ingress", "Egress"] as const;

/**
 * The namespace-wide policy. Under `enforce` it admits nobody, so a pod has only what its workload's policies admit;
 * under `observe` it admits everyone, and because policies only add up, nothing is blocked whatever the others say.
 * Going from one to the other is an update of this one object.
 */
export function isolationSpec(stage: Exclude<Stage, "off">): NetworkPolicySpec {
  switch (stage) {
    case "enforce":
      // Written out, although absent means the same: a field that we set is ours, and a rule that somebody adds to it is a
      // conflict that the API server reports. Of a field that we don't set, nobody would be told.
      return { podSelector: {}, policyTypes: BOTH, ingress: [], egress: [] };
    case "observe":
      return { podSelector: {}, policyTypes: BOTH, ingress: [{}], egress: [{}] };
  }
}

/**
 * What keeps one workload open in an enforced namespace: a policy beside its own that admits everyone. Enforcing the
 * workload deletes this one object. Its peers stay enforced: they admit it only where a flow says so.
 */
export const observedSpec = (workload: Workload): NetworkPolicySpec => ({
  podSelector: { matchLabels: sortedByKey(workload.labels) },
  policyTypes: BOTH,
  ingress: [{}],
  egress: [{}],
});
