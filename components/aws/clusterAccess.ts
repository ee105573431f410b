import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { VpcEndpointPolicy } from "@pulumi/aws/ec2/vpcEndpointPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../compile";
import {
  type AwsNetwork,
  type CompiledSite,
  endpointPolicyText,
  groupLabel,
  tagsOf,
} from "../../compile/aws";
import type { GroupIds } from "./groupIds";
import { type RuleScope, registerGroup, registerRules } from "./registerRules";

/** What `ClusterAccess` takes: all that the cluster's applications were compiled to. */
export interface ClusterAccessArgs {
  /** Of `compileSite`: all applications of the cluster at once, since their groups meet in rules. */
  readonly compiled: CompiledSite;
  /** Where the ids of the groups that it makes are said: the same that the cluster's `WorkloadSecurityGroups` get. */
  readonly ids: GroupIds;
  /** For tags; in uat and prod what it makes is protected. */
  readonly environment: Environment;
  /** The team that answers for what applications share. */
  readonly owner: string;
}

/**
 * What the applications of one cluster share on AWS: the `dns-client` group, S3's endpoint where we make it, and the
 * rules that belong to no single application. Give it an AWS provider.
 */
export class ClusterAccess extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:ClusterAccess";
  /** The id of S3's endpoint, made or given; absent where the cluster has none. */
  readonly s3EndpointId: pulumi.Output<string> | undefined;
  /** What the owner of S3's endpoint may write as its policy, to admit these buckets only: JSON, by what it is for. */
  readonly policiesForOwners: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(ClusterAccess.type, name, {}, opts);
    const { compiled, ids, environment, owner } = args;
    const { cluster } = compiled.site;
    const ownership = { application: cluster.name, owner, environment };
    const scope: RuleScope = { name, parent: this, ids, tags: (tag) => tagsOf(ownership, tag) };
    const groups = compiled.shared.groups.map((ref) => ({
      ref,
      group: registerGroup(
        ref,
        {
          vpcId: cluster.aws.vpc.id,
          what:
            ref.kind === "dns-client"
              ? `name resolution for pods of cluster ${cluster.name}`
              : `endpoint of S3 for cluster ${cluster.name}`,
          tag: `${cluster.name}-${groupLabel(ref)}`,
        },
        scope,
      ),
    }));
    registerRules(compiled.shared.rules, scope);
    const endpointGroup = groups.find(({ ref }) => ref.kind === "s3-endpoint")?.group;
    const policy = endpointPolicyText(compiled.site);
    this.s3EndpointId = s3Endpoint(cluster.aws, endpointGroup, policy, environment !== "dev", scope);
    this.policiesForOwners = forOwner(cluster.aws, policy);
    this.registerOutputs({
      cluster: cluster.name,
      quotas: compiled.shared.quotas,
      groupIds: Object.fromEntries(groups.map(({ ref, group }) => [groupLabel(ref), group.id])),
      // Known in a preview, where ids aren't yet.
      groups: Object.fromEntries(groups.map(({ ref, group }) => [groupLabel(ref), group.urn])),
      s3EndpointId: this.s3EndpointId,
      policiesForOwners: this.policiesForOwners,
    });
  }
}

/** An endpoint that exists keeps its owner's policy, unless the config says to take it over. */
function forOwner(
  { endpoints: { s3 } }: AwsNetwork,
  policy: string | undefined,
): Readonly<Record<string, pulumi.Output<string>>> {
  if (policy === undefined || s3?.source.kind !== "existing" || s3.takeOverPolicy) return {};
  return { [`S3 endpoint ${s3.source.id}`]: pulumi.output(policy) };
}

/** The endpoint's id, after it and its policy are registered where they are ours; without the policy, S3 is open. */
function s3Endpoint(
  { endpoints: { s3 }, region, vpc }: AwsNetwork,
  group: SecurityGroup | undefined,
  policy: string | undefined,
  protect: boolean,
  { name, parent, tags }: RuleScope,
): pulumi.Output<string> | undefined {
  if (s3 === undefined) return undefined;
  const ours = s3.takeOverPolicy ? policy : undefined;
  if (s3.source.kind === "existing") {
    if (ours !== undefined) {
      new VpcEndpointPolicy(`${name}/s3`, { vpcEndpointId: s3.source.id, policy: ours }, { parent, protect });
    }
    return pulumi.output(s3.source.id);
  }
  const common = {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${region}.s3`,
    tags: tags(`${name}-s3`),
    ...(ours === undefined ? {} : { policy: ours }),
  };
  const endpoint = new VpcEndpoint(
    `${name}/s3`,
    "routeTableIds" in s3.source
      ? { ...common, vpcEndpointType: "Gateway", routeTableIds: [...s3.source.routeTableIds] }
      : {
          ...common,
          vpcEndpointType: "Interface",
          subnetIds: [...s3.source.subnetIds],
          securityGroupIds: group === undefined ? [] : [group.id],
          privateDnsEnabled: true,
          // Else AWS asks for a gateway endpoint beside it.
          dnsOptions: { privateDnsOnlyForInboundResolverEndpoint: false },
        },
    { parent },
  );
  return endpoint.id;
}
