import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy, type RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { ServiceAccountPatch } from "@pulumi/kubernetes/core/v1/serviceAccountPatch";
import * as pulumi from "@pulumi/pulumi";
import type { CloudIdentity } from "../../compile";
import {
  type AllowStatement,
  type GroupAttachment,
  type Ownership,
  type StatementResource,
  tagsOf,
  type WorkloadRole,
} from "../../compile/aws";
import { FIELD_MANAGER } from "../fieldManager";

/** What `WorkloadIdentity` takes. */
export interface WorkloadIdentityArgs {
  /** The role with its statements, of `compileSite`: one of a tenant's `roles`. */
  readonly role: WorkloadRole;
  /** How pods of the cluster get credentials: "irsa" or "pod-identity". */
  readonly identity: CloudIdentity["kind"];
  /** The cluster's name in EKS, for Pod Identity. */
  readonly eksName: string;
  /** Whether the ServiceAccount is made here, or annotated where the application's deployment makes it. */
  readonly serviceAccountOwner: "palisade" | "application";
  /** Labels by which SecurityGroupPolicies find the ServiceAccount; none: they select pods. */
  readonly labels: GroupAttachment["selects"]["labels"];
  /** ARNs that only exist once a database does. */
  readonly arnOf: (resource: Exclude<StatementResource, { readonly kind: "arn" }>) => pulumi.Input<string>;
  /** Whose it is: tags. */
  readonly ownership: Ownership;
  /** The namespace, where the program makes it: it exists before the ServiceAccount. */
  readonly namespace?: pulumi.Resource;
}

/**
 * The role of one ServiceAccount, trusted to nobody else, with the least that its workloads' flows need; and what ties
 * the two: the account's annotation (IRSA) or an association (Pod Identity).
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:WorkloadIdentity";
  /** The role's ARN. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: WorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super(WorkloadIdentity.type, name, {}, opts);
    const { role, ownership } = args;
    const made = new Role(
      name,
      {
        name: role.name,
        description: `Palisade: ${role.members.join(", ")} of ${ownership.application} (${ownership.environment})`,
        assumeRolePolicy: JSON.stringify(role.trust),
        tags: tagsOf(ownership),
      },
      { parent: this },
    );
    new RolePolicy(
      name,
      { role: made.name, policy: rolePolicy(role.statements, args.arnOf) },
      { parent: this },
    );
    this.roleArn = made.arn;
    registerAccount(name, args, this);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

/** The account exists before its workloads, which an application's own deployment makes. */
function registerAccount(
  name: string,
  { role, identity, eksName, serviceAccountOwner, labels, ownership, namespace }: WorkloadIdentityArgs,
  parent: pulumi.Resource,
): void {
  const metadata = {
    name: role.serviceAccount,
    namespace: role.namespace,
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    ...(identity === "irsa" ? { annotations: { "eks.amazonaws.com/role-arn": role.arn } } : {}),
  };
  const options = { parent, ...(namespace === undefined ? {} : { dependsOn: [namespace] }) };
  if (serviceAccountOwner === "palisade") {
    const annotations = { ...metadata.annotations, ...FIELD_MANAGER };
    new ServiceAccount(name, { metadata: { ...metadata, annotations } }, options);
  } else if (metadata.labels !== undefined || metadata.annotations !== undefined) {
    new ServiceAccountPatch(name, { metadata }, options);
  }
  if (identity === "pod-identity") {
    new PodIdentityAssociation(
      name,
      {
        clusterName: eksName,
        namespace: role.namespace,
        serviceAccount: role.serviceAccount,
        roleArn: role.arn,
        tags: tagsOf(ownership),
      },
      { parent },
    );
  }
}

/** A map and not its text, so that a preview knows everything of it but the ARN of a database that is yet to be made. */
const rolePolicy = (
  statements: readonly AllowStatement[],
  arnOf: WorkloadIdentityArgs["arnOf"],
): RolePolicyArgs["policy"] => ({
  Version: "2012-10-17",
  Statement: statements.map(({ actions, resources, condition }) => ({
    Effect: "Allow",
    Action: [...actions],
    Resource: resources.map((resource) => (resource.kind === "arn" ? resource.arn : arnOf(resource))),
    ...(condition === undefined ? {} : { Condition: condition }),
  })),
});
