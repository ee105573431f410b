import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import {
  type CompiledTenant,
  type GroupAttachment,
  groupKey,
  groupLabel,
  type MadeGroupRef,
  type Ownership,
  tagsOf,
} from "../../compile/aws";
import { FIELD_MANAGER } from "../fieldManager";
import { GroupIds } from "./groupIds";
import { type RuleScope, registerGroup, registerRules } from "./registerRules";

/** What `WorkloadSecurityGroups` takes. The compiled part is plain: how many resources there are is always known. */
export interface WorkloadSecurityGroupsArgs {
  /** Of `compileSite`: one of its `tenants`. */
  readonly compiled: Pick<CompiledTenant, "groups" | "rules" | "attachments">;
  /** The VPC of the groups ("vpc-…"). */
  readonly vpcId: pulumi.Input<string>;
  /** The cluster's name: it is in the groups' Name tags. */
  readonly clusterName: string;
  /** Whose they are: tags. */
  readonly ownership: Ownership;
  /** Ids of groups that others make: databases', the shared ones. The workloads' are added. */
  readonly ids?: GroupIds;
  /** What has to exist before a SecurityGroupPolicy: the namespace, the shared group with its rules. */
  readonly before?: readonly pulumi.Resource[];
}

/**
 * The security groups of an application's workloads, all rules of the pairs that they are one end of, and the
 * SecurityGroupPolicies that attach them. Give it an AWS and a Kubernetes provider.
 *
 * Order: groups, rules, attachments: a pod that restarts while this is going on finds its rules in place. Deletion goes
 * the other way round: the attachment first, or a pod could be given a group that is gone and never start.
 */
export class WorkloadSecurityGroups extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:WorkloadSecurityGroups";
  /** Ids by workload or instance: "keycloak", "fineract/write". */
  readonly groupIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WorkloadSecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(WorkloadSecurityGroups.type, name, {}, opts);
    const { compiled, ownership, ids = new GroupIds() } = args;
    const scope: RuleScope = {
      name,
      parent: this,
      ids,
      tags: (tag) => tagsOf(ownership, tag),
    };
    const groups = compiled.groups.filter(isWorkloadGroup).map((ref) => {
      const group = registerGroup(
        ref,
        {
          vpcId: args.vpcId,
          what: `workload ${ref.id} of ${ref.application} (${ownership.environment})`,
          tag: `${args.clusterName}-${ref.application}-${groupLabel(ref)}`,
        },
        scope,
      );
      return { ref, group };
    });
    const rules = registerRules(compiled.rules, scope);
    for (const attachment of compiled.attachments) {
      const key = groupKey(attachment.groups[0] ?? { kind: "dns-client" });
      const own = groups.filter(({ ref }) => groupKey(ref) === key).map(({ group }) => group);
      const dependsOn = [...(args.before ?? []), ...own, ...rules];
      registerAttachment(attachment, scope, dependsOn);
    }
    this.groupIds = Object.fromEntries(groups.map(({ ref, group }) => [ref.id, group.id]));
    this.registerOutputs({
      groupIds: this.groupIds,
      // Known in a preview, where ids aren't yet.
      groups: Object.fromEntries(groups.map(({ ref, group }) => [ref.id, group.urn])),
    });
  }
}

const isWorkloadGroup = (ref: MadeGroupRef): ref is Extract<MadeGroupRef, { readonly kind: "workload" }> =>
  ref.kind === "workload";

function registerAttachment(
  { name, namespace, selects, groups }: GroupAttachment,
  scope: RuleScope,
  dependsOn: pulumi.Resource[],
): void {
  const selector = { matchLabels: { ...selects.labels } };
  new CustomResource(
    `${scope.name}/${name}`,
    {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name, namespace, annotations: { ...FIELD_MANAGER } },
      spec: {
        ...(selects.kind === "pod-labels" ? { podSelector: selector } : { serviceAccountSelector: selector }),
        securityGroups: { groupIds: groups.map((ref) => scope.ids.of(ref)) },
      },
    },
    { parent: scope.parent, dependsOn },
  );
}
