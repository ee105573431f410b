import { sortedByKey, type Workload } from "../../flows";
import type { Stage } from "../cluster";
import type { NetworkPolicySpec, PolicyPeer } from "./manifest";

/** A label that is only ever asked for. */
const KEY = "palisade.dev/nobody";

/**
 * A peer that no pod can be, whatever its labels: the label has to be there and has to be absent. A rule for it admits nobody, as no rule does,
 * but it is there: a list of rules that we set is ours, so whoever adds a rule to it takes it over, and the API server reports that as a conflict at
 * the next apply. Of an empty list Pulumi's provider sends nothing, a rule added to it is nobody's conflict, and no refresh, preview or update shows it.
 */
const NOBODY: PolicyPeer = {
  podSelector: {
    matchExpressions: [
      { key: KEY, operator: "Exists" },
      { key: KEY, operator: "DoesNotExist" },
    ],
  },
};

const BOTH = ["Ingress", "Egress"] as const;

/**
 * The namespace-wide policy. Under `enforce` it admits nobody, so a pod has only what its workload's policies admit;
 * under `observe` it admits everyone, and because policies only add up, nothing is blocked whatever the others say.
 * Going from one to the other is an update of this one object.
 */
export function isolationSpec(stage: Exclude<Stage, "off">): NetworkPolicySpec {
  switch (stage) {
    case "enforce":
      return {
        podSelector: {},
        policyTypes: BOTH,
        ingress: [{ from: [NOBODY] }],
        egress: [{ to: [NOBODY] }],
      };
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
