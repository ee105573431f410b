import {
  about,
  atApplication,
  atPath,
  atSubject,
  type Place,
  type Problem,
  throwProblems,
} from "../problems";
import { isMap } from "../data";
import { readAcceptances } from "./acceptances";
import { acceptedFlows, checkBothSides, type ApplicationView } from "./bothSides";
import { applicationShape } from "./declarationShape";
import { checkCloudAccess } from "./cloudAccess";
import type { DeclaredApplication, Overridden } from "./declaration";
import { metricsFlows, type IndexedFlow, readFlows } from "./flows";
import type { AcceptedFlow, Application, Flow, RemovedFlow } from "./model";
import { nameFault, ownerFault } from "./names";
import { repeatedFlows } from "./overlap";
import { checkOwnersNames } from "./ownersNames";
import type { ReportFaults } from "./report";
import { readScope, type Scope } from "./scope";
import { InputPlace } from "./shape";
import { compareText, sortedByKey } from "./text";
import { checkUsage } from "./usage";

/**
 * Checks applications, each by itself and all between each other.
 *
 * @param declared What `application()`, `applicationFromData()` and `applyOverrides()` give, in any order.
 * @returns The checked applications, sorted by name; all lists in them sorted by content.
 * @throws PalisadeInputError with every problem of every application.
 *
 * @example
 * ```ts
 * import { application, PalisadeInputError, validateApplications } from "pulumi-palisade/flows";
 *
 * const shop = application("shop", {
 *   owner: "shop-team",
 *   workloads: { web: { labels: { app: "web" } }, api: { labels: { app: "api" }, ports: { http: "tcp/8000" } } },
 *   flows: [{ from: "web", to: "api", ports: ["tcp/70000"], because: "pages are made from the API" }],
 * });
 * try {
 *   validateApplications([shop]);
 * } catch (error) {
 *   if (!(error instanceof PalisadeInputError)) throw error;
 *   console.log(error.message); // shop: flow web → api: port tcp/70000 is out of range 1-65535. …
 * }
 * ```
 */
export function validateApplications(declared: readonly DeclaredApplication[]): Application[] {
  const problems: Problem[] = [];
  const checked = declared.map((each, index) => {
    const { overridden } = isMap(each) ? each : {};
    return checkApplication(withoutOverridden(each), overridden, atPath("applications", index), problems);
  });
  const known = checked.filter((each) => each !== undefined);
  for (const { name } of known.filter(({ name }, i) => known.findIndex((other) => other.name === name) < i)) {
    problems.push({
      place: atSubject(`application ${name}`),
      message: "is declared twice",
      remedy: "Give each application a name of its own",
    });
  }
  const neighbours = new Map(known.map(({ name, neighbour }) => [name, neighbour]));
  checkBothSides(neighbours);
  throwProblems(problems);
  return known
    .map((each) => toApplication(each, acceptedFlows(each.neighbour, known)))
    .sort((a, b) => compareText(a.name, b.name));
}

/**
 * Reads an application from plain data, as YAML or JSON gives it: the same words as `application()` takes, with the
 * application's `name` among them.
 *
 * @throws PalisadeInputError with every problem that the application has by itself: its shape and its meaning. What
 * it has with others, `validateApplications` finds.
 *
 * @example
 * ```ts
 * import { applicationFromData } from "pulumi-palisade/flows";
 *
 * export const shop = applicationFromData({
 *   name: "shop",
 *   owner: "shop-team",
 *   workloads: { web: { labels: { app: "web" } }, api: { labels: { app: "api" }, ports: { http: "tcp/8000" } } },
 *   flows: [
 *     { from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made from the API" },
 *     { from: "api", to: { kind: "cidr", cidrs: ["203.0.113.0/24"] }, ports: ["tcp/443"], because: "the bank" },
 *   ],
 * });
 * ```
 */
export function applicationFromData(data: unknown): DeclaredApplication {
  const problems: Problem[] = [];
  const checked = checkApplication(data, undefined, atSubject("application"), problems);
  throwProblems(problems);
  if (checked === undefined) throw new Error("an application that can't be read has a problem");
  return checked.declared;
}

interface Checked {
  readonly name: string;
  readonly declared: DeclaredApplication;
  readonly neighbour: ApplicationView;
  /** What the stack wants: all flows but the removed ones. */
  readonly flows: readonly Flow[];
  readonly removed: readonly RemovedFlow[];
}

