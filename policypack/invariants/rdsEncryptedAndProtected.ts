import * as z from "zod";
import type { DatabaseFact, ParameterGroupFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { filledText } from "../policyConfig";
import { type Field, type Unread, unreadOf } from "../values";

const config = z.strictObject({
  minimumBackupDays: z.int().min(0).default(1).describe("How many days backups are kept, at least."),
  requireIamAuthentication: z
    .boolean()
    .default(false)
    .describe("Whether databases must take IAM's tokens, so that no password needs to be kept."),
  disposable: z
    .array(filledText)
    .default(["dev"])
    .describe("Values of the tag `environment` whose databases need no deletion protection."),
});
type Config = z.output<typeof config>;

export const rdsEncryptedAndProtected = resourceInvariant({
  scope: "resource",
  name: "rds-encrypted-and-protected",
  description: "Every database is encrypted, backed up and protected from deletion.",
  stops:
    "RDS instances and clusters without `storageEncrypted: true`, whose backups are kept for fewer days than configured, or without `deletionProtection: true`, unless their tag `environment` says that they are disposable. Replicas inherit encryption and backups from their source, instances of a cluster from the cluster. Also parameter groups that let connections in without TLS (`rds.force_ssl` or `require_secure_transport` off), and, where `requireIamAuthentication` is configured, databases that take no tokens of IAM.",
  remedy: "Set storageEncrypted, deletionProtection and backupRetentionPeriod.",
  severity: "high",
  config,
  example: { minimumBackupDays: 7, requireIamAuthentication: true, disposable: ["dev", "review"] },
  judge(fact, settings) {
    if (fact.kind === "ParameterGroup") return judgeParameters(fact);
    return fact.kind === "Database" ? judgeDatabase(fact, settings) : [];
  },
});

/** What PostgreSQL's and MySQL's engines ask for TLS by. Source: Amazon RDS user guide, "Using SSL/TLS". */
const TLS_PARAMETERS: readonly string[] = ["rds.force_ssl", "require_secure_transport"];
const OFF: readonly string[] = ["0", "off", "false"];

function judgeParameters(fact: ParameterGroupFact): Finding[] {
  const question = "its databases take connections without TLS";
  const { parameters } = fact;
  if (!parameters.known) return [undecided(fact, [parameters], question)];
  const asked = parameters.value.filter(
    ({ name }) => !name.known || TLS_PARAMETERS.includes(name.value ?? ""),
  );
  const off = asked.filter(
    ({ name, value }) => name.known && value.known && OFF.includes(String(value.value).toLowerCase()),
  );
  const unread = asked.flatMap(({ name, value }) => unreadOf([name, value]));
  return [
    ...off.map(({ path, name }) =>
      violation(fact, {
        wrong: "lets connections in without TLS",
        why: "anyone on the path can read passwords and data",
        evidence: `${path} turns ${name.known ? String(name.value) : ""} off`,
        remedy: `write ${path}.value: "1"`,
      }),
    ),
    ...(unread.length === 0 ? [] : [undecided(fact, unread, question)]),
  ];
}

/** Something a database should have: whether it does, and the line that gives it. */
interface Demand {
  readonly met: "yes" | "no" | Unread;
  readonly lacks: string;
  readonly evidence: string;
  readonly remedy: string;
}

function judgeDatabase(fact: DatabaseFact, settings: Config): Finding[] {
  const demands = demandsOf(fact, settings);
  const lacking = demands.filter(({ met }) => met === "no");
  const unread = demands.flatMap(({ met }) => (typeof met === "string" ? [] : [met]));
  return [
    ...(lacking.length === 0
      ? []
      : [
          violation(fact, {
            wrong: `is ${lacking.map(({ lacks }) => lacks).join(", ")}`,
            why: "its data can be read from a stolen copy or lost by one mistake",
            evidence: lacking.map(({ evidence }) => evidence).join("; "),
            remedy: `write ${lacking.map(({ remedy }) => remedy).join(", ")}`,
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(fact, unread, "the database is encrypted and protected")]),
  ];
}

function demandsOf(fact: DatabaseFact, settings: Config): Demand[] {
  const { minimumBackupDays, requireIamAuthentication, disposable } = settings;
  const { form, storageEncrypted, deletionProtection, backupRetention, environment } = fact;
  if (form === "member") return [];
  const isReplica = fact.isReplica.known && fact.isReplica.value;
  const show = (name: string, field: Field<boolean | number | undefined>) =>
    `${name} is ${field.known && field.value !== undefined ? String(field.value) : "absent"}`;
  const own: Demand[] = [
    {
      met: metBy(storageEncrypted, (value) => value === true),
      lacks: "not encrypted",
      evidence: show("storageEncrypted", storageEncrypted),
      remedy: "storageEncrypted: true",
    },
    {
      // A cluster's backups are kept for a day where it says nothing, an instance's not at all.
      met: metBy(backupRetention, (days) => (days ?? (form === "cluster" ? 1 : 0)) >= minimumBackupDays),
      lacks: "not backed up long enough",
      evidence: show("backupRetentionPeriod", backupRetention),
      remedy: `backupRetentionPeriod: ${Math.max(7, minimumBackupDays)}`,
    },
  ];
  const protection: Demand = {
    met: protectedBy(deletionProtection, environment, disposable),
    lacks: "not protected from deletion",
    evidence: show("deletionProtection", deletionProtection),
    remedy: "deletionProtection: true",
  };
  const tokens: Demand = {
    met: metBy(fact.iamAuthentication, (value) => value === true),
    lacks: "open to password logins only",
    evidence: show("iamDatabaseAuthenticationEnabled", fact.iamAuthentication),
    remedy: "iamDatabaseAuthenticationEnabled: true",
  };
  return [...(isReplica ? [] : own), protection, ...(requireIamAuthentication ? [tokens] : [])];
}

const metBy = <T>(field: Field<T>, test: (value: T) => boolean): Demand["met"] =>
  field.known ? (test(field.value) ? "yes" : "no") : field;

function protectedBy(
  protection: Field<boolean | undefined>,
  environment: Field<string | undefined>,
  disposable: readonly string[],
): Demand["met"] {
  const met = metBy(protection, (value) => value === true);
  if (met === "yes") return met;
  const isDisposable = metBy(environment, (value) => value !== undefined && disposable.includes(value));
  return isDisposable === "no" ? met : isDisposable;
}
