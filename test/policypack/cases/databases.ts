// Longer than most: a table, one row a case.
import { aws, database, group, ingress, peer, tcp, tcpInline } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import type { Case } from "./case";

const KEPT = "rds-encrypted-and-protected";
const GROUPS = "rds-admits-groups-only";
const ATTACK = "an attacker with commit rights";
const RDS_GUIDE = "Amazon RDS user guide, on requiring TLS";

const one = (
  id: string,
  idea: string,
  source: string,
  policies: readonly string[],
  stack: readonly TestResource[],
  expected: readonly string[],
): Case => ({ id: `rds-${id}`, idea, source, policies, stack, expected });

const kept = (
  id: string,
  idea: string,
  source: string,
  stack: readonly TestResource[],
  expected: readonly string[] = [],
) => one(id, idea, source, [KEPT], stack, expected);

const tls = (
  id: string,
  idea: string,
  props: object,
  expected: readonly string[],
  ...more: readonly TestResource[]
) => kept(`tls-${id}`, idea, RDS_GUIDE, [database("db", props), ...more], expected);

const cluster = (props: object): TestResource => ({
  ...database("db", props),
  type: "aws:rds/cluster:Cluster",
});
const parameters = (list: readonly object[], family = "postgres14"): TestResource =>
  aws("rds/parameterGroup:ParameterGroup", "parameters", { name: "ours", family, parameters: list });
const withOurs = { parameterGroupName: "ours" };
const FOUND = [`${KEPT} db`];
const OPEN = [`${KEPT} db?`];

const carried = { vpcSecurityGroupIds: ["sg-1"] };
const admits = (
  id: string,
  idea: string,
  source: string,
  stack: readonly TestResource[],
  expected: readonly string[] = [],
) => one(`admits-${id}`, idea, source, [GROUPS], stack, expected);

