import * as ec2 from "@aws-sdk/client-ec2";
import * as rds from "@aws-sdk/client-rds";
import { ec2Client, rdsClient } from "../account";
import type { GroupRule } from "./firewall";

/** What the AWS API says of groups and of what they guard, read back after an update. */
export interface AccountGroups {
  readonly rules: readonly GroupRule[];
  /** Groups of each database, by its identifier, and of each interface endpoint, by its service. */
  readonly guarded: ReadonlyMap<string, readonly string[]>;
  /** The same answers as `aws … describe-…` prints them, for the analyzer. */
  readonly answers: Readonly<Record<string, readonly object[]>>;
}

const ids = (list: readonly (string | undefined)[]): readonly string[] => list.map((id) => id ?? "");

export async function readGroups(endpoint: string): Promise<AccountGroups> {
  const client = ec2Client(endpoint);
  const { SecurityGroups = [] } = await client.send(new ec2.DescribeSecurityGroupsCommand({}));
  const { SecurityGroupRules = [] } = await client.send(new ec2.DescribeSecurityGroupRulesCommand({}));
  const { Subnets = [] } = await client.send(new ec2.DescribeSubnetsCommand({}));
  const { VpcEndpoints = [] } = await client.send(new ec2.DescribeVpcEndpointsCommand({}));
  const { DBInstances = [] } = await rdsClient(endpoint).send(new rds.DescribeDBInstancesCommand({}));
  const lists = await prefixLists(client);
  return {
    rules: SecurityGroupRules.map((rule) => ruleOf(rule, lists)),
    guarded: new Map([
      ...DBInstances.map(
        (one) =>
          [
            one.DBInstanceIdentifier ?? "",
            ids((one.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId)),
          ] as const,
      ),
      ...VpcEndpoints.map(
        (one) => [one.VpcEndpointId ?? "", ids((one.Groups ?? []).map(({ GroupId }) => GroupId))] as const,
      ),
    ]),
    answers: {
      SecurityGroups,
      SecurityGroupRules,
      Subnets,
      VpcEndpoints,
      DBInstances,
      PrefixLists: [...lists].map(([PrefixListId, Cidrs]) => ({ PrefixListId, Cidrs })),
    },
  };
}

async function prefixLists(client: ec2.EC2Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const { PrefixLists = [] } = await client.send(new ec2.DescribeManagedPrefixListsCommand({}));
  const read = PrefixLists.map(async ({ PrefixListId = "" }) => {
    const { Entries = [] } = await client.send(new ec2.GetManagedPrefixListEntriesCommand({ PrefixListId }));
    return [PrefixListId, Entries.map(({ Cidr }) => Cidr ?? "")] as const;
  });
  return new Map(await Promise.all(read));
}

/** @throws Error for a rule of another kind: the enforcer would leave it out */
function ruleOf(rule: ec2.SecurityGroupRule, lists: ReadonlyMap<string, readonly string[]>): GroupRule {
  const { GroupId = "", IpProtocol: protocol, CidrIpv4, PrefixListId, ReferencedGroupInfo } = rule;
  const referenced = ReferencedGroupInfo?.GroupId;
  const list = PrefixListId === undefined ? undefined : lists.get(PrefixListId);
  const cidrs = CidrIpv4 === undefined ? list : [CidrIpv4];
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "-1") {
    throw new Error(`${GroupId}: the enforcer knows no protocol ${protocol ?? ""}`);
  }
  if (referenced === undefined && cidrs === undefined) {
    throw new Error(`${GroupId}: the enforcer knows no such peer: ${JSON.stringify(rule)}`);
  }
  return {
    group: GroupId,
    direction: rule.IsEgress === true ? "egress" : "ingress",
    protocol,
    from: rule.FromPort ?? 0,
    to: rule.ToPort ?? 65535,
    peer:
      referenced === undefined ? { kind: "blocks", cidrs: cidrs ?? [] } : { kind: "group", id: referenced },
  };
}
