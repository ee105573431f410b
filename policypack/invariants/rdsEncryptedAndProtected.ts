import * as z from "zod";
import type { DatabaseFact } from "../facts/aws/database";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { filledText } from "../policyConfig";
import type { Field, Unread } from "../values/field";

const config = z.strictObject({
  minimumBackupDays: z.int().min(0).default(1).describe("How many days backups are kept, at the least."),
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
    "RDS instances and clusters without `storageEncrypted: true`, whose backups are kept for fewer days than configured, or without `deletionProtection: true`, unless their tag `environment` says that they are disposable. Replicas take over encryption and backups from their source, instances of a cluster from the cluster.",
  remedy: "Set storageEncrypted, deletionProtection and backupRetentionPeriod.",
  severity: "high",
  config,
  example: { minimumBackupDays: 7, disposable: ["dev", "review"] },
  judge: (fact, settings) => (fact.kind === "Database" ? judgeDatabase(fact, settings) : []),
});

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

function demandsOf(fact: DatabaseFact, { minimumBackupDays, disposable }: Config): Demand[] {
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
  return [...(isReplica ? [] : own), protection];
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
