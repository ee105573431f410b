import * as ec2 from "@aws-sdk/client-ec2";
import type { Values } from "../values";
import { found, number, required, tagList, tagMap, text, type Aws, type Kind } from "./kind";

/** Type of the resource's tags in the API. */
const tagged = (ResourceType: ec2.ResourceType, inputs: Values): ec2.TagSpecification[] => {
  const Tags = tagList(inputs["tags"]);
  return Tags.length === 0 ? [] : [{ ResourceType, Tags }];
};

/** Sets the tags to what the inputs say. */
async function retag({ ec2: client }: Aws, id: string, inputs: Values, olds: Values): Promise<void> {
  const [old, now] = [tagList(olds["tags"]), tagList(inputs["tags"])];
  if (old.length > 0) await client.send(new ec2.DeleteTagsCommand({ Resources: [id], Tags: old }));
  if (now.length > 0) await client.send(new ec2.CreateTagsCommand({ Resources: [id], Tags: now }));
}

export const securityGroup: Kind = {
  replaces: ["name", "namePrefix", "description", "vpcId"],
  autonamed: "name",
  tagged: true,
  imported: ["name", "description", "vpcId", "tags"],

  async create(aws, inputs) {
    const made = await aws.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        GroupName: required(inputs, "name"),
        Description: text(inputs["description"]) ?? "Managed by Pulumi",
        VpcId: text(inputs["vpcId"]),
        TagSpecifications: tagged("security-group", inputs),
      }),
    );
    const id = made.GroupId ?? "";
    // As the provider does: AWS's own rule that lets everything out goes.
    const everything = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    await aws.ec2.send(
      new ec2.RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: [everything] }),
    );
    return { id, outputs: (await this.read(aws, id, inputs)) ?? {} };
  },

  async update(aws, { id, outputs }, inputs, olds) {
    await retag(aws, id, inputs, olds);
    return (await this.read(aws, id, { ...outputs, ...inputs })) ?? {};
  },

  async read(aws, id, outputs) {
    const answer = await found(() => aws.ec2.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [id] })));
    const [group] = answer?.SecurityGroups ?? [];
    if (group === undefined) return undefined;
    return {
      ...outputs,
      ...{
        id,
        name: group.GroupName,
        description: group.Description,
        vpcId: group.VpcId,
        ownerId: group.OwnerId,
      },
      tagsAll: tagMap(group.Tags),
      arn: `arn:aws:ec2:${aws.region}:${group.OwnerId ?? ""}:security-group/${id}`,
    };
  },

  async remove(aws, { id, outputs }) {
    if (outputs["revokeRulesOnDelete"] === true) await revokeAll(aws, id);
    const [referring] = (await rulesTouching(aws, id)).filter(({ GroupId }) => GroupId !== id);
    // AWS refuses, moto doesn't.
    if (referring !== undefined)
      throw new Error(
        `DependencyViolation: resource ${id} has a dependent object: ${referring.SecurityGroupRuleId ?? ""} of ${referring.GroupId ?? ""}`,
      );
    await found(() => aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ GroupId: id })));
  },
};

/** A group's own rules, and other groups' that refer to it. */
async function rulesTouching({ ec2: client }: Aws, id: string): Promise<readonly ec2.SecurityGroupRule[]> {
  const { SecurityGroupRules = [] } = await client.send(new ec2.DescribeSecurityGroupRulesCommand({}));
  return SecurityGroupRules.filter(
    ({ GroupId, ReferencedGroupInfo }) => GroupId === id || ReferencedGroupInfo?.GroupId === id,
  );
}

async function revokeAll(aws: Aws, id: string): Promise<void> {
  for (const { GroupId, SecurityGroupRuleId = "", IsEgress } of await rulesTouching(aws, id)) {
    const asked = { GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] };
    await (IsEgress === true
      ? aws.ec2.send(new ec2.RevokeSecurityGroupEgressCommand(asked))
      : aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(asked)));
  }
}

/** The inputs of which a rule has one. */
const peerKinds = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

/** One standalone rule, as the authorize calls take it. */
function permission(inputs: Values): ec2.IpPermission {
  const Description = text(inputs["description"]);
  const cidr = text(inputs["cidrIpv4"]);
  const cidr6 = text(inputs["cidrIpv6"]);
  const list = text(inputs["prefixListId"]);
  const group = text(inputs["referencedSecurityGroupId"]);
  return {
    IpProtocol: required(inputs, "ipProtocol"),
    FromPort: number(inputs["fromPort"]),
    ToPort: number(inputs["toPort"]),
    ...(cidr === undefined ? {} : { IpRanges: [{ CidrIp: cidr, Description }] }),
    ...(cidr6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: cidr6, Description }] }),
    ...(list === undefined ? {} : { PrefixListIds: [{ PrefixListId: list, Description }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, Description }] }),
  };
}

