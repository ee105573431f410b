import * as z from "zod";
import type { DatabaseFact, DataStoreFact, Fact, ParameterGroupFact, Weakness } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { tlsOf, tlsParameter } from "../judgment";
import { filledText } from "../policyConfig";
import { type Field, mapField, type Unread, unreadOf } from "../values";

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
  description: "Every database is encrypted, at rest and on the way, backed up and protected from deletion.",
  stops:
    "RDS instances and clusters without `storageEncrypted: true`, whose backups are kept for fewer days than configured, or without `deletionProtection: true`, unless their tag `environment` says that they are disposable. Replicas inherit encryption and backups from their source, instances of a cluster from the cluster; what is restored has its snapshot's encryption, so that where none is written nobody can say. Also databases that take connections without TLS: by a parameter group (`rds.force_ssl`, `require_secure_transport` or Db2's `db2comm`), or because that is their engine's default (PostgreSQL before 15, Aurora PostgreSQL before 17, MySQL before 9.7, MariaDB before 11.8, Aurora MySQL, SQL Server, Db2, and Oracle without an option group); and, where `requireIamAuthentication` is configured, databases that take no tokens of IAM. RDS proxies that don't require TLS (or IAM, where it is configured), and global clusters without encryption or deletion protection.",
  remedy: "Set storageEncrypted, deletionProtection and backupRetentionPeriod.",
  severity: "high",
  config,
  example: { minimumBackupDays: 7, requireIamAuthentication: true, disposable: ["dev", "review"] },
  judge(fact, settings) {
    if (fact.kind === "ParameterGroup") return judgeParameters(fact);
    if (fact.kind === "DataStore") return judgeDemands(fact, demandsOfStore(fact, settings));
    return fact.kind === "Database" ? judgeDemands(fact, demandsOf(fact, settings)) : [];
  },
  judgeTogether: (facts) => facts.flatMap((fact) => (fact.kind === "Database" ? judgeTls(fact, facts) : [])),
});

const WITHOUT_TLS = {
  wrong: "accepts connections without TLS",
  why: "anyone on the path can read passwords and data",
} as const;
const PERMITTED = "lets its databases accept connections without TLS";
const TLS_QUESTION = "its databases accept connections without TLS";

function judgeParameters(fact: ParameterGroupFact): Finding[] {
  const { parameters } = fact;
  if (!parameters.known) return [undecided(fact, [parameters], TLS_QUESTION)];
  const said = parameters.value.map((parameter) => ({ parameter, tls: tlsParameter(parameter) }));
  const unread = said.flatMap(({ parameter: { name, value }, tls }) =>
    tls === "maybe" ? unreadOf([name, value]) : [],
  );
  return [
    ...said.flatMap(({ parameter: { path, name }, tls }) =>
      tls === "no" ? [violation(fact, { ...WITHOUT_TLS, wrong: PERMITTED, ...turnedOff(path, name) })] : [],
    ),
    ...(unread.length === 0 ? [] : [undecided(fact, unread, TLS_QUESTION)]),
  ];
}

function turnedOff(path: string, name: Field<string | undefined>) {
  const own = name.known ? (name.value ?? "") : "";
  return {
    evidence: `${path} turns ${own} off`,
    remedy: `write ${path}.value: "${own.toLowerCase() === "db2comm" ? "SSL" : "1"}"`,
  };
}

/** A database whose engine takes connections without TLS as it is, or by a parameter group that leaves it so. */
function judgeTls(fact: DatabaseFact, facts: readonly Fact[]): Finding[] {
  // A member is its cluster's, and a replica without an engine of its own is its source's.
  if (fact.form === "member") return [];
  const tls = tlsOf(fact, facts);
  switch (tls.answer) {
    case "yes":
      return [];
    case "maybe":
      return [undecided(fact, tls.unread, "it accepts connections without TLS")];
    case "no":
      return tls.told
        ? []
        : [violation(fact, { ...WITHOUT_TLS, evidence: tls.evidence, remedy: tls.remedy })];
  }
}

interface Lack {
  readonly text: string;
  readonly why: string;
}

/** Something a database should have: whether it does, and the line that gives it. */
interface Safeguard {
  readonly met: "yes" | "no" | Unread;
  /** As the end of "is …", and what comes of it, as a clause after "so". */
  readonly lacks: Lack;
  readonly evidence: string;
  readonly remedy: string;
}

