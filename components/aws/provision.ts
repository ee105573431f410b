// Longer than most: the example of a cluster in a VPC is a whole program.
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
 * What they share is a `ClusterAccess`; each `IsolatedApplication` that gets its share registers its `WorkloadSecurityGroups`, `DatabaseAccess`,
 * `WorkloadIdentity` and `BucketAccess`.
 *
 * @param name the cluster's: what resources' names begin with.
 * @param site all applications of the cluster: of `siteOf`.
 * @param opts `provider` is the AWS provider of the cluster's account and region.
 * @returns the shares by the applications' names: `aws` of `IsolatedApplication`.
 * @throws PalisadeInputError with every problem, before anything is registered.
 *
 * @example
 * ```ts
 * import * as aws from "@pulumi/aws";
 * import * as kubernetes from "@pulumi/kubernetes";
 * import {
 *   application,
 *   type Cluster,
 *   database,
 *   IsolatedApplication,
 *   type Placement,
 *   validateApplications,
 * } from "pulumi-palisade";
 * import { provisionSite, siteOf } from "pulumi-palisade/aws";
 *
 * const shop = application("shop", {
 *   owner: "shop-team",
 *   workloads: { api: { labels: { app: "api" }, serviceAccount: "api" } },
 *   databases: { orders: { engine: "postgres" } },
 *   flows: [{ from: "api", to: database("orders"), ports: ["tcp/5432"], because: "orders are kept there" }],
 * });
 * const cluster: Cluster = {
 *   name: "prod",
 *   access: { context: "eks-prod" }, // of the kubeconfig
 *   cni: "aws-vpc-cni",
 *   podCidrs: ["10.20.0.0/18"],
 *   serviceCidrs: ["172.20.0.0/16"],
 *   nodeCidrs: ["10.20.0.0/18"],
 *   dns: {
 *     namespace: "kube-system",
 *     pods: { "k8s-app": "kube-dns" },
 *     nodeLocalAddresses: [],
 *     serviceAddresses: ["172.20.0.10"],
 *   },
 *   apiServer: { endpoints: [{ cidr: "10.20.128.0/24", port: 443 }], serviceAddresses: ["172.20.0.1"] },
 *   platform: {},
 *   aws: {
 *     partition: "aws",
 *     region: "eu-central-1",
 *     account: "123456789012",
 *     vpc: { id: "vpc-0a1b2c3d4e5f67890", cidrs: ["10.20.0.0/16"] },
 *     ipFamily: "ipv4",
 *     podSecurityGroups: "migrating",
 *     networkPolicyEnforcingMode: "standard",
 *     externalSnat: false,
 *     groups: {
 *       node: { id: "sg-0aaaaaaaaaaaaaaa1", egress: "open" },
 *       controlPlane: { id: "sg-0aaaaaaaaaaaaaaa2", egress: "open" },
 *       dns: { id: "sg-0aaaaaaaaaaaaaaa1", egress: "open" },
 *       platform: {},
 *     },
 *     endpoints: {},
 *     identity: { eksName: "prod" },
 *     quotas: {
 *       rulesPerGroup: 60,
 *       groupsPerInterface: 5,
 *       rulesPerInterface: 1000,
 *       groupsPerRegion: 2500,
 *       s3PrefixListWeight: 1,
 *     },
 *   },
 * };
 * const placed = validateApplications([shop]).map((checked) => ({
 *   application: checked,
 *   placement: {
 *     application: checked.name,
 *     environment: "prod",
 *     namespace: checked.name,
 *     stage: "enforce",
 *     observedWorkloads: [],
 *     adopt: false,
 *     podSecurity: { enforce: "restricted", audit: "restricted", warn: "restricted" },
 *     databases: { orders: { subnetCidrs: ["10.20.64.0/24", "10.20.65.0/24"] } },
 *     buckets: {},
 *     identity: { kind: "pod-identity" },
 *     aws: {
 *       databases: {
 *         orders: {
 *           source: { kind: "existing", identifier: "orders", resourceId: "db-ABCDEF", group: { kind: "to-attach" } },
 *           credentials: { kind: "iam", user: "shop" },
 *         },
 *       },
 *       buckets: {},
 *       extraGroups: {},
 *       attachBy: "pod-labels",
 *       serviceAccountOwner: "application",
 *     },
 *   } satisfies Placement,
 * }));
 *
 * const providers = [
 *   new aws.Provider("prod", { region: "eu-central-1" }),
 *   new kubernetes.Provider("prod", { context: "eks-prod" }),
 * ];
 * const site = siteOf(cluster, placed);
 * const shares = site && provisionSite("prod", site, { environment: "prod", owner: "platform" }, { providers });
 * for (const { application: checked, placement } of placed) {
 *   const share = shares?.get(checked.name);
 *   new IsolatedApplication(
 *     `prod/${checked.name}`,
 *     { application: checked, placement, cluster, ...(share && { aws: share }) },
 *     { providers },
 *   );
 * }
 * ```
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
