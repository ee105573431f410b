import type { ReadAcceptance } from "./acceptances";
import type { DeclaredApplication } from "./declaration";
import type { FlowEnd, Flow } from "./model";
import type { ReportFaults } from "./report";
import type { Scope } from "./scope";

/** Reports what is declared and never used: a workload without any flow, a database or bucket that nobody reaches. */
export function checkUsage(
  declared: DeclaredApplication,
  flows: readonly Flow[],
  acceptances: readonly ReadAcceptance[],
  scope: Scope,
  report: ReportFaults,
): void {
  const withOthers = flows.filter(({ from, to }) => !isWithin(from, to));
  const ends = [...withOthers.flatMap(({ from, to }) => [from, to]), ...acceptances.map(({ to }) => to)];
  const workloads = new Set(ends.map((end) => (end.kind === "workload" ? end.workload : undefined)));
  const databases = new Set(ends.map((end) => (end.kind === "database" ? end.database : undefined)));
  const buckets = new Set(ends.map((end) => (end.kind === "bucket" ? end.bucket : undefined)));
  for (const name of scope.workloads.keys()) {
    if (workloads.has(name) || declared.workloads[name]?.metrics !== undefined) continue;
    report(`workload ${name}`, {
      message: isAlone(name, flows) ? "is in no flow except with itself" : "is in no flow",
      remedy: "Declare what it talks to, or leave it out",
    });
  }
  for (const name of scope.databases.keys()) {
    if (databases.has(name)) continue;
    report(`database ${name}`, {
      message: "no flow reaches it",
      remedy: "Declare who does, or leave it out",
    });
  }
  for (const name of scope.bucketNames ?? []) {
    if (buckets.has(name)) continue;
    report(`bucket ${name}`, { message: "no flow reaches it", remedy: "Declare who does, or leave it out" });
  }
}

/** Whether a flow stays inside one workload: between replicas, which nobody else uses. */
const isWithin = (from: FlowEnd, to: FlowEnd): boolean =>
  from.kind === "workload" && to.kind === "workload" && from.workload === to.workload;

const isAlone = (name: string, flows: readonly Flow[]): boolean =>
  flows.some(({ from, to }) => isWithin(from, to) && from.kind === "workload" && from.workload === name);
