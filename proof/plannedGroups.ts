// Tests: test/proof/groups.test.ts
import { UNKNOWN } from "../kubernetes";
import type { Plain, PlannedResource } from "./resource";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULES: Readonly<Record<string, "ingress" | "egress" | "either">> = {
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ingress",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "egress",
  "aws:ec2/securityGroupRule:SecurityGroupRule": "either",
};
const SUBNET = "aws:ec2/subnet:Subnet";
const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
const DATABASES = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"];

/**
 * The plan's security groups in the shape of AWS's own answers. A group that isn't made yet has no id: its URN stands
 * for it, found by what a property depends on.
 */
export class PlannedGroups {
  private readonly ids: ReadonlyMap<string, string>;

  constructor(private readonly resources: readonly PlannedResource[]) {
    this.ids = new Map(
      resources
        .filter(({ type }) => type === GROUP || type === SUBNET)
        .map(({ urn, outputs }) => {
          const id = outputs["id"];
          return [urn, typeof id === "string" && id !== "" ? id : urn];
        }),
    );
  }

  /** What a group of this URN is called in `answer`. */
  idOf(urn: string): string {
    return this.ids.get(urn) ?? urn;
  }

  /** The groups of the databases that are made under a component: ids; undefined where they aren't known. */
  databasesUnder(component: string): (readonly string[] | undefined)[] {
    return this.resources
      .filter(({ type, parent }) => DATABASES.includes(type) && parent === component)
      .map((one) => this.named(one, "vpcSecurityGroupIds", list(one.inputs["vpcSecurityGroupIds"])));
  }

  /** Undefined when the plan has neither group nor rule: then none are judged. */
  answer(): Plain | undefined {
    if (!this.resources.some(({ type }) => type === GROUP || Object.hasOwn(RULES, type))) return undefined;
    const rules = this.resources.flatMap((one) => this.rule(one));
    const subnets = this.resources.filter(({ type }) => type === SUBNET);
    return {
      SecurityGroups: this.resources.filter(({ type }) => type === GROUP).map((one) => this.group(one)),
      SecurityGroupRules: [...rules, ...this.rulesOfOthers(rules)],
      Subnets: subnets.flatMap((one) => this.subnet(one)),
      DBInstances: this.resources
        .filter(({ type }) => DATABASES.includes(type))
        .map((one) => this.database(one)),
    };
  }

  /** A group that the plan doesn't make has rules that the plan doesn't know. */
  private rulesOfOthers(rules: readonly Plain[]): Plain[] {
    const made = new Set(
      this.resources.filter(({ type }) => type === GROUP).map(({ urn }) => this.ids.get(urn)),
    );
    const others = new Set(rules.map(({ GroupId }) => GroupId as string).filter((id) => !made.has(id)));
    return [...others].flatMap((GroupId) =>
      [true, false].map((IsEgress) => ({
        GroupId,
        IsEgress,
        SecurityGroupRuleId: "a rule outside the plan",
        IpProtocol: "unknown",
        unknownPeer: true,
      })),
    );
  }

