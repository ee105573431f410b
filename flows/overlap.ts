import { AddressSet, PortSet } from "../net";
import { formatReference } from "./ends";
import type { FlowEnd, Flow } from "./model";
import type { Scope } from "./scope";

/** Whether two ends have something in common, so that a flow of one repeats a flow of the other. */
function endsOverlap(a: FlowEnd, b: FlowEnd): boolean {
  if (
    (a.kind === "workload" && b.kind === "workload") ||
    (a.kind === "application" && b.kind === "application")
  ) {
    return a.instance === undefined || b.instance === undefined || a.instance === b.instance;
  }
  if (a.kind === "cidr" && b.kind === "cidr") {
    return AddressSet.of(...a.cidrs).overlaps(AddressSet.of(...b.cidrs));
  }
  return true;
}

/** Ends with different keys have nothing in common, as far as a declaration can tell. */
export function endKey(end: FlowEnd): string {
  switch (end.kind) {
    case "workload":
      return `workload ${end.workload}`;
    case "application":
      return `application ${end.application} ${end.workload}`;
    case "pods":
      return `pods ${end.namespace} ${JSON.stringify(end.pods)}`;
    case "platform":
      return `platform ${end.service}`;
    case "database":
      return `database ${end.database}`;
    case "bucket":
      return `bucket ${end.bucket} ${end.prefix ?? ""}`;
    case "cidr":
    case "internet":
    case "kubernetes-api":
    case "cloud-identity":
      return end.kind;
  }
}

/** The instances that an end of this application means, by id; none for any other end. */
export function instancesOf(end: FlowEnd, scope: Scope): readonly string[] {
  if (end.kind !== "workload") return [];
  if (end.instance !== undefined) return [formatReference(end)];
  return (scope.workloads.get(end.workload)?.instances ?? []).map(({ id }) => id);
}

/**
 * Pairs of flows of which the second repeats something of the first: ends in common and ports in common. Only flows
 * between the same kinds of ends are compared, so the cost grows with the flows, not with their square.
 */
export function repeatedFlows(flows: readonly Flow[]): (readonly [Flow, Flow])[] {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = `${endKey(flow.from)} → ${endKey(flow.to)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((second, i) =>
      group
        .slice(0, i)
        .filter((first) => repeats(first, second))
        .slice(0, 1)
        .map((first) => [first, second] as const),
    ),
  );
}

const repeats = (a: Flow, b: Flow): boolean =>
  endsOverlap(a.from, b.from) && endsOverlap(a.to, b.to) && PortSet.of(a.ports).overlaps(PortSet.of(b.ports));
