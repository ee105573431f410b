import { quote } from "../problems";
import { PortSet } from "../net";
import type { ReadAcceptance } from "./acceptances";
import { type WorkloadReference, describePorts, formatReference } from "./ends";
import type { AcceptedFlow, Flow, WorkloadEnd } from "./model";
import { unknownFault } from "./readPeers";
import type { ReportFaults } from "./report";
import type { Scope } from "./scope";
import { remedyForUnknown } from "./text";

/** One application as the others see it. */
export interface ApplicationView {
  readonly scope: Scope;
  readonly flows: readonly Flow[];
  readonly acceptances: readonly ReadAcceptance[];
  /** False where parts could not be read: then an absence proves nothing. */
  readonly whole: boolean;
  readonly report: ReportFaults;
}

/** All applications by name. */
export type Neighbours = ReadonlyMap<string, ApplicationView>;

/**
 * Checks that flows between applications have both sides' word, exactly: each instance and port that a flow uses is
 * accepted, and each that is accepted is used.
 */
export function checkBothSides(neighbours: Neighbours): void {
  for (const here of neighbours.values()) {
    for (const flow of here.flows) checkAccepted(flow, here, neighbours);
    for (const acceptance of here.acceptances) checkUsed(acceptance, here, neighbours);
  }
}

function checkAccepted({ id, from, to, ports }: Flow, here: ApplicationView, neighbours: Neighbours): void {
  if (from.kind !== "workload" || to.kind !== "application") return;
  const there = findOther(to, `flow ${id}`, here, neighbours);
  if (there?.whole !== true) return;
  const given = there.acceptances
    .filter((acceptance) => acceptance.from.application === here.scope.application)
    .map((acceptance) => cells(acceptance.from, here, acceptance.to, there, acceptance.ports));
  const unaccepted = missing(cells(from, here, to, there, PortSet.of(ports)), given);
  if (unaccepted === "") return;
  here.report(`flow ${id}`, {
    message: `${to.application} doesn't accept ${unaccepted}`,
    remedy:
      `In ${to.application}, list under accepts: application ${quote(here.scope.application)}, ` +
      `workload ${quote(formatReference(from))}, to ${quote(formatReference(to))}, with ports and a reason`,
  });
}

function checkUsed(
  { subject, from, to, ports }: ReadAcceptance,
  here: ApplicationView,
  neighbours: Neighbours,
): void {
  if (from.application === here.scope.application) return;
  const there = findOther(from, subject, here, neighbours);
  if (there?.whole !== true) return;
  const given = there.flows.flatMap((flow) =>
    flow.from.kind === "workload" && isTo(flow, here)
      ? [cells(flow.from, there, flow.to, here, PortSet.of(flow.ports))]
      : [],
  );
  const unused = missing(cells(from, there, to, here, ports), given);
  if (unused === "") return;
  here.report(subject, {
    message: `${from.application} declares no flow for ${unused}`,
    remedy: `Declare the flow in ${from.application}, or accept no more than it declares`,
  });
}

type Into = Flow & { readonly to: { readonly kind: "application" } };

const isTo = (flow: Flow, { scope }: ApplicationView): flow is Into =>
  flow.to.kind === "application" && flow.to.application === scope.application;

/** The other application, if it exists and has the workload and instance that are meant. */
function findOther(
  end: WorkloadReference & { readonly application: string },
  subject: string,
  here: ApplicationView,
  neighbours: Neighbours,
): ApplicationView | undefined {
  const there = neighbours.get(end.application);
  const others = new Set([...neighbours.keys()].filter((name) => name !== here.scope.application));
  if (there === undefined) {
    const value = `there is no application ${quote(end.application)}`;
    here.report(subject, { message: value, remedy: remedyForUnknown(end.application, others, "Declare it") });
    return undefined;
  }
  const fault = unknownFault("workload", end.workload, there.scope.workloadNames);
  if (fault !== undefined) {
    here.report(subject, { ...fault, message: `${fault.message} in ${end.application}` });
    return undefined;
  }
  const workload = there.scope.workloads.get(end.workload);
  const instances = workload?.instances.flatMap(({ instance }) => instance ?? []) ?? [];
  if (workload !== undefined && end.instance !== undefined && !instances.includes(end.instance)) {
    here.report(subject, {
      message: `${end.workload} of ${end.application} has no instance ${quote(end.instance)}`,
      remedy: remedyForUnknown(end.instance, instances, `Write ${end.workload}: it has no instances`),
    });
    return undefined;
  }
  return workload === undefined ? undefined : there;
}

/** Ports that are meant, by "one instance → another instance". */
type Cells = ReadonlyMap<string, PortSet>;

function cells(
  from: WorkloadReference,
  there: ApplicationView,
  to: WorkloadReference,
  here: ApplicationView,
  ports: PortSet,
): Cells {
  const sources = instanceIds(from, there.scope);
  const targets = instanceIds(to, here.scope);
  return new Map(sources.flatMap((a) => targets.map((b) => [`${a} → ${b}`, ports] as const)));
}

const instanceIds = (end: WorkloadReference, scope: Scope): readonly string[] =>
  end.instance === undefined
    ? (scope.workloads.get(end.workload)?.instances ?? []).map(({ id }) => id)
    : [formatReference(end)];

/** What of `wanted` none of `given` covers, as text; empty where all is covered. */
function missing(wanted: Cells, given: readonly Cells[]): string {
  return [...wanted]
    .map(([cell, ports]) => {
      const left = given.reduce((rest, each) => rest.subtract(each.get(cell) ?? PortSet.empty), ports);
      return left.isEmpty() ? "" : `${cell} ${describePorts(left.ranges())}`;
    })
    .filter((text) => text !== "")
    .join("; ");
}

/** The flows of other applications into this one, each with the reasons that this one accepts it for. */
export function acceptedFlows(
  here: ApplicationView,
  others: readonly { readonly name: string; readonly flows: readonly Flow[] }[],
): AcceptedFlow[] {
  return others.flatMap(({ name, flows }) =>
    flows.flatMap(({ from, to, ports, names }) => {
      if (from.kind !== "workload" || to.kind !== "application") return [];
      if (to.application !== here.scope.application) return [];
      const source = { application: name, ...reference(from) };
      const target: WorkloadEnd = { kind: "workload", ...reference(to) };
      const reasons = here.acceptances
        .filter((acceptance) => acceptance.from.application === name)
        .filter((acceptance) => meet(acceptance.from, source) && meet(acceptance.to, target))
        .filter((acceptance) => acceptance.ports.overlaps(PortSet.of(ports)))
        .map(({ because }) => because);
      return [{ from: source, to: target, ports, because: [...new Set(reasons)].join("; "), names }];
    }),
  );
}

const reference = ({ workload, instance }: WorkloadReference): WorkloadReference => ({
  workload,
  ...(instance === undefined ? {} : { instance }),
});

const meet = (a: WorkloadReference, b: WorkloadReference): boolean =>
  a.workload === b.workload &&
  (a.instance === undefined || b.instance === undefined || a.instance === b.instance);