function rule(direction: "ingress" | "egress"): Kind {
  return {
    // As the official one: ports and the peer change in place, but not what kind of peer it is.
    replaces: ["securityGroupId"],
    keepsState: true,
    tagged: true,
    imported: ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...peerKinds, "description", "tags"],
    alsoReplaces: (olds, news) => {
      const kindOf = (inputs: Values) => peerKinds.find((name) => inputs[name] !== undefined);
      const kinds = [kindOf(olds), kindOf(news)].filter((name) => name !== undefined);
      return kinds[0] === kinds[1] ? [] : kinds;
    },

    async create(aws, inputs) {
      const GroupId = required(inputs, "securityGroupId");
      const asked = { GroupId, IpPermissions: [permission(inputs)] };
      const TagSpecifications = tagged("security-group-rule", inputs);
      const answer =
        direction === "ingress"
          ? await aws.ec2.send(new ec2.AuthorizeSecurityGroupIngressCommand({ ...asked, TagSpecifications }))
          : await aws.ec2.send(new ec2.AuthorizeSecurityGroupEgressCommand({ ...asked, TagSpecifications }));
      const id = answer.SecurityGroupRules?.[0]?.SecurityGroupRuleId;
      if (id === undefined) throw new Error(`${GroupId}: the rule was accepted without an id`);
      return { id, outputs: { ...inputs, securityGroupRuleId: id } };
    },

    async update(aws, { id }, inputs, olds) {
      await retag(aws, id, inputs, olds);
      await aws.ec2.send(
        new ec2.ModifySecurityGroupRulesCommand({
          GroupId: required(inputs, "securityGroupId"),
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: id,
              SecurityGroupRule: {
                IpProtocol: required(inputs, "ipProtocol"),
                FromPort: number(inputs["fromPort"]),
                ToPort: number(inputs["toPort"]),
                CidrIpv4: text(inputs["cidrIpv4"]),
                CidrIpv6: text(inputs["cidrIpv6"]),
                PrefixListId: text(inputs["prefixListId"]),
                ReferencedGroupId: text(inputs["referencedSecurityGroupId"]),
                Description: text(inputs["description"]),
              },
            },
          ],
        }),
      );
      return { ...inputs, securityGroupRuleId: id };
    },

    async read(aws, id, outputs) {
      const answer = await found(() =>
        aws.ec2.send(new ec2.DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] })),
      );
      const [live] = answer?.SecurityGroupRules ?? [];
      if (live === undefined) return undefined;
      const ports = live.IpProtocol === "-1" ? {} : { fromPort: live.FromPort, toPort: live.ToPort };
      return {
        // moto loses it on rules that refer to a group: what was set counts, where it was.
        description: live.Description,
        ...outputs,
        ...{ securityGroupId: live.GroupId, ipProtocol: live.IpProtocol, ...ports },
        ...{ cidrIpv4: live.CidrIpv4, cidrIpv6: live.CidrIpv6, prefixListId: live.PrefixListId },
        referencedSecurityGroupId: live.ReferencedGroupInfo?.GroupId,
        securityGroupRuleId: id,
        tagsAll: tagMap(live.Tags),
      };
    },

    async remove(aws, { id, outputs }) {
      const asked = { GroupId: required(outputs, "securityGroupId"), SecurityGroupRuleIds: [id] };
      await found(() =>
        direction === "ingress"
          ? aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand(asked))
          : aws.ec2.send(new ec2.RevokeSecurityGroupEgressCommand(asked)),
      );
    },
  };
}

export const ingressRule = rule("ingress");
export const egressRule = rule("egress");

export const vpcEndpointPolicy: Kind = {
  replaces: ["vpcEndpointId"],
  async create(aws, inputs) {
    const id = required(inputs, "vpcEndpointId");
    return { id, outputs: await this.update(aws, { id, outputs: {} }, inputs, {}) };
  },
  async update(aws, { id }, inputs) {
    const PolicyDocument = required(inputs, "policy");
    await aws.ec2.send(new ec2.ModifyVpcEndpointCommand({ VpcEndpointId: id, PolicyDocument }));
    return inputs;
  },
  async read(aws, id, outputs) {
    const answer = await found(() =>
      aws.ec2.send(new ec2.DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })),
    );
    return answer?.VpcEndpoints?.[0] === undefined ? undefined : outputs;
  },
  async remove(aws, { id }) {
    await found(() =>
      aws.ec2.send(new ec2.ModifyVpcEndpointCommand({ VpcEndpointId: id, ResetPolicy: true })),
    );
  },
};
