// Longer than most: one reader of AWS's answers, which refer to each other (groups, rules, lists, subnets).
import { type Fields, isMap, mapsIn } from "../../data";
import { atSource, atSubject, below, type Problem, throwProblems } from "../../problems";
import { AddressSet, CidrError, MAX_PORT, parseCidr, PortSet, PROTOCOLS } from "../../net";
import type { Rule, RulePeer, RulePorts } from "./policy";
import type { GroupWorld, GuardedEnd, SecurityGroup } from "./groups";

/** What saved answers of AWS say: groups, and what they guard. */
export type DescribedGroups = Pick<GroupWorld, "groups" | "guarded" | "vpc">;

/**
 * Reads saved answers of `aws ec2 describe-security-groups`, `-security-group-rules`, `-prefix-lists`, `-subnets`,
 * `-vpc-endpoints`, `-vpcs`, `aws rds describe-db-instances` and `-db-clusters`; any of them, also several in one document.
 * Rules listed on their own win over those inside their group, which hold the same.
 * @throws PalisadeInputError with every problem.
 */
export function readDescribed(
  answers: readonly { readonly file: string; readonly value: unknown }[],
): DescribedGroups {
  const problems: Problem[] = [];
  const all = (key: string): Fields[] =>
    answers.flatMap(({ file, value }) => {
      const list = isMap(value) ? value[key] : undefined;
      if (list === undefined) return [];
      if (Array.isArray(list) && list.every(isMap)) return list;
      problems.push({ place: below(atSource(file), key), message: "isn't a list of objects" });
      return [];
    });
  for (const { file, value } of answers) {
    if (!isMap(value) || !KEYS.some((key) => key in value)) {
      problems.push({
        place: atSource(file),
        message: `holds none of ${KEYS.join(", ")}`,
        remedy: "Save what `aws ec2 describe-security-groups` prints",
      });
    }
  }
  const reader = new RuleReader(
    prefixLists(all("PrefixLists"), problems),
    idsByName(all("SecurityGroups")),
    problems,
  );
  const groups = readGroups(all("SecurityGroups"), all("SecurityGroupRules"), reader);
  const guarded = readGuarded(all, subnetSets(all("Subnets"), problems));
  const vpc = vpcBlocks(all("Vpcs"), problems);
  throwProblems(problems);
  return { groups, guarded, vpc };
}

const KEYS = [
  "SecurityGroups",
  "SecurityGroupRules",
  "PrefixLists",
  "Subnets",
  "VpcEndpoints",
  "DBInstances",
  "DBClusters",
  "Vpcs",
] as const;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function readGroups(
  groups: readonly Fields[],
  rules: readonly Fields[],
  reader: RuleReader,
): SecurityGroup[] {
  const ids = [...new Set([...groups, ...rules].map(({ GroupId }) => text(GroupId)))];
  return ids.map((id) => {
    const group = groups.find(({ GroupId }) => GroupId === id);
    const own = rules.filter(({ GroupId }) => GroupId === id);
    const side = (egress: boolean): Rule[] =>
      own.length > 0
        ? own.filter(({ IsEgress }) => (IsEgress === true) === egress).map((rule) => reader.standalone(rule))
        : mapsIn(group?.[egress ? "IpPermissionsEgress" : "IpPermissions"]).map((rule, i) =>
            reader.inline(rule, `${egress ? "egress" : "ingress"}[${i}]`),
          );
    return { id, name: text(group?.["GroupName"]) || id, ingress: side(false), egress: side(true) };
  });
}