function judgeDemands(fact: DatabaseFact | DataStoreFact, demands: readonly Safeguard[]): Finding[] {
  const lacking = demands.filter(({ met }) => met === "no");
  const unread = demands.flatMap(({ met }) => (typeof met === "string" ? [] : [met]));
  return [
    ...(lacking.length === 0
      ? []
      : [
          violation(fact, {
            wrong: `is ${lacking.map(({ lacks }) => lacks.text).join(", ")}`,
            why: [...new Set(lacking.map(({ lacks }) => lacks.why))].join(", and "),
            evidence: lacking.map(({ evidence }) => evidence).join("; "),
            remedy: `write ${lacking.map(({ remedy }) => remedy).join(", ")}`,
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(fact, unread, "the database is encrypted and protected")]),
  ];
}

function demandsOf(fact: DatabaseFact, settings: Config): Safeguard[] {
  const { minimumBackupDays, requireIamAuthentication, disposable } = settings;
  const { form, storageEncrypted, deletionProtection, backupRetention, environment } = fact;
  if (form === "member") return [];
  const isReplica = fact.isReplica.known && fact.isReplica.value;
  const show = (name: string, field: Field<boolean | number | undefined>) =>
    `${name} is ${field.known && field.value !== undefined ? String(field.value) : "absent"}`;
  const own: Safeguard[] = [
    {
      met: encryptedBy(fact),
      lacks: LACKS.unencrypted,
      evidence: show("storageEncrypted", storageEncrypted),
      remedy: "storageEncrypted: true",
    },
    {
      // A cluster's backups are kept for a day where it says nothing, an instance's not at all.
      met: metBy(backupRetention, (days) => (days ?? (form === "cluster" ? 1 : 0)) >= minimumBackupDays),
      lacks: { text: "not backed up long enough", why: "what is deleted or damaged by mistake stays lost" },
      evidence: show("backupRetentionPeriod", backupRetention),
      remedy: `backupRetentionPeriod: ${Math.max(7, minimumBackupDays)}`,
    },
  ];
  const protection: Safeguard = {
    met: protectedBy(deletionProtection, environment, disposable),
    lacks: LACKS.unprotected,
    evidence: show("deletionProtection", deletionProtection),
    remedy: "deletionProtection: true",
  };
  const tokens: Safeguard = {
    met: metBy(fact.iamAuthentication, (value) => value === true),
    lacks: { text: "open to password logins only", why: LACKS.passwords.why },
    evidence: show("iamDatabaseAuthenticationEnabled", fact.iamAuthentication),
    remedy: "iamDatabaseAuthenticationEnabled: true",
  };
  return [...(isReplica ? [] : own), protection, ...(requireIamAuthentication ? [tokens] : [])];
}

/** What a data store of another kind lacks, by its weak settings. */
const LACKS = {
  unencrypted: { text: "not encrypted", why: "a stolen copy of its storage can be read" },
  plaintext: { text: "open to connections without TLS", why: WITHOUT_TLS.why },
  unprotected: { text: "not protected from deletion", why: "one wrong command deletes it" },
  passwords: { text: "open to password logins", why: "a leaked password is enough to log in" },
} as const;
const OF_STORES: Readonly<Partial<Record<Weakness, Lack>>> = LACKS;

function demandsOfStore(
  { settings, environment }: DataStoreFact,
  { requireIamAuthentication, disposable }: Config,
): Safeguard[] {
  return [...settings].flatMap(([weakness, { isWeak, evidence, remedy }]): Safeguard[] => {
    const lacks = OF_STORES[weakness];
    if (lacks === undefined || (weakness === "passwords" && !requireIamAuthentication)) return [];
    const isStrong = mapField(isWeak, (weak) => !weak);
    const met =
      weakness === "unprotected"
        ? protectedBy(isStrong, environment, disposable)
        : metBy(isStrong, (strong) => strong);
    return [{ met, lacks, evidence, remedy }];
  });
}

/** Unwritten, a database that is restored has its snapshot's encryption, and Aurora's first serverless engine has its own. */
function encryptedBy({ storageEncrypted, inherits, isServerlessV1 }: DatabaseFact): Safeguard["met"] {
  if (!storageEncrypted.known) return storageEncrypted;
  if (storageEncrypted.value !== undefined) return storageEncrypted.value ? "yes" : "no";
  return isServerlessV1 ? "yes" : (inherits ?? "no");
}

const metBy = <T>(field: Field<T>, test: (value: T) => boolean): Safeguard["met"] =>
  field.known ? (test(field.value) ? "yes" : "no") : field;

function protectedBy(
  protection: Field<boolean | undefined>,
  environment: Field<string | undefined>,
  disposable: readonly string[],
): Safeguard["met"] {
  const met = metBy(protection, (value) => value === true);
  if (met === "yes") return met;
  const isDisposable = metBy(environment, (value) => value !== undefined && disposable.includes(value));
  return isDisposable === "no" ? met : isDisposable;
}
