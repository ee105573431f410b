import * as z from "zod";
import type { GroupRule } from "../facts";
import { type Direction, DIRECTIONS } from "../../kubernetes";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { type GroupSeen, groupsOf } from "../judgment";

export const securityGroupRulesNotMixed = stackInvariant({
  scope: "stack",
  name: "security-group-rules-not-mixed",
  description: "A security group's rules are all spelled in one way.",
  stops:
    "Groups whose resource lists the rules of a direction, even as an empty list, while other resources add rules to it, and groups with both `ec2.SecurityGroupRule` and `vpc.SecurityGroup…Rule`: each deployment removes what the other made. An adopted default group removes every rule that it doesn't list.",
  remedy:
    "Make each rule a vpc.SecurityGroupIngressRule or SecurityGroupEgressRule, and list none in the group.",
  severity: "high",
  config: z.strictObject({}),
  judge: (facts) => groupsOf(facts).all.flatMap(judgeGroup),
});

function judgeGroup(group: GroupSeen): Finding[] {
  const inline = DIRECTIONS.flatMap((direction) => judgeInline(group, direction));
  const own = DIRECTIONS.flatMap((direction) => group.rules[direction]).filter(isOwnResource);
  const kinds = new Set(own.map(({ spelling }) => spelling));
  const [first] = own;
  if (kinds.size < 2 || first === undefined) return [...inline, ...perhaps(group)];
  return [
    ...inline,
    violation(group.fact ?? { subject: first.subject, title: group.title }, {
      wrong: "has rules of both kinds, ec2.SecurityGroupRule and vpc.SecurityGroup…Rule",
      why: "each kind removes or doubles what the other made",
      evidence: listed(own),
      remedy: "write them all as vpc.SecurityGroupIngressRule and SecurityGroupEgressRule",
    }),
  ];
}

const isOwnResource = ({ spelling }: GroupRule) => spelling !== "inline";

function judgeInline({ fact, rules }: GroupSeen, direction: Direction): Finding[] {
  const added = rules[direction].filter(isOwnResource);
  if (fact?.owns[direction] !== true || added.length === 0) return [];
  return [
    violation(fact, {
      wrong: `lists its ${direction} rules while other resources add to them`,
      why: "each deployment removes the rules of the other, and what is open depends on which ran last",
      evidence: `${fact.isDefault ? "an adopted default group removes what it doesn't list" : `${direction} is written`}; ${listed(added)}`,
      remedy: `remove ${direction} from the group and write each rule as a resource of its own`,
    }),
  ];
}

/** A rule whose group isn't known may be added to one that lists its own. */
function perhaps({ fact, perhaps: open }: GroupSeen): Finding[] {
  if (fact === undefined) return [];
  const unread = open
    .filter(({ direction }) => !direction.known || fact.owns[direction.value])
    .flatMap(({ group, direction }) => [group?.id, direction])
    .filter((field) => field?.known === false);
  if (!DIRECTIONS.some((direction) => fact.owns[direction]) || unread.length === 0) return [];
  return [undecided(fact, unread, "other resources add to the rules that the group lists")];
}

const MAX_LISTED = 3;

function listed(rules: readonly GroupRule[]): string {
  const more = rules.length > MAX_LISTED ? ` and ${rules.length - MAX_LISTED} more` : "";
  return `${rules
    .slice(0, MAX_LISTED)
    .map(({ title }) => title)
    .join(", ")}${more}`;
}
