import { type Cursor, type Field, mapField, type Unread } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, reference, type ResourceReference, references } from "./subject";

/** An RDS instance, an RDS or Aurora cluster, or an instance of a cluster. */
export interface DatabaseFact {
  readonly kind: "Database";
  readonly subject: AwsSubject;
  readonly title: string;
  /** `member`: an instance of a cluster, which carries its cluster's groups, encryption and backups. */
  readonly form: "instance" | "cluster" | "member";
  readonly publiclyAccessible: Field<boolean | undefined>;
  /** Undefined where the program leaves them to AWS. */
  readonly groups: Field<readonly ResourceReference[]> | undefined;
  readonly storageEncrypted: Field<boolean | undefined>;
  readonly deletionProtection: Field<boolean | undefined>;
  /** In days. */
  readonly backupRetention: Field<number | undefined>;
  readonly iamAuthentication: Field<boolean | undefined>;
  /** Whether AWS's Data API takes queries for it; clusters only. */
  readonly dataApi: Field<boolean | undefined>;
  /** The tag `environment`. */
  readonly environment: Field<string | undefined>;
  /** Made from another database, whose encryption and backups it takes over: a replica. */
  readonly isReplica: Field<boolean>;
  /** The database that a replica copies: by its ARN, it is in another region. */
  readonly replicates: ResourceReference | undefined;
  /** What it takes over from a snapshot or another database: whether that is encrypted, the program doesn't say. */
  readonly inherits: Unread | undefined;
  /** Aurora's first serverless engine, whose storage is always encrypted. */
  readonly isServerlessV1: boolean;
  readonly engine: Field<string | undefined>;
  readonly engineVersion: Field<string | undefined>;
  readonly parameterGroup: ResourceReference | undefined;
  /** The property that names its option group; undefined where there is none. */
  readonly optionGroup: string | undefined;
}

/** Reads an `aws.rds.Instance`, `Cluster` or `ClusterInstance`. */
export function readDatabase(subject: AwsSubject, form: DatabaseFact["form"]): DatabaseFact {
  const at = (name: string) => property(subject, name);
  const groups = at("vpcSecurityGroupIds");
  const name = at(form === "cluster" ? "clusterIdentifier" : "identifier").text();
  const source = at(form === "cluster" ? "replicationSourceIdentifier" : "replicateSourceDb");
  return {
    kind: "Database",
    subject,
    title: describe(TITLES[form], [name], subject),
    form,
    publiclyAccessible: at("publiclyAccessible").boolean(),
    groups: groups.isAbsent() ? undefined : references(groups, subject.madeFrom?.["vpcSecurityGroupIds"]),
    storageEncrypted: at("storageEncrypted").boolean(),
    deletionProtection: at("deletionProtection").boolean(),
    backupRetention: at("backupRetentionPeriod").integer(),
    iamAuthentication: at("iamDatabaseAuthenticationEnabled").boolean(),
    dataApi: at("enableHttpEndpoint").boolean(),
    environment: at("tags").at("environment").text(),
    // Whatever its value is, a source that is there makes a replica.
    isReplica: { known: true, value: !source.isAbsent() },
    replicates: reference(subject, form === "cluster" ? "replicationSourceIdentifier" : "replicateSourceDb"),
    inherits: inheritedBy(at),
    isServerlessV1: isServerlessV1(at("engineMode").text()),
    engine: mapField(at("engine").text(), (text) => text?.toLowerCase()),
    engineVersion: at("engineVersion").text(),
    parameterGroup: reference(
      subject,
      form === "cluster" ? "dbClusterParameterGroupName" : "parameterGroupName",
    ),
    optionGroup: at("optionGroupName").isAbsent() ? undefined : "optionGroupName",
  };
}

/** Properties that make a database of a snapshot or of another's backups. Source: Pulumi's registry, aws.rds.Instance and Cluster. */
const RESTORED = ["snapshotIdentifier", "restoreToPointInTime"] as const;

function inheritedBy(at: (name: string) => Cursor): Unread | undefined {
  const [path] = RESTORED.filter((name) => !at(name).isAbsent());
  return path && { known: false, path, because: "what it is restored from" };
}

const isServerlessV1 = (mode: Field<string | undefined>): boolean =>
  mode.known && mode.value === "serverless";

const TITLES = { instance: "RDS instance", cluster: "RDS cluster", member: "RDS cluster instance" } as const;