/** Checks one application by itself: shape first, then meaning, as far as the shape can be read. */
function checkApplication(
  data: unknown,
  overridden: Overridden | undefined,
  otherwise: Place,
  problems: Problem[],
): Checked | undefined {
  const raw = (isMap(data) ? data : {}) as Partial<DeclaredApplication>;
  const at = typeof raw.name === "string" && raw.name !== "" ? atApplication(raw.name) : otherwise;
  const before = problems.length;
  const shape = applicationShape(data, new InputPlace(problems, at));
  if (shape === undefined) return undefined;
  const whole = problems.length === before;
  const declared: DeclaredApplication = overridden === undefined ? shape : { ...shape, overridden };
  const report: ReportFaults = (subject, ...faults) => {
    for (const fault of faults) {
      if (fault !== undefined) problems.push({ place: about(at, subject), ...fault });
    }
  };
  report("application", nameFault("application", declared.name), ownerFault(declared.owner));
  const scope = readScope(declared, raw, whole, report);
  const beforeFlows = problems.length;
  const read = [...readFlows(declared, scope, report), ...metricsFlows(declared, scope)];
  const isReadable = problems.length === beforeFlows;
  const acceptances = readAcceptances(declared.accepts ?? [], scope, report);
  const all = read.map(({ flow }) => flow);
  const { flows, removed } = divide(declared, read);
  checkTogether(flows, scope, report);
  checkOwnersNames(declared, read, report);
  // What a stack removes isn't a mistake of the declaration: it still counts as a use.
  // What seems to be in no flow may be in one that can't be read.
  if (whole && isReadable) checkUsage(declared, all, acceptances, scope, report);
  const neighbour: ApplicationView = { scope, flows: all, acceptances, whole, report };
  return { name: declared.name, declared, neighbour, flows, removed };
}

/** What can only be said of all flows together that the stack wants. */
function checkTogether(flows: readonly Flow[], scope: Scope, report: ReportFaults): void {
  for (const [first, second] of repeatedFlows(flows)) {
    report(`flow ${second.id}`, {
      message: first.id === second.id ? "is declared twice" : `repeats flow ${first.id}`,
      remedy:
        first.origin === "metrics" || second.origin === "metrics"
          ? "Leave it out: the workload's metrics port implies it"
          : "Declare each connection once: merge the two, or narrow one",
    });
  }
  checkCloudAccess(flows, scope, report);
}

/** The flows that the stack wants, and those that it removed. */
function divide(
  { overridden }: DeclaredApplication,
  read: readonly IndexedFlow[],
): { readonly flows: readonly Flow[]; readonly removed: readonly RemovedFlow[] } {
  const reasons = new Map(overridden?.removed.map(({ flow, because }) => [flow, because]));
  const flows: Flow[] = [];
  const removed: RemovedFlow[] = [];
  for (const { flow, index } of read) {
    const because =
      (index === undefined ? undefined : reasons.get(index)) ??
      (overridden?.monitoring === false && isMonitored(flow) ? "monitoring is off in this stack" : undefined);
    if (because === undefined) flows.push(flow);
    else removed.push({ id: flow.id, because });
  }
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => compareText(a.id, b.id);
  return { flows: flows.sort(byId), removed: removed.sort(byId) };
}

const isMonitored = ({ from, to }: Flow): boolean =>
  [from, to].some((end) => end.kind === "platform" && end.service === "monitoring");

function toApplication(
  { declared, neighbour, flows, removed }: Checked,
  accepted: readonly AcceptedFlow[],
): Application {
  const { dns } = declared.names ?? {};
  return {
    name: declared.name,
    owner: declared.owner,
    workloads: [...neighbour.scope.workloads.values()],
    flows,
    accepted: [...accepted].sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    removed,
    databases: Object.fromEntries(neighbour.scope.databases),
    buckets: sortedByKey(declared.buckets ?? {}),
    ...(dns === undefined ? {} : { dnsName: dns }),
  };
}

/** What the declaration says without the stack: in plain data, nobody may write `overridden` himself. */
function withoutOverridden(declared: DeclaredApplication): unknown {
  if (!isMap(declared) || !Object.hasOwn(declared, "overridden")) return declared;
  return Object.fromEntries(Object.entries(declared).filter(([key]) => key !== "overridden"));
}
