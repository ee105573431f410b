import { defaultPort, engineNames } from "./databases";
import type { DatabaseDeclaration, DeclaredApplication } from "./declaration";
import type { Database, Workload } from "./model";
import { nameFault } from "./names";
import { quote } from "./problem";
import type { Report } from "./report";
import { compareText, remedyForUnknown, sortedByKey } from "./text";
import { checkWorkloads } from "./workloads";

/** What the flows of one application may name. Names whose declaration could not be read are known all the same. */
export interface Scope {
  readonly application: string;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly workloadNames: ReadonlySet<string>;
  readonly databases: ReadonlyMap<string, Database>;
  readonly databaseNames: ReadonlySet<string>;
  readonly bucketNames: ReadonlySet<string>;
}

/** Checks workloads, databases and buckets. `raw` is the data before its unreadable parts were left out, `whole` says that there were none. */
export function readScope(
  declared: DeclaredApplication,
  raw: Partial<DeclaredApplication>,
  whole: boolean,
  report: Report,
): Scope {
  const buckets = Object.keys(declared.buckets ?? {}).sort(compareText);
  for (const name of buckets) report(`bucket ${name}`, nameFault("bucket", name));
  return {
    application: declared.name,
    workloads: checkWorkloads(declared.workloads, whole, report),
    workloadNames: new Set(Object.keys(raw.workloads ?? {})),
    databases: readDatabases(declared.databases ?? {}, report),
    databaseNames: new Set(Object.keys(raw.databases ?? {})),
    bucketNames: new Set(Object.keys(raw.buckets ?? {})),
  };
}

function readDatabases(
  declared: Readonly<Record<string, DatabaseDeclaration>>,
  report: Report,
): ReadonlyMap<string, Database> {
  const databases = new Map<string, Database>();
  for (const [name, { engine, port }] of Object.entries(sortedByKey(declared))) {
    const standard = defaultPort(engine);
    report(`database ${name}`, nameFault("database", name));
    if (standard === undefined) {
      report(`database ${name}`, {
        value: `engine ${quote(engine)} is unknown`,
        remedy: remedyForUnknown(engine, engineNames(), ""),
      });
    }
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
      report(`database ${name}`, {
        value: `port ${quote(port)} is out of range 1-65535`,
        remedy: "Write a whole number from 1 to 65535",
      });
    }
    const used = port ?? standard;
    if (used !== undefined) databases.set(name, { engine, port: used });
  }
  return databases;
}
