import * as pulumi from "@pulumi/pulumi";
import type { AwsOutputs, AwsShare } from "../awsShare";
import type { Environment, Site } from "../../compile";
import {
  type AwsNetwork,
  type CompiledSite,
  type CompiledTenant,
  compileSite,
  type Ownership,
  renderAccess,
  type StatementResource,
  type WorkloadRole,
} from "../../compile/aws";
import { ClusterAccess } from "./clusterAccess";
import { DatabaseAccess } from "./databaseAccess";
import { GroupIds } from "./groupIds";
import { registerBuckets } from "./provisionBuckets";
import { WorkloadIdentity } from "./workloadIdentity";
import { WorkloadSecurityGroups } from "./workloadSecurityGroups";

/** Who answers for what a cluster's applications share. */
export interface SharedOwnership {
  readonly environment: Environment;
  readonly owner: string;
}

/**
 * Compiles a cluster's applications, registers what they share on AWS, and gives each its part, by application.
 * `opts.provider` is the AWS provider of the cluster's account and region.
 *
 * @throws PalisadeInputError with every problem, before anything is registered.
 */
export function provisionSite(
  name: string,
  site: Site,
  { environment, owner }: SharedOwnership,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, AwsShare> {
  return provisionCompiled(name, compileSite(site), { environment, owner }, opts);
}

/** The same of a site that is compiled already. */
export function provisionCompiled(
  name: string,
  compiled: CompiledSite,
  { environment, owner }: SharedOwnership,
  opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, AwsShare> {
  const { site } = compiled;
  const ids = new GroupIds();
  const shared = new ClusterAccess(name, { compiled, ids, environment, owner }, opts);
  return new Map(
    compiled.tenants.map((tenant): [string, AwsShare] => [
      tenant.tenant.application.name,
      {
        application: tenant.application,
        notes: tenant.notes,
        quotas: tenant.quotas,
        register: (under, parent, namespace, policies) =>
          registerTenant(under, tenant, { site, ids, shared, parent, namespace, policies }),
      },
    ]),
  );
}

interface Registration {
  readonly site: Site;
  readonly ids: GroupIds;
  readonly shared: ClusterAccess;
  readonly parent: pulumi.ComponentResource;
  readonly namespace: pulumi.Resource;
  readonly policies: ReadonlyMap<string, string>;
}

/** Databases' groups first, then the workloads' with all rules, then who may use what. */
function registerTenant(name: string, compiled: CompiledTenant, registration: Registration): AwsOutputs {
  const { site, ids, shared, parent, namespace, policies } = registration;
  const { application, placement } = compiled.tenant;
  const ownership: Ownership = {
    application: application.name,
    owner: application.owner,
    environment: placement.environment,
  };
  const databases = registerDatabases(name, compiled, ownership, registration);
  if (compiled.groups.length > 0 || compiled.rules.length > 0) {
    new WorkloadSecurityGroups(
      name,
      {
        compiled,
        vpcId: site.cluster.aws.vpc.id,
        clusterName: site.cluster.name,
        ownership,
        ids,
        before: [namespace, shared],
      },
      { parent },
    );
  }
  for (const role of compiled.roles) {
    registerIdentity(name, role, compiled, ownership, databases, registration);
  }
  return {
    access: compiled.access.map((line) => renderAccess(line, policies)),
    policiesForOwners: registerBuckets(name, compiled, ownership, { site, shared, parent }),
  };
}

function registerDatabases(
  name: string,
  { tenant }: CompiledTenant,
  ownership: Ownership,
  { site, ids, parent }: Registration,
): ReadonlyMap<string, DatabaseAccess> {
  const { application, aws } = tenant;
  return new Map(
    sorted(aws.databases).flatMap(([database, { source }]) => {
      const declared = application.databases[database];
      if (declared === undefined) return [];
      const { engine, port } = declared;
      const access = new DatabaseAccess(
        `${name}/${database}`,
        { database, engine, port, vpcId: site.cluster.aws.vpc.id, source, ownership, ids },
        { parent },
      );
      return [[database, access] as const];
    }),
  );
}

function registerIdentity(
  name: string,
  role: WorkloadRole,
  { tenant, attachments }: CompiledTenant,
  ownership: Ownership,
  databases: ReadonlyMap<string, DatabaseAccess>,
  { site, parent, namespace }: Registration,
): void {
  const { aws } = site.cluster;
  const labels = attachments
    .filter(
      ({ name: attached, selects }) =>
        selects.kind === "service-account" && role.members.includes(attached.replace(".", "/")),
    )
    .map(({ selects }) => selects.labels);
  new WorkloadIdentity(
    `${name}/${role.serviceAccount}`,
    {
      role,
      identity: tenant.placement.identity?.kind ?? "pod-identity",
      eksName: aws.identity.eksName,
      serviceAccountOwner: tenant.aws.serviceAccountOwner,
      labels: labels[0] ?? {},
      arnOf: (resource) => databaseArn(resource, databases, aws),
      ownership,
      namespace,
    },
    { parent },
  );
}

/** What of a database a statement names. */
function databaseArn(
  resource: Exclude<StatementResource, { readonly kind: "arn" }>,
  databases: ReadonlyMap<string, DatabaseAccess>,
  { partition, region, account }: AwsNetwork,
): pulumi.Input<string> {
  const access = databases.get(resource.database);
  const fact = resource.kind === "database-user" ? access?.resourceId : access?.secretArn;
  if (fact === undefined) throw new Error(`database ${resource.database}: its ${resource.kind} is not known`);
  return resource.kind === "database-secret"
    ? fact
    : pulumi.interpolate`arn:${partition}:rds-db:${region}:${account}:dbuser:${fact}/${resource.user}`;
}

const sorted = <T>(record: Readonly<Record<string, T>>): (readonly [string, T])[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
