import * as z from "zod";
import type { PortSet } from "../../net";
import { type DatabaseFact, type DataStoreFact, type Fact, type GroupRule, unreadPeers } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
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
  writtenPorts,
} from "../judgment";
import { databasePorts } from "../policyConfig";
import type { Unread } from "../values";

const config = z.strictObject({
  ports: databasePorts(
    "Databases' ports: a group that opens nothing else to anybody is a database's, though its database is in no stack.",
  ),
});

export const rdsAdmitsGroupsOnly = stackInvariant({
  scope: "stack",
  name: "rds-admits-groups-only",
  description: "A database admits security groups, and nothing by address.",
  stops:
    "Ingress rules by CIDR or prefix list, in any spelling, on the groups of the stack's RDS instances, clusters and proxies and of its other data stores (Redshift, Neptune, DocumentDB, ElastiCache, MemoryDB, DAX, OpenSearch, MSK, MQ, DMS, InfluxDB), and on groups that open databases' ports only (or narrow ranges around them) and that no pod carries. Databases without a group of their own, which get the VPC's default one (a replica takes over its source's groups in the same region only), and those that carry that one where it admits itself. Groups of other stacks aren't seen, but a rule that this stack adds to one is: by address it may not open a database's port, alone, in a range or with every protocol.",
  remedy: "Admit the security group of each workload that has a flow to the database.",
  severity: "critical",
  config,
  example: { ports: ["tcp/5432", "tcp/6432"] },
  judge(facts, { ports }, context) {
    const groups = groupsOf(facts);
    const held = new Map<string, Guarded>();
    const findings: Finding[] = [];
    for (const fact of facts) {
      const guarded = guardedBy(fact, facts);
      if (guarded !== undefined) findings.push(...judgeGuarded(guarded, groups, held));
    }
    const pods = podGroups(facts, groups);
    const databasePorts = writtenPorts(ports);
    for (const group of groups.all) {
      const database = held.get(group.key);
      const isDatabase =
        database !== undefined || (!pods.has(group.key) && opensDatabasesOnly(group, databasePorts));
      if (isDatabase) findings.push(...judgeGroup(group, database, context));
      else if (!groups.isOurs(group.key) && !pods.has(group.key)) {
        findings.push(...judgeForeign(group, databasePorts, context));
      }
    }
    for (const rules of groups.unplaced) findings.push(...judgeUnplaced(rules, databasePorts, context));
    return findings;
  },
});

function podGroups(facts: readonly Fact[], groups: Groups): ReadonlySet<string> {
  return new Set(
    facts.flatMap((fact) => (fact.kind === "SecurityGroupPolicy" ? [...groups.refer(fact.groups).keys] : [])),
  );
}

/** A database or another data store that groups of its own guard. */
interface Guarded {
  readonly fact: DatabaseFact | DataStoreFact;
  readonly title: string;
  readonly path: string;
  /** Whether, where none is written, it has its source's. */
  readonly inherits: "yes" | "no" | Unread;
}

function guardedBy(fact: Fact, facts: readonly Fact[]): Guarded | undefined {
  const { title } = fact;
  if (fact.kind === "DataStore") {
    return fact.guard === "own" ? { fact, title, path: fact.groupsPath, inherits: "no" } : undefined;
  }
  if (fact.kind !== "Database" || fact.form === "member") return undefined;
  return { fact, title, path: "vpcSecurityGroupIds", inherits: inheritsGroups(fact, facts) };
}

/**
 * Whether a replica takes over its source's groups: in the source's region it does. A source in another one is named by its ARN. Source: Amazon
 * RDS user guide, "Working with DB instance read replicas".
 */
function inheritsGroups({ replicates, subject }: DatabaseFact, facts: readonly Fact[]): Guarded["inherits"] {
  if (replicates === undefined) return "no";
  const { id, from } = replicates;
  if (id.known) return id.value.startsWith("arn:") ? "no" : "yes";
  const [source, ...others] = facts.filter(
    (fact) => fact.kind === "Database" && from?.includes(fact.subject.urn),
  );
  if (source?.kind !== "Database" || others.length > 0) return id;
  return source.subject.provider === subject.provider ? "yes" : "no";
}