  private subnet({ urn, inputs }: PlannedResource): Plain[] {
    const { cidrBlock, ipv6CidrBlock } = inputs;
    const blocks = [cidrBlock, ipv6CidrBlock].filter((one) => one !== undefined);
    if (blocks.length === 0 || blocks.includes(UNKNOWN)) return [];
    return [
      {
        SubnetId: this.ids.get(urn),
        CidrBlock: cidrBlock,
        Ipv6CidrBlockAssociationSet: texts(ipv6CidrBlock).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock })),
      },
    ];
  }

  /** The subnets of a database's subnet group; undefined where the plan doesn't hold the group or one of its subnets. */
  private subnetsOf(database: PlannedResource, inputs: Plain): readonly string[] | undefined {
    const name = inputs["dbSubnetGroupName"];
    const made = database.propertyDependencies["dbSubnetGroupName"] ?? [];
    const group = this.resources.find(
      (one) => one.type === SUBNET_GROUP && (made.includes(one.urn) || one.inputs["name"] === name),
    );
    return group && this.named(group, "subnetIds", list(group.inputs["subnetIds"]));
  }

  /** The groups or subnets that a property names: their ids or URNs; undefined where one isn't known. */
  named(
    resource: PlannedResource,
    property: string,
    values: readonly unknown[],
  ): readonly string[] | undefined {
    const made = (resource.propertyDependencies[property] ?? []).filter((urn) => this.ids.has(urn));
    const unknown = values.filter((value) => value === UNKNOWN);
    if (unknown.length > 0 && unknown.length !== made.length) return undefined;
    const known = values.filter((value): value is string => typeof value === "string");
    if (known.length + unknown.length < values.length) return undefined;
    return [...known, ...(unknown.length === 0 ? [] : made.map((urn) => this.ids.get(urn) ?? urn))];
  }

  private group(resource: PlannedResource): Plain {
    const inputs = resource.inputs;
    return {
      GroupId: this.ids.get(resource.urn),
      GroupName: resource.name,
      Urn: resource.urn,
      IpPermissions: this.inline(resource, inputs, "ingress"),
      IpPermissionsEgress: this.inline(resource, inputs, "egress"),
    };
  }

  private inline(resource: PlannedResource, inputs: Plain, property: string): Plain[] {
    const value = inputs[property];
    if (value === UNKNOWN) return [{ IpProtocol: "-1", unknownPeer: true }];
    return (Array.isArray(value) ? (value as unknown[]) : []).map((one): Plain => {
      if (one === UNKNOWN) return { IpProtocol: "-1", unknownPeer: true };
      const rule = one as Plain;
      const groups = this.named(resource, property, list(rule["securityGroups"]));
      const self = rule["self"] === true ? [this.ids.get(resource.urn)] : [];
      const blocks = [
        ...list(rule["cidrBlocks"]),
        ...list(rule["ipv6CidrBlocks"]),
        ...list(rule["prefixListIds"]),
      ];
      return {
        ...traffic(rule),
        IpRanges: texts(rule["cidrBlocks"]).map((CidrIp) => ({ CidrIp })),
        Ipv6Ranges: texts(rule["ipv6CidrBlocks"]).map((CidrIpv6) => ({ CidrIpv6 })),
        PrefixListIds: texts(rule["prefixListIds"]).map((PrefixListId) => ({ PrefixListId })),
        UserIdGroupPairs: [...(groups ?? []), ...self].map((GroupId) => ({ GroupId })),
        ...(groups === undefined || blocks.includes(UNKNOWN) ? { unknownPeer: true } : {}),
      };
    });
  }

  private rule(resource: PlannedResource): Plain[] {
    const kind = RULES[resource.type];
    if (kind === undefined) return [];
    const inputs = resource.inputs;
    const [on] = this.named(resource, "securityGroupId", [inputs["securityGroupId"]]) ?? [];
    if (on === undefined) return [];
    const egress = kind === "either" ? inputs["type"] === "egress" : kind === "egress";
    const property = kind === "either" ? "sourceSecurityGroupId" : "referencedSecurityGroupId";
    const reference = inputs[property];
    const peer = reference === undefined ? [] : this.named(resource, property, [reference]);
    const [cidr4] = [inputs["cidrIpv4"], ...texts(inputs["cidrBlocks"])].filter((one) => one !== undefined);
    const [cidr6] = [inputs["cidrIpv6"], ...texts(inputs["ipv6CidrBlocks"])].filter(
      (one) => one !== undefined,
    );
    const prefix = inputs["prefixListId"] ?? texts(inputs["prefixListIds"])[0];
    const known = (value: unknown) => (typeof value === "string" ? value : undefined);
    return [
      {
        GroupId: on,
        IsEgress: egress,
        SecurityGroupRuleId: resource.name,
        Urn: resource.urn,
        ...traffic(inputs),
        CidrIpv4: known(cidr4),
        CidrIpv6: known(cidr6),
        PrefixListId: known(prefix),
        ...(peer?.[0] === undefined ? {} : { ReferencedGroupInfo: { GroupId: peer[0] } }),
        ...(peer === undefined || [cidr4, cidr6, prefix].includes(UNKNOWN) ? { unknownPeer: true } : {}),
      },
    ];
  }

  private database(resource: PlannedResource): Plain {
    const inputs = resource.inputs;
    const groups = this.named(resource, "vpcSecurityGroupIds", list(inputs["vpcSecurityGroupIds"]));
    const subnets = this.subnetsOf(resource, inputs);
    return {
      DBInstanceIdentifier: resource.name,
      ...(subnets === undefined
        ? {}
        : { DBSubnetGroup: { Subnets: subnets.map((SubnetIdentifier) => ({ SubnetIdentifier })) } }),
      ...(groups === undefined
        ? {}
        : { VpcSecurityGroups: groups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId })) }),
    };
  }
}

const list = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];

const texts = (value: unknown): string[] =>
  list(value).filter((one): one is string => typeof one === "string");

function traffic(rule: Plain): Plain {
  const protocol = rule["ipProtocol"] ?? rule["protocol"];
  return {
    IpProtocol: protocol === UNKNOWN ? "unknown" : protocol,
    FromPort: rule["fromPort"],
    ToPort: rule["toPort"],
  };
}
