import * as z from "zod";
import type { ViolationText } from "../finding";
import { stackInvariant } from "../invariant";
import {
  type EarlierRule,
  earlierTexts,
  findingsOnOvertaken,
  type OvertakenRule,
  overtakenRules,
} from "../judgment";

export const clusterNetworkPolicyDenyEffective = stackInvariant({
  scope: "stack",
  name: "cluster-network-policy-deny-effective",
  description:
    "What a ClusterNetworkPolicy or AdminNetworkPolicy denies isn't accepted or passed on by a rule that is asked before.",
  stops:
    "Deny rules of which earlier rules of the same tier decide all: those above them in the same policy, and those of policies with a lower priority number about at least the same pods, where some of these accept or pass. Also such rules of a policy with the same priority: the API doesn't define which of the two is asked first. An exception that leaves a part of the denial in force is none. Rules whose selectors are written otherwise, though they mean the same pods, aren't recognised.",
  remedy: "Give the denial a lower priority number, or move it above what it is to limit.",
  severity: "high",
  config: z.strictObject({}),
  judge: (facts) =>
    findingsOnOvertaken(
      overtakenRules(facts).filter(({ kind }) => kind !== "shadowed"),
      explain,
      "each of its denials denies something",
    ),
});

function explain({ policy, rule, kind, by }: OvertakenRule): ViolationText {
  const evidence = earlierTexts(
    policy,
    by.filter((one) => !isDenial(one)),
  ).join("; ");
  return kind === "tied"
    ? {
        wrong: `may deny nothing by ${rule.path}, because a policy of the same priority decides all that it matches`,
        why: "the API doesn't define which of two policies of one priority is asked first",
        evidence,
        remedy: "give the policy a lower priority number",
      }
    : {
        wrong: `denies nothing by ${rule.path}, because earlier rules decide all that it matches`,
        why: "what it is there to deny is accepted, or left to NetworkPolicies",
        evidence,
        remedy: "give the policy a lower priority number than theirs, move the rule above them, or remove it",
      };
}

const isDenial = ({ rule: { action } }: EarlierRule) => action.known && action.value === "deny";
