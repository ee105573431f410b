import { about, type Place, type Problem } from "../../problems";
import { type GroupRef, groupKey } from "./groupRef";
import type { AwsNetwork, GivenGroup, Quotas } from "./network";
import type { CompiledGroupRule } from "./rule";

/** What a rule counts in each family: a CIDR in its own, a reference in both. Source: Amazon VPC quotas. */
function weightOf({ peer }: CompiledGroupRule, family: 4 | 6, quotas: Quotas): number {
  switch (peer.kind) {
    case "group":
      return 1;
    case "prefix-list":
      return quotas.s3PrefixListWeight;
    case "cidr":
      return peer.cidr.includes(":") === (family === 6) ? 1 : 0;
  }
}

/** One group's rules in one direction against the quota: the larger of its IPv4 and IPv6 counts. */
export interface Budget {
  readonly group: GroupRef;
  readonly direction: CompiledGroupRule["direction"];
  readonly used: number;
  /** Whether another owner has rules there that we don't know of. */
  readonly ownersUnknown: boolean;
  readonly limit: number;
  readonly rules: readonly CompiledGroupRule[];
}

/** The budgets of all groups that have rules of ours, in the rules' order. */
export function budgets(rules: readonly CompiledGroupRule[], aws: AwsNetwork): Budget[] {
  const given = givenGroups(aws);
  const byGroup = new Map<string, CompiledGroupRule[]>();
  for (const rule of rules) {
    const key = `${groupKey(rule.on)} ${rule.direction}`;
    const others = byGroup.get(key);
    if (others === undefined) byGroup.set(key, [rule]);
    else others.push(rule);
  }
  return [...byGroup.values()].flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    const owner = first.on.kind === "given" ? given.get(first.on.id) : undefined;
    const count = (family: 4 | 6) => list.reduce((sum, rule) => sum + weightOf(rule, family, aws.quotas), 0);
    return [
      {
        group: first.on,
        direction: first.direction,
        used: Math.max(count(4), count(6)) + (owner?.ownersRules?.[first.direction] ?? 0),
        ownersUnknown: first.on.kind === "given" && owner?.ownersRules === undefined,
        limit: aws.quotas.rulesPerGroup,
        rules: list,
      },
    ];
  });
}

function givenGroups({ groups, endpoints }: AwsNetwork): ReadonlyMap<string, GivenGroup> {
  const { s3, sts, secretsManager } = endpoints;
  const s3Group = s3?.kind === "interface" && s3.source.kind === "existing" ? [s3.source.group] : [];
  const all = [
    groups.node,
    groups.controlPlane,
    groups.dns,
    ...Object.values(groups.platform),
    ...s3Group,
    ...[sts, secretsManager].flatMap((place) => (place === undefined ? [] : [place.group])),
  ];
  return new Map(all.map((group) => [group.id, group]));
}

/** One line a budget, for the plan. */
export function describeBudget({ group, direction, used, ownersUnknown, limit }: Budget): string {
  const owners = ownersUnknown ? ", beside its owner's, which the config doesn't count" : "";
  return `${groupKey(group)} ${direction}: ${used} of ${limit} rules${owners}`;
}

/** Budgets that are passed, each with the flows that pass it. */
export function quotaProblems(all: readonly Budget[], at: Place): Problem[] {
  return all
    .filter(({ used, limit }) => used > limit)
    .map(({ group, direction, used, limit, rules }) => ({
      place: about(at, `security group ${groupKey(group)}`),
      message: `${used} ${direction} rules exceed the quota of ${limit}, for the flows ${flowsOf(rules)}`,
      remedy: "Have AWS raise the quota and set aws.quotas.rulesPerGroup, or declare fewer flows",
    }));
}

const SHOWN = 8;

function flowsOf(rules: readonly CompiledGroupRule[]): string {
  const flows = [...new Set(rules.flatMap((rule) => rule.flows))].sort();
  const shown = flows.slice(0, SHOWN).join(", ");
  return flows.length > SHOWN ? `${shown} and ${flows.length - SHOWN} more` : shown;
}
