import { quote } from "../problems";
import { defaultPort, engineNames } from "./databases";
import type { DatabaseDeclaration, DeclaredApplication } from "./declaration";
import type { Database, Workload } from "./model";
import { nameFault } from "./names";
import type { ReportFaults } from "./report";
import { compareText, remedyForUnknown, sortedByKey } from "./text";
import { checkWorkloads } from "./workloads";

/**
 * What the flows of one application may name. Names whose declaration could not be read are known all the same;
 * undefined where the names themselves could not be read, so that nothing is unknown for certain.
 */
export interface Scope {
  readonly application: string;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly workloadNames: ReadonlySet<string> | undefined;
  readonly databases: ReadonlyMap<string, Database>;
  readonly databaseNames: ReadonlySet<string> | undefined;
  readonly bucketNames: ReadonlySet<string> | undefined;
}

/** Checks workloads, databases and buckets. `raw` is the data before its unreadable parts were left out, `whole` says that there were none. */
export function readScope(
  declared: DeclaredApplication,
  raw: Partial<DeclaredApplication>,
  whole: boolean,
  report: ReportFaults,
): Scope {
  const buckets = Object.keys(declared.buckets ?? {}).sort(compareText);
  for (const name of buckets) report(`bucket ${name}`, nameFault("bucket", name));
  return {
    application: declared.name,
    workloads: checkWorkloads(declared.workloads, whole, report),
    workloadNames: namesIn(raw.workloads),
    databases: readDatabases(declared.databases ?? {}, report),
    databaseNames: namesIn(raw.databases ?? {}),
    bucketNames: namesIn(raw.buckets ?? {}),
  };
}

function readDatabases(
  declared: Readonly<Record<string, DatabaseDeclaration>>,
  report: ReportFaults,
): ReadonlyMap<string, Database> {
  const databases = new Map<string, Database>();
  for (const [name, { engine, port }] of Object.entries(sortedByKey(declared))) {
    const standard = defaultPort(engine);
    report(`database ${name}`, nameFault("database", name));
    if (standard === undefined) {
      report(`database ${name}`, {
        message: `engine ${quote(engine)} is unknown`,
        remedy: remedyForUnknown(engine, engineNames(), ""),
      });
    }
    const used = port ?? standard;
    if (used === undefined) continue;
    if (Number.isInteger(used) && used >= 1 && used <= 65535) databases.set(name, { engine, port: used });
    else {
      report(`database ${name}`, {
        message: `port ${quote(used)} is out of range 1-65535`,
        remedy: "Write a whole number from 1 to 65535",
      });
    }
  }
  return databases;
}

const namesIn = (raw: unknown): ReadonlySet<string> | undefined =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw) ? new Set(Object.keys(raw)) : undefined;