/** Databases: who reaches them, and how they are kept. */
export const DATABASE_CASES: readonly Case[] = [
  one(
    "public",
    "An instance is given a public address",
    "Checkov's check about public RDS instances",
    ["rds-private"],
    [database("db", { publiclyAccessible: true })],
    ["rds-private db"],
  ),
  one(
    "private",
    "An instance says that it has no public address",
    "Checkov's check about public RDS instances",
    ["rds-private"],
    [database("db")],
    [],
  ),
  one(
    "open-to-the-world",
    "A database's group admits every address on its port",
    "tfsec's check about public ingress of security groups",
    ["security-group-no-world-ingress", GROUPS],
    [group("db-group"), ingress("in", "db-group", { ...tcp(5432), cidrIpv4: "0.0.0.0/0" }), database("db")],
    ["security-group-no-world-ingress in"],
  ),
  kept(
    "well-kept",
    "Encrypted, backed up, protected, with TLS by its version",
    "Checkov's checks about RDS",
    [database("db")],
  ),
  kept(
    "unencrypted",
    "storageEncrypted is false",
    "Checkov's check about RDS encryption",
    [database("db", { storageEncrypted: false })],
    FOUND,
  ),
  kept(
    "encryption-unwritten",
    "storageEncrypted isn't written",
    "Checkov's check about RDS encryption",
    [database("db", { storageEncrypted: undefined })],
    FOUND,
  ),
  kept(
    "no-backups",
    "No backups are kept",
    "Checkov's check about RDS backups",
    [database("db", { backupRetentionPeriod: 0 })],
    FOUND,
  ),
  kept(
    "unprotected",
    "deletionProtection is false",
    "Checkov's check about RDS deletion protection",
    [database("db", { deletionProtection: false })],
    FOUND,
  ),
  kept("disposable", "An unprotected database of dev", "a team's development database", [
    database("db", { deletionProtection: false, tags: { environment: "dev" } }),
  ]),
  kept(
    "restored",
    "Restored from a snapshot, encryption unwritten: the snapshot's",
    "AWS's guide to restoring",
    [database("db", { storageEncrypted: undefined, snapshotIdentifier: "snap-1" })],
    OPEN,
  ),
  kept(
    "restored-unencrypted",
    "Restored from a snapshot, and written as unencrypted",
    ATTACK,
    [database("db", { storageEncrypted: false, snapshotIdentifier: "snap-1" })],
    FOUND,
  ),
  kept(
    "restored-in-time",
    "Restored to a point in time, encryption unwritten",
    "AWS's guide to restoring",
    [
      database("db", {
        storageEncrypted: undefined,
        restoreToPointInTime: { useLatestRestorableTime: true },
      }),
    ],
    OPEN,
  ),
  kept("serverless-v1", "Aurora serverless v1, whose storage is always encrypted", "Aurora user guide", [
    cluster({
      engine: "aurora-postgresql",
      engineVersion: "17.4",
      engineMode: "serverless",
      storageEncrypted: undefined,
    }),
  ]),
  kept(
    "provisioned-unwritten",
    "A provisioned Aurora cluster with encryption unwritten",
    "Checkov's check about RDS encryption",
    [
      cluster({
        engine: "aurora-postgresql",
        engineVersion: "17.4",
        engineMode: "provisioned",
        storageEncrypted: undefined,
      }),
    ],
    FOUND,
  ),

  tls(
    "postgres-14",
    "PostgreSQL 14 takes connections without TLS by default",
    { engineVersion: "14.12" },
    FOUND,
  ),
  tls("postgres-15", "PostgreSQL 15 requires TLS by default", { engineVersion: "15" }, []),
  tls(
    "postgres-newest",
    "PostgreSQL without a version: all that AWS may take require TLS",
    { engineVersion: undefined },
    [],
  ),
  tls("postgres-unknown", "PostgreSQL whose version isn't known yet", { engineVersion: UNKNOWN }, OPEN),
  tls(
    "mysql-8",
    "MySQL 8.0 takes connections without TLS by default",
    { engine: "mysql", engineVersion: "8.0.39" },
    FOUND,
  ),
  tls(
    "mysql-84",
    "MySQL 8.4 takes connections without TLS by default",
    { engine: "mysql", engineVersion: "8.4.3" },
    FOUND,
  ),
  tls("mysql-97", "MySQL 9.7 requires TLS by default", { engine: "mysql", engineVersion: "9.7.0" }, []),
  tls(
    "mysql-unwritten",
    "MySQL without a version: AWS chooses",
    { engine: "mysql", engineVersion: undefined },
    OPEN,
  ),
  tls(
    "mariadb-114",
    "MariaDB 11.4 takes connections without TLS by default",
    { engine: "mariadb", engineVersion: "11.4.4" },
    FOUND,
  ),
  tls(
    "mariadb-118",
    "MariaDB 11.8 requires TLS by default",
    { engine: "mariadb", engineVersion: "11.8.2" },
    [],
  ),
  tls(
    "sqlserver",
    "SQL Server takes connections without TLS by default",
    { engine: "sqlserver-se", engineVersion: "16.00" },
    FOUND,
  ),
  tls(
    "db2",
    "Db2 takes connections without TLS by default",
    { engine: "db2-se", engineVersion: "11.5" },
    FOUND,
  ),
  tls(
    "oracle",
    "Oracle without an option group asks for no encryption",
    { engine: "oracle-ee", engineVersion: "19" },
    FOUND,
  ),
  tls(
    "oracle-options",
    "Oracle with an option group, which may ask for it",
    { engine: "oracle-ee", engineVersion: "19", optionGroupName: "nne" },
    OPEN,
  ),
  tls("engine-in-capitals", "An engine in capitals", { engine: "MySQL", engineVersion: "8.0" }, FOUND),
  kept(
    "tls-aurora-mysql",
    "Aurora MySQL takes connections without TLS by default",
    RDS_GUIDE,
    [cluster({ engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.08.0" })],
    FOUND,
  ),
  kept(
    "tls-aurora-postgres-16",
    "Aurora PostgreSQL 16 takes connections without TLS by default",
    RDS_GUIDE,
    [cluster({ engine: "aurora-postgresql", engineVersion: "16.6" })],
    FOUND,
  ),
  kept("tls-aurora-postgres-17", "Aurora PostgreSQL 17 requires TLS by default", RDS_GUIDE, [
    cluster({ engine: "aurora-postgresql", engineVersion: "17.4" }),
  ]),
  tls(
    "by-parameter",
    "A parameter group turns TLS on",
    { engineVersion: "14.12", ...withOurs },
    [],
    parameters([{ name: "rds.force_ssl", value: "1" }]),
  ),
  tls(
    "by-parameter-in-capitals",
    "The same, its name in capitals",
    { engineVersion: "14.12", ...withOurs },
    [],
    parameters([{ name: "RDS.FORCE_SSL", value: "1" }]),
  ),
  tls(
    "off-by-parameter",
    "A parameter group turns TLS off",
    { ...withOurs },
    [`${KEPT} parameters`],
    parameters([{ name: "rds.force_ssl", value: "0" }]),
  ),
  tls(
    "off-in-capitals",
    "The same, its name in capitals",
    { ...withOurs },
    [`${KEPT} parameters`],
    parameters([{ name: "RDS.Force_SSL", value: "0" }]),
  ),
  tls(
    "parameter-group-silent",
    "A parameter group that says nothing of TLS leaves the engine's default",
    { engineVersion: "14.12", ...withOurs },
    FOUND,
    parameters([{ name: "log_connections", value: "1" }]),
  ),
  tls(
    "parameter-group-of-15",
    "The same for an engine that requires it by default",
    { engineVersion: "15.4", ...withOurs },
    [],
    parameters([{ name: "log_connections", value: "1" }]),
  ),
  tls(
    "aws-group",
    "AWS's own parameter group holds defaults only",
    { engineVersion: "14.12", parameterGroupName: "default.postgres14" },
    FOUND,
  ),
  tls(
    "other-stacks-group",
    "A parameter group of another stack",
    { engineVersion: "14.12", parameterGroupName: "theirs" },
    OPEN,
  ),
  tls(
    "db2-ssl",
    "Db2 that listens by SSL only",
    { engine: "db2-se", engineVersion: "11.5", ...withOurs },
    [],
    parameters([{ name: "db2comm", value: "SSL" }], "db2-se-11.5"),
  ),
  tls(
    "db2-both",
    "Db2 that listens by both",
    { engine: "db2-se", engineVersion: "11.5", ...withOurs },
    [`${KEPT} parameters`],
    parameters([{ name: "DB2COMM", value: "TCPIP,SSL" }], "db2-se-11.5"),
  ),

  admits("a-group", "A client's group is admitted", "AWS's best practices for RDS", [
    group("db-group"),
    group("web"),
    database("db"),
    ingress("in", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
  ]),
  admits(
    "a-block",
    "A private block is admitted",
    "tfsec's checks about security groups",
    [group("db-group"), database("db"), ingress("in", "db-group", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" })],
    [`${GROUPS} in`],
  ),
  admits(
    "no-group",
    "A database without a group gets the VPC's default one",
    "AWS's guide to VPC security groups",
    [database("db", { vpcSecurityGroupIds: undefined }, {})],
    [`${GROUPS} db`],
  ),
  admits(
    "replica",
    "A replica in the same region takes over its source's groups",
    "AWS's guide to read replicas",
    [database("db", { vpcSecurityGroupIds: undefined, replicateSourceDb: "source" }, {})],
  ),
  admits(
    "replica-abroad",
    "A replica of another region's database takes over no group",
    "AWS's guide to read replicas",
    [
      database(
        "db",
        { vpcSecurityGroupIds: undefined, replicateSourceDb: "arn:aws:rds:eu-west-1:111122223333:db:source" },
        {},
      ),
    ],
    [`${GROUPS} db`],
  ),
  admits(
    "replica-of-unknown",
    "A replica of something that isn't known yet",
    "a program that writes another stack's output",
    [
      database(
        "db",
        { vpcSecurityGroupIds: undefined, replicateSourceDb: UNKNOWN },
        { replicateSourceDb: [] },
      ),
    ],
    [`${GROUPS} db?`],
  ),
  admits(
    "replica-by-another-provider",
    "A replica of this stack's database by another provider, which is another region",
    ATTACK,
    [
      group("source-group"),
      database("source"),
      {
        ...database(
          "db",
          { vpcSecurityGroupIds: undefined, replicateSourceDb: UNKNOWN },
          { replicateSourceDb: ["source"] },
        ),
        provider: { name: "eu", props: { region: "eu-west-1" } },
      },
    ],
    [`${GROUPS} db`],
  ),
  admits(
    "default-group-itself",
    "A database carries the VPC's default group, which admits itself",
    "CIS's control about default security groups",
    [
      aws("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
        id: "sg-1",
        vpcId: "vpc-1",
        ingress: [{ ...tcpInline(0, 65535), self: true }],
      }),
      database("db", carried, {}),
    ],
    [`${GROUPS} default`],
  ),
  admits("own-group-itself", "A database's own group admits its members", "AWS's guide to clusters", [
    group("own", { id: "sg-1", ingress: [{ ...tcpInline(5432), self: true }] }),
    database("db", carried, {}),
  ]),
];
