import * as z from "zod";
import type { Fact, GroupRule } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";

export const securityGroupRuleDescribed = resourceInvariant({
  scope: "resource",
  name: "security-group-rule-described",
  description: "Every security group rule says why it is there.",
  stops:
    "Rules, in any spelling, without a description or with the one that Pulumi or Terraform puts there: nobody dares to remove a rule whose reason nobody knows. Also descriptions that AWS refuses: longer than 255 characters, or with characters other than letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*.",
  remedy: "Write the rule's reason in its description.",
  severity: "low",
  config: z.strictObject({}),
  judge: (fact) => rulesOf(fact).flatMap(judgeRule),
});

function rulesOf(fact: Fact): readonly GroupRule[] {
  if (fact.kind === "SecurityGroupRule") return [fact.rule];
  if (fact.kind !== "SecurityGroup") return [];
  return [fact.ingress, fact.egress].flatMap((rules) => (rules.known ? rules.value : []));
}

/** Source: EC2 API, IpRange.description. */
const ACCEPTED = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;
const FILLED_IN = /^managed by (pulumi|terraform)$/i;

function judgeRule(rule: GroupRule): Finding[] {
  const { description } = rule;
  if (!description.known) return [undecided(rule, [description], "the rule is described as AWS takes it")];
  const text = (description.value ?? "").trim();
  if (text === "" || FILLED_IN.test(text)) {
    return [
      violation(rule, {
        wrong: "doesn't say why it is there",
        why: "nobody can tell whether it can be removed",
        evidence: text === "" ? "description is absent" : `description is "${text}"`,
        remedy: "write the flow's reason in description",
      }),
    ];
  }
  if (ACCEPTED.test(text)) return [];
  return [
    violation(rule, {
      wrong: "has a description that AWS refuses",
      why: "the deployment fails half-way",
      evidence: `description is "${text.slice(0, 80)}", ${text.length} characters`,
      remedy: "use at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    }),
  ];
}
