import { Cluster } from "@pulumi/aws/rds/cluster";
import { ClusterInstance } from "@pulumi/aws/rds/clusterInstance";
import { ClusterParameterGroup } from "@pulumi/aws/rds/clusterParameterGroup";
import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import type * as pulumi from "@pulumi/pulumi";
import {
  DATABASE_CARE,
  engineSupport,
  NEW_DATABASE_ENGINES,
  type Ownership,
  tagsOf,
} from "../../compile/aws";
import type { ProgramDatabase } from "./sources";

export interface NewDatabaseArgs {
  readonly source: Extract<ProgramDatabase, { readonly kind: "new" }>;
  readonly engine: string;
  readonly port: number;
  readonly ownership: Ownership;
  readonly groupId: pulumi.Input<string>;
}

/** What of a new database roles need. */
export interface NewDatabase {
  readonly resourceId: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;
}

/**
 * Registers a database with its subnet and parameter groups.
 * @throws Error for an engine of which we make none: `checkDatabase` refuses it with its remedy.
 */
export function newDatabase(name: string, args: NewDatabaseArgs, parent: pulumi.Resource): NewDatabase {
  const { source, engine, ownership } = args;
  const support = engineSupport(engine);
  const family = support?.family(source.engineVersion);
  if (support === undefined || family === undefined) {
    throw new Error(`${engine} ${source.engineVersion}: we make only ${NEW_DATABASE_ENGINES.join(", ")}`);
  }
  const tags = tagsOf(ownership);
  const subnets = new SubnetGroup(
    name,
    { description: `Private subnets of ${source.identifier}`, subnetIds: [...source.subnetIds], tags },
    { parent },
  );
  const parameters = {
    family,
    description: `TLS only, for ${source.identifier}`,
    parameters: [{ ...support.forceTls, applyMethod: "immediate" }],
    tags,
  };
  return support.aurora
    ? aurora(name, args, subnets, new ClusterParameterGroup(name, parameters, { parent }), parent)
    : instance(name, args, subnets, new ParameterGroup(name, parameters, { parent }), parent);
}

/** What an instance and an Aurora cluster have in common. */
function common({ source, engine, port, ownership, groupId }: NewDatabaseArgs, subnets: SubnetGroup) {
  const care = DATABASE_CARE[ownership.environment];
  return {
    engine,
    engineVersion: source.engineVersion,
    port,
    dbSubnetGroupName: subnets.name,
    vpcSecurityGroupIds: [groupId],
    storageEncrypted: true,
    ...(source.kmsKeyArn === undefined ? {} : { kmsKeyId: source.kmsKeyArn }),
    iamDatabaseAuthenticationEnabled: true,
    manageMasterUserPassword: true,
    deletionProtection: care.deletionProtection,
    skipFinalSnapshot: !care.finalSnapshot,
    ...(care.finalSnapshot ? { finalSnapshotIdentifier: `${source.identifier}-final` } : {}),
    copyTagsToSnapshot: true,
    tags: tagsOf(ownership),
  };
}

/** The master user is for administration; workloads log in as users of their own. */
const MASTER = "palisade_admin";

function instance(
  name: string,
  args: NewDatabaseArgs,
  subnets: SubnetGroup,
  parameters: ParameterGroup,
  parent: pulumi.Resource,
): NewDatabase {
  const { source, ownership } = args;
  const care = DATABASE_CARE[ownership.environment];
  const made = new Instance(
    name,
    {
      ...common(args, subnets),
      identifier: source.identifier,
      username: MASTER,
      instanceClass: source.instanceClass,
      allocatedStorage: source.storageGb,
      storageType: "gp3",
      parameterGroupName: parameters.name,
      publiclyAccessible: false,
      multiAz: care.multiAz,
      backupRetentionPeriod: care.backupRetentionDays,
    },
    { parent, protect: ownership.environment !== "dev" },
  );
  return { resourceId: made.resourceId, secretArn: secretOf(made.masterUserSecrets) };
}

function aurora(
  name: string,
  args: NewDatabaseArgs,
  subnets: SubnetGroup,
  parameters: ClusterParameterGroup,
  parent: pulumi.Resource,
): NewDatabase {
  const { source, engine, ownership } = args;
  const care = DATABASE_CARE[ownership.environment];
  const protect = ownership.environment !== "dev";
  const made = new Cluster(
    name,
    {
      ...common(args, subnets),
      clusterIdentifier: source.identifier,
      masterUsername: MASTER,
      dbClusterParameterGroupName: parameters.name,
      backupRetentionPeriod: care.backupRetentionDays,
    },
    { parent, protect },
  );
  // Aurora's second availability zone is a second instance.
  for (const number of care.multiAz ? [1, 2] : [1]) {
    new ClusterInstance(
      `${name}/${number}`,
      {
        clusterIdentifier: made.id,
        identifier: `${source.identifier}-${number}`,
        engine: engine === "aurora-mysql" ? "aurora-mysql" : "aurora-postgresql",
        engineVersion: source.engineVersion,
        instanceClass: source.instanceClass,
        dbSubnetGroupName: subnets.name,
        publiclyAccessible: false,
        tags: tagsOf(ownership),
      },
      { parent, protect },
    );
  }
  return { resourceId: made.clusterResourceId, secretArn: secretOf(made.masterUserSecrets) };
}

/** RDS makes one secret for the master user. */
const secretOf = (
  secrets: pulumi.Output<{ readonly secretArn: string }[] | undefined>,
): pulumi.Output<string> =>
  secrets.apply((list) => {
    const [first] = list ?? [];
    if (first === undefined) throw new Error("RDS made no secret for the master password");
    return first.secretArn;
  });
