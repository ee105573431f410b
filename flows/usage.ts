import type { ReadAcceptance } from "./acceptances";
import type { DeclaredApplication } from "./declaration";
import { describeEnd } from "./ends";
import type { Flow } from "./model";
import { instancesOf } from "./overlap";
import type { Report } from "./report";
import type { Scope } from "./scope";

/** Reports what is declared and never used: a workload without any flow, a database or bucket that nobody reaches. */
export function checkUsage(
  declared: DeclaredApplication,
  flows: readonly Flow[],
  acceptances: readonly ReadAcceptance[],
  scope: Scope,
  report: Report,
): void {
  const ends = [...flows.flatMap(({ from, to }) => [from, to]), ...acceptances.map(({ to }) => to)];
  const workloads = new Set(ends.map((end) => (end.kind === "workload" ? end.workload : undefined)));
  const databases = new Set(ends.map((end) => (end.kind === "database" ? end.database : undefined)));
  const buckets = new Set(ends.map((end) => (end.kind === "bucket" ? end.bucket : undefined)));
  for (const name of scope.workloads.keys()) {
    if (workloads.has(name) || declared.workloads[name]?.metrics !== undefined) continue;
    report(`workload ${name}`, {
      value: "is in no flow",
      remedy: "Declare what it talks to, or leave it out",
    });
  }
  for (const name of scope.databases.keys()) {
    if (databases.has(name)) continue;
    report(`database ${name}`, { value: "no flow reaches it", remedy: "Declare who does, or leave it out" });
  }
  for (const name of scope.bucketNames) {
    if (buckets.has(name)) continue;
    report(`bucket ${name}`, { value: "no flow reaches it", remedy: "Declare who does, or leave it out" });
  }
}

/**
 * Reports what a flow to a bucket or for credentials lacks: a ServiceAccount for the role, the flow that fetches the
 * credentials, and that no other pod has the same account, and so the same role.
 */
export function checkCloudAccess(flows: readonly Flow[], scope: Scope, report: Report): void {
  const instances = [...scope.workloads.values()].flatMap((workload) => workload.instances);
  for (const flow of flows) {
    if (flow.to.kind !== "bucket" && flow.to.kind !== "cloud-identity") continue;
    const subject = `flow ${flow.id}`;
    const reaching = (kind: Flow["to"]["kind"]) =>
      new Set(
        flows
          .filter(
            ({ to }) => to.kind === kind && (kind !== "bucket" || describeEnd(to) === describeEnd(flow.to)),
          )
          .flatMap(({ from }) => instancesOf(from, scope)),
      );
    const [entitled, fetching] = [reaching(flow.to.kind), reaching("cloud-identity")];
    for (const id of instancesOf(flow.from, scope)) {
      const account = instances.find((instance) => instance.id === id)?.serviceAccount;
      if (account === undefined) {
        report(subject, {
          value: `${id} has no service account`,
          remedy: "Declare its serviceAccount: its role belongs to that",
        });
        continue;
      }
      if (!fetching.has(id)) {
        report(subject, {
          value: `${id} has no flow that fetches credentials`,
          remedy: `Declare a flow ${id} → cloud-identity tcp/443`,
        });
      }
      const sharing = instances.filter(
        (other) => other.serviceAccount === account && !entitled.has(other.id),
      );
      for (const other of sharing) {
        report(subject, {
          value: `${other.id} has the same service account ${account}, and so the same role, without this flow`,
          remedy: "Give it a service account of its own",
        });
      }
    }
  }
}
