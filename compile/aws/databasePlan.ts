import type { Environment } from "../cluster";

/** How a new database is run in each environment. */
export interface DatabaseCare {
  readonly multiAz: boolean;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  /** Whether a last snapshot is taken before it goes. */
  readonly finalSnapshot: boolean;
}

export const DATABASE_CARE: Readonly<Record<Environment, DatabaseCare>> = {
  dev: { multiAz: false, backupRetentionDays: 1, deletionProtection: false, finalSnapshot: false },
  uat: { multiAz: false, backupRetentionDays: 7, deletionProtection: true, finalSnapshot: true },
  prod: { multiAz: true, backupRetentionDays: 30, deletionProtection: true, finalSnapshot: true },
};

/** An engine that we can make a database of: what forces TLS, and how its parameter groups are called. */
export interface EngineSupport {
  readonly aurora: boolean;
  /** The parameter that refuses connections without TLS, and its value. */
  readonly forceTls: { readonly name: string; readonly value: string };
  /** The parameter group's family of a version; undefined: not a version. */
  readonly family: (version: string) => string | undefined;
}

const major = (engine: string) => (version: string) => {
  const match = /^(\d+)(\.\d+)*$/.exec(version);
  return match === null ? undefined : `${engine}${match[1] ?? ""}`;
};

const minor = (engine: string) => (version: string) => {
  const match = /^(\d+\.\d+)(\.|$)/.exec(version);
  return match === null ? undefined : `${engine}${match[1] ?? ""}`;
};

/** Source: Amazon RDS user guide, "Using SSL/TLS" per engine, and "Working with parameter groups". */
const ENGINES: Readonly<Record<string, EngineSupport>> = {
  postgres: {
    aurora: false,
    forceTls: { name: "rds.force_ssl", value: "1" },
    family: major("postgres"),
  },
  "aurora-postgresql": {
    aurora: true,
    forceTls: { name: "rds.force_ssl", value: "1" },
    family: major("aurora-postgresql"),
  },
  mysql: {
    aurora: false,
    forceTls: { name: "require_secure_transport", value: "1" },
    family: minor("mysql"),
  },
  mariadb: {
    aurora: false,
    forceTls: { name: "require_secure_transport", value: "1" },
    family: minor("mariadb"),
  },
  "aurora-mysql": {
    aurora: true,
    forceTls: { name: "require_secure_transport", value: "ON" },
    family: minor("aurora-mysql"),
  },
};

/** The engines of which we make databases, all with IAM authentication; others exist already or are refused. */
export const NEW_DATABASE_ENGINES: readonly string[] = Object.keys(ENGINES);

/** What we know of an engine; undefined: we make no database of it. */
export const engineSupport = (engine: string): EngineSupport | undefined =>
  Object.hasOwn(ENGINES, engine) ? ENGINES[engine] : undefined;
