import * as z from "zod";
import { parsePortSpec, PortSet, RDS_PORTS } from "../../net";
import { type DatabaseFact, type Fact, type GroupRule, unreadPeers } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  blockTexts,
  DEFAULT_PUBLIC_PORTS,
  type Groups,
  type GroupSeen,
  groupsOf,
  isNothing,
  namesBlocks,
  opensDatabasesOnly,
  trafficOf,
  trafficText,
  worldTraffic,
} from "../judgment";
import { portText } from "../policyConfig";

const config = z.strictObject({
  ports: z
    .array(portText)
    .default([...RDS_PORTS])
    .describe(
      "Databases' ports: a group that opens nothing else to anybody is a database's, though its database is in no stack.",
    ),
});

export const rdsAdmitsGroupsOnly = stackInvariant({
  scope: "stack",
  name: "rds-admits-groups-only",
  description: "A database admits security groups, and nothing by address.",
  stops:
    "Ingress rules by CIDR or prefix list, in any spelling, on the groups of the stack's RDS instances and clusters, and on groups that open databases' ports only and that no pod carries. Databases without a group of their own, which get the VPC's default one. Groups of other stacks aren't seen, but a rule that this stack adds to one is.",
  remedy: "Admit the security group of each workload that has a flow to the database.",
  severity: "critical",
  config,
  example: { ports: ["tcp/5432", "tcp/6432"] },
  judge(facts, { ports }) {
    const groups = groupsOf(facts);
    const held = new Map<string, DatabaseFact>();
    const findings: Finding[] = [];
    for (const fact of facts) {
      if (fact.kind !== "Database" || fact.form === "member") continue;
      findings.push(...judgeDatabase(fact, groups, held));
    }
    const pods = podGroups(facts, groups);
    const databasePorts = PortSet.of(ports.map(parsePortSpec));
    for (const group of groups.all) {
      const database = held.get(group.key);
      const isDatabase =
        database !== undefined || (!pods.has(group.key) && opensDatabasesOnly(group, databasePorts));
      if (isDatabase) findings.push(...judgeGroup(group, database));
    }
    return findings;
  },
});

function podGroups(facts: readonly Fact[], groups: Groups): ReadonlySet<string> {
  return new Set(
    facts.flatMap((fact) => (fact.kind === "SecurityGroupPolicy" ? [...groups.refer(fact.groups).keys] : [])),
  );
}

/** A database's own references; the groups that it certainly carries are added to `held`. */
function judgeDatabase(fact: DatabaseFact, groups: Groups, held: Map<string, DatabaseFact>): Finding[] {
  const question = "the database admits groups only";
  const isEmpty = fact.groups?.known === true && fact.groups.value.length === 0;
  if (fact.groups === undefined || isEmpty) {
    // A replica takes over its source's groups.
    if (fact.isReplica.known && fact.isReplica.value) return [];
    return [
      violation(fact, {
        wrong: "has no security group of its own",
        why: "AWS gives it the VPC's default group, which admits everyone who carries it",
        evidence: `vpcSecurityGroupIds is ${isEmpty ? "empty" : "absent"}`,
        remedy: "make a group for the database and write vpcSecurityGroupIds: [GROUP.id]",
      }),
    ];
  }
  const { keys, unread } = groups.refer(fact.groups);
  for (const key of keys) if (!held.has(key)) held.set(key, fact);
  return unread.length === 0 ? [] : [undecided(fact, unread, question)];
}

function judgeGroup(group: GroupSeen, database: DatabaseFact | undefined): Finding[] {
  const whose = database ? `${database.title} by ${group.title}` : `${group.title}, which is a database's`;
  const findings = group.rules.ingress
    .filter((rule) => !isWorlds(rule, database !== undefined))
    .flatMap((rule) => judgeRule(rule, whose));
  const open = [...group.perhaps.flatMap(unreadPerhaps), ...group.unread.ingress];
  const of = group.fact ?? group.perhaps[0];
  if (open.length > 0 && of) findings.push(undecided(of, open, "the database admits groups only"));
  return findings;
}

/** What lets the internet in is security-group-no-world-ingress's to report, which lets a database's group off nothing. */
function isWorlds(rule: GroupRule, isHeld: boolean): boolean {
  const { traffic } = worldTraffic([rule], "lower");
  const open = PortSet.of(DEFAULT_PUBLIC_PORTS.map(parsePortSpec));
  return !isNothing(traffic) && (isHeld || traffic.others.size > 0 || !open.covers(traffic.ports));
}

const unreadPerhaps = ({ direction, group, cidrs, prefixLists }: GroupRule) => {
  if (direction.known && direction.value === "egress") return [];
  if (cidrs.known && prefixLists.known && cidrs.value.length + prefixLists.value.length === 0) return [];
  return [...(direction.known ? [] : [direction]), ...(group?.id.known === false ? [group.id] : [])];
};

function judgeRule(rule: GroupRule, whose: string): Finding[] {
  const lists = rule.prefixLists.known ? rule.prefixLists.value : [];
  // A block or list that is there admits addresses, whatever it turns out to be.
  const certain = (rule.cidrs.known && rule.cidrs.value.length > 0) || lists.length > 0;
  if (!certain || !isWritten(rule)) {
    const unread = unreadPeers(rule);
    return unread.length === 0 || !(namesBlocks(rule) || !rule.prefixLists.known)
      ? []
      : [undecided(rule, unread, "the database admits groups only")];
  }
  const named = [
    ...blockTexts(rule),
    ...lists.map((list) => (list.known ? `prefix list ${list.value}` : "a prefix list")),
  ];
  const to = named.length === 0 ? "addresses known only after deployment" : named.join(", ");
  return [
    violation(rule, {
      wrong: `admits addresses to ${whose}`,
      why: "whoever holds such an address may try the database's password",
      evidence: `${rule.title} opens ${trafficText(trafficOf(rule, "lower"))} to ${to}`,
      remedy:
        "admit the client's security group instead, by referencedSecurityGroupId, sourceSecurityGroupId or securityGroups",
    }),
  ];
}

/** Whether a block or list is there for certain: in a standalone rule, an unknown one may turn out to be absent. */
const isWritten = ({ cidrs, prefixLists, spelling }: GroupRule): boolean =>
  spelling !== "standalone" ||
  [cidrs, prefixLists].some((list) => list.known && list.value.some((item) => item.known));