function idsByName(groups: readonly Fields[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const shared = new Set<string>();
  for (const { GroupId, GroupName } of groups) {
    const name = text(GroupName);
    if (found.has(name) && found.get(name) !== text(GroupId)) shared.add(name);
    found.set(name, text(GroupId));
  }
  return new Map([...found].filter(([name]) => name !== "" && !shared.has(name)));
}

/** Rules of groups, in the two shapes that AWS prints. */
class RuleReader {
  constructor(
    private readonly lists: ReadonlyMap<string, AddressSet | undefined>,
    /** The ids of groups whose names no other has. */
    private readonly names: ReadonlyMap<string, string>,
    private readonly problems: Problem[],
  ) {}

  inline(rule: Fields, place: string): Rule {
    const peers = [
      ...mapsIn(rule["IpRanges"]).flatMap(({ CidrIp }) => this.block(text(CidrIp))),
      ...mapsIn(rule["Ipv6Ranges"]).flatMap(({ CidrIpv6 }) => this.block(text(CidrIpv6))),
      ...mapsIn(rule["UserIdGroupPairs"]).map((pair) => this.pair(pair)),
      ...mapsIn(rule["PrefixListIds"]).map(({ PrefixListId }) => this.list(text(PrefixListId))),
    ];
    return { peers: withUnknown(peers, rule), ports: portsOf(rule), place };
  }

  /** A group that a rule refers to; one that has only a name is the one of that name, or anybody's. */
  private pair({ GroupId, GroupName }: Fields): RulePeer {
    const id = text(GroupId) || this.names.get(text(GroupName));
    return id === undefined ? { kind: "unknown" } : { kind: "group", id };
  }

  standalone(rule: Fields): Rule {
    const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
    const referenced = isMap(ReferencedGroupInfo) ? text(ReferencedGroupInfo["GroupId"]) : "";
    const peers: RulePeer[] = [
      ...(CidrIpv4 === undefined ? [] : this.block(text(CidrIpv4))),
      ...(CidrIpv6 === undefined ? [] : this.block(text(CidrIpv6))),
      ...(PrefixListId === undefined ? [] : [this.list(text(PrefixListId))]),
      ...(referenced === "" ? [] : [{ kind: "group" as const, id: referenced }]),
    ];
    return {
      peers: withUnknown(peers, rule),
      ports: portsOf(rule),
      place: text(rule["SecurityGroupRuleId"]),
    };
  }

  private block(cidr: string): RulePeer[] {
    try {
      return [{ kind: "block", set: AddressSet.of(parseCidr(cidr)), text: cidr }];
    } catch (error) {
      if (!(error instanceof CidrError)) throw error;
      this.problems.push({ place: [], message: error.message });
      return [];
    }
  }

  /** A list whose entries aren't given may hold any address. */
  private list(id: string): RulePeer {
    const set = this.lists.get(id);
    return set === undefined ? { kind: "unknown" } : { kind: "block", set, text: id };
  }
}

/** A plan's rule may have a peer that isn't known yet; saved answers never do. */
const withUnknown = (peers: readonly RulePeer[], { unknownPeer }: Fields): readonly RulePeer[] =>
  unknownPeer === true ? [...peers, { kind: "unknown" }] : peers;

/** The addresses of each list; undefined where the entries aren't given. */
function prefixLists(
  lists: readonly Fields[],
  problems: Problem[],
): ReadonlyMap<string, AddressSet | undefined> {
  return new Map(
    lists.map(({ PrefixListId, Cidrs }) => [
      text(PrefixListId),
      Array.isArray(Cidrs) ? addressSet(Cidrs.map(text), text(PrefixListId), problems) : undefined,
    ]),
  );
}

/** The union of some blocks; each that is none is a problem, said with whose it is. */
function addressSet(cidrs: readonly string[], owner: string, problems: Problem[]): AddressSet {
  return cidrs.reduce((sum, cidr) => {
    try {
      return sum.union(AddressSet.of(cidr));
    } catch (error) {
      if (!(error instanceof CidrError)) throw error;
      problems.push({ place: atSubject(owner), message: error.message });
      return sum;
    }
  }, AddressSet.empty);
}

/** Protocols as AWS writes them: names for three, numbers for all, -1 for every one. */
export function portsOf({ IpProtocol, FromPort, ToPort }: Fields): RulePorts {
  const certain = (numbers: PortSet): RulePorts => ({ numbers, named: [], maybe: PortSet.empty });
  const name = String(IpProtocol).toLowerCase();
  if (name === "-1" || name === "all") return certain(PortSet.all);
  const numbered: Readonly<Record<string, string>> = { "6": "TCP", "17": "UDP", "132": "SCTP" };
  const protocol = PROTOCOLS.find((one) => one === (numbered[name] ?? name.toUpperCase()));
  if (name === "unknown") return { numbers: PortSet.empty, named: [], maybe: PortSet.all };
  if (protocol === undefined) return certain(PortSet.empty);
  // AWS filters ports of TCP and UDP only.
  if (protocol === "SCTP" || typeof FromPort !== "number" || FromPort < 0)
    return certain(PortSet.allOf(protocol));
  const to = typeof ToPort === "number" ? ToPort : FromPort;
  return certain(PortSet.of([{ protocol, from: Math.max(1, FromPort), to: Math.min(to, MAX_PORT) }]));
}

/** All blocks of the VPCs; undefined where none is given. */
function vpcBlocks(vpcs: readonly Fields[], problems: Problem[]): AddressSet | undefined {
  if (vpcs.length === 0) return undefined;
  const blocks = vpcs.flatMap((vpc) => [
    text(vpc["CidrBlock"]),
    ...mapsIn(vpc["CidrBlockAssociationSet"]).map(({ CidrBlock }) => text(CidrBlock)),
    ...mapsIn(vpc["Ipv6CidrBlockAssociationSet"]).map(({ Ipv6CidrBlock }) => text(Ipv6CidrBlock)),
  ]);
  const known = blocks.filter((one) => one !== "");
  return known.length === 0 ? undefined : addressSet(known, "Vpcs", problems);
}

function subnetSets(subnets: readonly Fields[], problems: Problem[]): Map<string, AddressSet> {
  return new Map(
    subnets.map((subnet) => {
      const six = mapsIn(subnet["Ipv6CidrBlockAssociationSet"]).map(({ Ipv6CidrBlock }) =>
        text(Ipv6CidrBlock),
      );
      const texts = [text(subnet["CidrBlock"]), ...six].filter((one) => one !== "");
      const id = text(subnet["SubnetId"]);
      return [id, addressSet(texts, id, problems)];
    }),
  );
}

/** Databases and interface endpoints: they may be in any of their subnets. */
function readGuarded(all: (key: string) => Fields[], subnets: ReadonlyMap<string, AddressSet>): GuardedEnd[] {
  const within = (ids: readonly string[]): AddressSet | undefined => {
    const sets = ids.map((id) => subnets.get(id));
    if (ids.length === 0 || sets.includes(undefined)) return undefined;
    return sets.reduce<AddressSet>(
      (sum, set) => (set === undefined ? sum : sum.union(set)),
      AddressSet.empty,
    );
  };
  const groupIds = (list: unknown, key: string) => mapsIn(list).map((one) => text(one[key]));
  const subnetsOf = ({ DBSubnetGroup: group }: Fields): readonly string[] =>
    isMap(group) ? mapsIn(group["Subnets"]).map(({ SubnetIdentifier }) => text(SubnetIdentifier)) : [];
  // A cluster names its subnet group; its instances, which share it, say what is in it.
  const ofCluster = ({ DBClusterIdentifier, DBClusterMembers }: Fields): readonly string[] => {
    const members = mapsIn(DBClusterMembers).map((member) => text(member["DBInstanceIdentifier"]));
    return all("DBInstances")
      .filter(
        (instance) =>
          (text(DBClusterIdentifier) !== "" && instance["DBClusterIdentifier"] === DBClusterIdentifier) ||
          members.includes(text(instance["DBInstanceIdentifier"])),
      )
      .flatMap(subnetsOf);
  };
  const databases = [...all("DBInstances"), ...all("DBClusters")].map((one): GuardedEnd => {
    const own = subnetsOf(one);
    const ids =
      own.length > 0 || text(one["DBInstanceIdentifier"]) !== "" ? own : [...new Set(ofCluster(one))];
    return {
      kind: "Database",
      name: text(one["DBInstanceIdentifier"]) || text(one["DBClusterIdentifier"]),
      groups:
        one["VpcSecurityGroups"] === undefined
          ? undefined
          : groupIds(one["VpcSecurityGroups"], "VpcSecurityGroupId"),
      addresses: within(ids),
    };
  });
  const endpoints = all("VpcEndpoints")
    .filter(({ VpcEndpointType }) => VpcEndpointType === "Interface")
    .map((one): GuardedEnd => {
      const ids = Array.isArray(one["SubnetIds"]) ? one["SubnetIds"].map(text) : [];
      const name = text(one["VpcEndpointId"]);
      return { kind: "Endpoint", name, groups: groupIds(one["Groups"], "GroupId"), addresses: within(ids) };
    });
  return [...databases, ...endpoints];
}
