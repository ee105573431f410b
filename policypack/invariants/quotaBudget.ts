import * as z from "zod";
import type { GroupRule, SecurityGroupPolicyFact } from "../facts";
import { DIRECTIONS } from "../../kubernetes";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { type GroupSeen, groupsOf } from "../judgment";

const whole = (value: number, meaning: string) => z.int().min(1).default(value).describe(meaning);

const config = z.strictObject({
  rulesPerGroup: whole(60, "Rules of one group in one direction; IPv4 and IPv6 are counted apart."),
  groupsPerInterface: whole(5, "Groups on one pod's network interface."),
  rulesPerInterface: whole(1000, "Groups on an interface times rules per group."),
  prefixListWeights: z
    .record(z.string(), z.int().min(1))
    .default({})
    .describe(
      "How many rules a prefix list counts as, by its id: its maximum of entries. Others count as one, as AWS's list of S3 does.",
    ),
});
type Config = z.output<typeof config>;

export const quotaBudget = stackInvariant({
  scope: "stack",
  name: "quota-budget",
  description: "Security groups stay within AWS's quotas.",
  stops:
    "Groups with more rules in a direction than the quota, counted as AWS does: a block in its own address family, a group or prefix list in both, a prefix list by its weight; SecurityGroupPolicies with more groups than an interface takes; and quotas that together exceed 1,000. Rules that another stack adds aren't seen.",
  remedy: "Merge rules by a shared group or a prefix list, or have AWS raise the quota and configure it.",
  severity: "medium",
  config,
  example: { rulesPerGroup: 100, prefixListWeights: { "pl-0a1b2c3d": 20 } },
  judge(facts, settings) {
    const groups = groupsOf(facts);
    return [
      ...groups.all.flatMap((group) => judgeGroup(group, settings)),
      ...facts.flatMap((fact) => (fact.kind === "SecurityGroupPolicy" ? judgeInterface(fact, settings) : [])),
    ];
  },
});

function judgeGroup(group: GroupSeen, settings: Config): Finding[] {
  return DIRECTIONS.flatMap((direction) => {
    const rules = group.rules[direction];
    const counts = ([4, 6] as const).map((family) => ({ family, used: used(rules, family, settings) }));
    const over = counts.filter(({ used: count }) => count > settings.rulesPerGroup);
    const [first] = rules;
    if (over.length === 0 || first === undefined) return [];
    return [
      violation(group.fact ?? { subject: first.subject, title: group.title }, {
        wrong: `has more ${direction} rules than a group can have`,
        why: "AWS refuses the rest half-way through the deployment",
        evidence: `${over.map(({ family, used: count }) => `${count} rules count for IPv${family}`).join(", ")}; the quota is ${settings.rulesPerGroup}`,
        remedy: "merge rules by a shared group or a prefix list, or raise the quota and set rulesPerGroup",
      }),
    ];
  });
}

/** What rules count, as far as is known: each unknown list is at least nothing. */
const used = (rules: readonly GroupRule[], family: 4 | 6, settings: Config): number =>
  rules.reduce((sum, rule) => sum + weightOf(rule, family, settings), 0);

/** Source: Amazon VPC user guide, "Amazon VPC quotas", security groups. */
function weightOf(
  { cidrs, groups, prefixLists, self }: GroupRule,
  family: 4 | 6,
  { prefixListWeights }: Config,
) {
  const blocks = cidrs.known
    ? cidrs.value.filter((cidr) => cidr.known && cidr.value.includes(":") === (family === 6)).length
    : 0;
  const referenced = groups.known ? groups.value.length : 0;
  const lists = prefixLists.known
    ? prefixLists.value.reduce(
        (sum, list) => sum + (list.known ? (prefixListWeights[list.value] ?? 1) : 1),
        0,
      )
    : 0;
  return blocks + referenced + lists + (self.known && self.value ? 1 : 0);
}

function judgeInterface(fact: SecurityGroupPolicyFact, settings: Config): Finding[] {
  const { groupsPerInterface, rulesPerGroup, rulesPerInterface } = settings;
  if (!fact.groups.known) {
    return [undecided(fact, [fact.groups], "its groups are more than an interface takes")];
  }
  const count = fact.groups.value.length;
  const product = count * rulesPerGroup;
  if (count <= groupsPerInterface && product <= rulesPerInterface) return [];
  return [
    violation(fact, {
      wrong: `attaches ${count} groups to a pod's interface`,
      why: "AWS refuses the interface and the pod doesn't start",
      evidence:
        count > groupsPerInterface
          ? `the quota is ${groupsPerInterface} groups`
          : `${count} groups of ${rulesPerGroup} rules exceed ${rulesPerInterface}`,
      remedy: "merge groups, or raise the quota and set groupsPerInterface",
    }),
  ];
}