/** Its own references; the groups that it certainly carries are added to `held`. */
function judgeGuarded(guarded: Guarded, groups: Groups, held: Map<string, Guarded>): Finding[] {
  const { fact, path, inherits } = guarded;
  const question = "the database admits groups only";
  const isEmpty = fact.groups?.known === true && fact.groups.value.length === 0;
  if (fact.groups === undefined || isEmpty) {
    if (inherits === "yes") return [];
    if (inherits !== "no")
      return [undecided(fact, [inherits], "it takes over the groups of a source in its region")];
    return [
      violation(fact, {
        wrong: "has no security group of its own",
        why: "AWS gives it the VPC's default group, which admits everyone who carries it",
        evidence: `${path} is ${isEmpty ? "empty" : "absent"}`,
        remedy: `create a group for it and write ${path}: [GROUP.id]`,
      }),
    ];
  }
  const { keys, unread } = groups.refer(fact.groups);
  for (const key of keys) if (!held.has(key)) held.set(key, guarded);
  return unread.length === 0 ? [] : [undecided(fact, unread, question)];
}

/** Rules that this stack adds to another's group, by which addresses reach whatever database may carry it. */
function judgeForeign(group: GroupSeen, ports: PortSet, context: Context): Finding[] {
  return group.rules.ingress
    .filter((rule) => trafficOf(rule, "lower").ports.overlaps(ports) && !isWorlds(rule, false, context))
    .flatMap((rule) => judgeRule(rule, `${group.title}, which another stack's database may carry`));
}

/** The same where the group isn't known: it may be a database's. */
const judgeUnplaced = (rules: readonly GroupRule[], ports: PortSet, context: Context): Finding[] =>
  rules.flatMap((rule) => {
    const unread = unreadPerhaps(rule);
    const mayOpen = trafficOf(rule, "upper").ports.overlaps(ports) && !isWorlds(rule, false, context);
    return mayOpen && unread.length > 0 ? [undecided(rule, unread, "it admits addresses to a database")] : [];
  });

function judgeGroup(group: GroupSeen, database: Guarded | undefined, context: Context): Finding[] {
  const whose = database ? `${database.title} by ${group.title}` : `${group.title}, which is a database's`;
  const findings = group.rules.ingress
    .filter((rule) => !isWorlds(rule, database !== undefined, context))
    .flatMap((rule) => [...judgeRule(rule, whose), ...judgeSelf(rule, group, database)]);
  const open = [...group.perhaps.flatMap(unreadPerhaps), ...group.unread.ingress];
  const of = group.fact ?? group.perhaps[0];
  if (open.length > 0 && of) findings.push(undecided(of, open, "the database admits groups only"));
  return findings;
}

/** The VPC's default group is carried by whatever names none: where it admits itself, all of that reaches the database. */
function judgeSelf(rule: GroupRule, { fact }: GroupSeen, database: Guarded | undefined): Finding[] {
  if (database === undefined || fact?.isDefault !== true || !rule.self.known || !rule.self.value) return [];
  return [
    violation(rule, {
      wrong: `admits whatever carries the VPC's default group to ${database.title}`,
      why: "everything that is started without a group of its own carries it",
      evidence: `${rule.title} has self: true, and ${database.title} carries ${fact.title}`,
      remedy: `give ${database.title} a group of its own, and remove the rule`,
    }),
  ];
}

/** What lets the internet in is security-group-no-world-ingress's to report, where it blocks; it lets a database's group off nothing. */
function isWorlds(rule: GroupRule, isHeld: boolean, context: Context): boolean {
  if (!context.blocks("security-group-no-world-ingress", rule)) return false;
  const { traffic } = worldTraffic([rule], "lower");
  const open = writtenPorts(DEFAULT_PUBLIC_PORTS);
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
