import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type * as pulumi from "@pulumi/pulumi";
import {
  awsText,
  type CompiledGroupPeer,
  type CompiledGroupRule,
  groupLabel,
  type MadeGroupRef,
  type RuleTraffic,
} from "../../compile/aws";
import type { GroupIds } from "./groupIds";

/** What rules and groups are registered under. */
export interface RuleScope {
  /** What names begin with: the component's. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly ids: GroupIds;
  readonly tags: (name?: string) => Record<string, string>;
}

/**
 * Registers a group. Its description is of its identity alone: a change would replace the group. Rules of groups refer
 * to each other, so what AWS still finds there when a group goes is revoked first.
 */
export function registerGroup(
  ref: MadeGroupRef,
  facts: { readonly vpcId: pulumi.Input<string>; readonly what: string; readonly tag: string },
  { name, parent, ids, tags }: RuleScope,
): SecurityGroup {
  const group = new SecurityGroup(
    `${name}/${groupLabel(ref)}`,
    {
      vpcId: facts.vpcId,
      description: awsText(`Palisade: ${facts.what}`),
      revokeRulesOnDelete: true,
      tags: tags(facts.tag),
    },
    { parent },
  );
  ids.set(ref, group.id);
  return group;
}

/** Registers rules, each a resource of its own: inline rules and these would overwrite each other. */
export function registerRules(
  rules: readonly CompiledGroupRule[],
  { name, parent, ids, tags }: RuleScope,
): (SecurityGroupIngressRule | SecurityGroupEgressRule)[] {
  return rules.map((rule) => {
    const Kind = rule.direction === "ingress" ? SecurityGroupIngressRule : SecurityGroupEgressRule;
    return new Kind(
      `${name}/${rule.name}`,
      {
        securityGroupId: ids.of(rule.on),
        ...peerArgs(rule.peer, ids),
        ...trafficArgs(rule.traffic),
        description: rule.description,
        tags: tags(),
      },
      { parent },
    );
  });
}

function peerArgs(peer: CompiledGroupPeer, ids: GroupIds) {
  switch (peer.kind) {
    case "group":
      return { referencedSecurityGroupId: ids.of(peer.group) };
    case "prefix-list":
      return { prefixListId: peer.id };
    case "cidr":
      return peer.cidr.includes(":") ? { cidrIpv6: peer.cidr } : { cidrIpv4: peer.cidr };
  }
}

function trafficArgs(traffic: RuleTraffic) {
  switch (traffic.kind) {
    case "everything":
      return { ipProtocol: "-1" };
    case "ports":
      return { ipProtocol: traffic.protocol, fromPort: traffic.from, toPort: traffic.to };
  }
}
