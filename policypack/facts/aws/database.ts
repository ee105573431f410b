import type { Field } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, type ResourceReference, references } from "./subject";

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
  /** The tag `environment`. */
  readonly environment: Field<string | undefined>;
  /** Made from another database, whose encryption and groups it takes over: a replica. */
  readonly isReplica: Field<boolean>;
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
    environment: at("tags").at("environment").text(),
    // Whatever its value is, a source that is there makes a replica.
    isReplica: { known: true, value: !source.isAbsent() },
  };
}

const TITLES = { instance: "RDS instance", cluster: "RDS cluster", member: "RDS cluster instance" } as const;
