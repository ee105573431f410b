import * as z from "zod";
import { stackInvariant } from "../invariant";
import { earlierTexts, findingsOnOvertaken, overtakenRules } from "../judgment";

export const clusterNetworkPolicyNoShadowedRules = stackInvariant({
  scope: "stack",
  name: "cluster-network-policy-no-shadowed-rules",
  description: "Every rule of a ClusterNetworkPolicy or AdminNetworkPolicy decides something.",
  stops:
    "Rules of which earlier rules of the same tier decide all that they match: those above them in the same policy, and those of policies with a lower priority number about at least the same pods. Whoever reads such a rule takes it for what holds. Denials that others make void are cluster-network-policy-deny-effective's. Rules whose selectors are written otherwise, though they mean the same pods, aren't recognised.",
  remedy: "Remove the rule, or put it before those that decide.",
  severity: "low",
  level: "advisory",
  config: z.strictObject({}),
  judge: (facts) =>
    findingsOnOvertaken(
      overtakenRules(facts).filter(({ kind }) => kind === "shadowed"),
      ({ policy, rule, by }) => ({
        wrong: `decides nothing by ${rule.path}, because earlier rules decide all that it matches`,
        why: "readers rely on a rule that has no effect",
        evidence: earlierTexts(policy, by).join("; "),
        remedy: "remove the rule, or put it before them",
      }),
      "each of its rules decides something",
    ),
});
