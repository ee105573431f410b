import { describeEnd } from "./ends";
import type { Flow, Instance } from "./model";
import { instancesOf } from "./overlap";
import type { ReportFaults } from "./report";
import type { Scope } from "./scope";

/**
 * Reports what a flow to a bucket or for credentials lacks: a ServiceAccount for the role, the flow that fetches the
 * credentials, and that no other pod has the same account, and so the same role.
 */
export function checkCloudAccess(flows: readonly Flow[], scope: Scope, report: ReportFaults): void {
  const byId = new Map(
    [...scope.workloads.values()].flatMap(({ instances }) =>
      instances.map((each) => [each.id, each] as const),
    ),
  );
  const cloudFlows = flows.filter(({ to }) => to.kind === "bucket" || to.kind === "cloud-identity");
  const reaching = new Map<string, Set<string>>();
  for (const { from, to } of cloudFlows) {
    const ids = reaching.get(describeEnd(to)) ?? new Set();
    reaching.set(describeEnd(to), ids);
    for (const id of instancesOf(from, scope)) ids.add(id);
  }
  const fetching = reaching.get("cloud-identity");
  for (const flow of cloudFlows) {
    const entitled = reaching.get(describeEnd(flow.to));
    for (const id of instancesOf(flow.from, scope)) {
      if (fetching?.has(id) !== true) {
        report(`flow ${flow.id}`, {
          message: `${id} has no flow that fetches credentials`,
          remedy: `Declare a flow from ${id} to cloudIdentity(), or {"kind": "cloud-identity"} as data, on tcp/443`,
        });
      }
      const others = [...byId.values()].filter((other) => entitled?.has(other.id) !== true);
      checkAccount(flow, id, byId.get(id)?.serviceAccount, others, report);
    }
  }
}

/** An account's role is every pod's that has the account: `others` are those without this flow. */
function checkAccount(
  flow: Flow,
  id: string,
  account: string | undefined,
  others: readonly Instance[],
  report: ReportFaults,
): void {
  if (account === undefined) {
    report(`flow ${flow.id}`, {
      message: `${id} has no ServiceAccount`,
      remedy: "Declare its serviceAccount: the role belongs to it",
    });
    return;
  }
  for (const other of others.filter(({ serviceAccount }) => serviceAccount === account)) {
    report(`flow ${flow.id}`, {
      message: `${other.id} has the same ServiceAccount ${account}, and so the same role, without this flow`,
      remedy: "Give it a ServiceAccount of its own",
    });
  }
}
