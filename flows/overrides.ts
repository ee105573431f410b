import { atPath, printable, type Problem, quote, throwProblems } from "../problems";
import type { DeclaredApplication, FlowDeclaration, Overridden, PortSpec } from "./declaration";
import { flowChangeFields, flowShape, portSpec } from "./declarationShape";
import { describeEnds } from "./ends";
import { flowSubject } from "./flows";
import { reasonFault, reasonText } from "./names";
import { readMetrics } from "./report";
import {
  type Reader,
  InputPlace,
  absentAs,
  flag,
  list,
  object,
  optional,
  reader,
  record,
  text,
} from "./shape";
import { compareText, remedyForUnknown } from "./text";

/** What a stack changes in one flow: some of its parts, or, with a reason, that it is not wanted. */
export type FlowChange =
  Partial<Pick<FlowDeclaration, "from" | "to" | "ports" | "because">> | { readonly removed: string };

/** What a stack may change in an application. All of it is plain data. */
export interface Overrides {
  /** False: no flow from or to the cluster's monitoring. */
  readonly monitoring?: boolean;
  /** By workload: another port where Prometheus scrapes it. */
  readonly metrics?: Readonly<Record<string, PortSpec>>;
  /** By a flow's name, if no other flow has it, or as "from → to" ("from -> to" does too), with its ports if need be. */
  readonly flows?: Readonly<Record<string, FlowChange>>;
  /** Flows that only this stack has. */
  readonly extraFlows?: readonly FlowDeclaration[];
}

/**
 * An application as a stack wants it. Only the overrides are checked here, each for touching something; what they
 * make of the application, `validateApplications` checks.
 *
 * @param overrides The stack's overrides as plain data: shaped as `Overrides`, or refused.
 * @param place Where they stand; places of problems begin with it: `overrides.flows["web -> api"]`.
 * @throws PalisadeInputError with every problem of the overrides.
 */
export function applyOverrides(
  declared: DeclaredApplication,
  overrides: unknown,
  place = atPath("overrides"),
): DeclaredApplication {
  const problems: Problem[] = [];
  const at = new InputPlace(problems, place);
  const read = overridesShape(overrides, at) ?? {};
  const workloads = withMetrics(declared, read, at);
  const flowPlace = (key: string) => at.at("flows").at(plainArrow(key));
  const changes = Object.entries(read.flows ?? {}).flatMap(([key, change]) => {
    const index = findFlow(key, declared.flows, flowPlace(key));
    return index === undefined ? [] : [{ key, index, change }];
  });
  for (const [i, { key, index }] of changes.entries()) {
    if (changes.slice(0, i).every((earlier) => earlier.index !== index)) continue;
    flowPlace(key).report("changes a flow that another key changes too", "Change each flow once");
  }
  const changed = declared.flows.map((flow, index) => {
    const found = changes.find((change) => change.index === index);
    return found === undefined ? flow : changeFlow(flow, found.change, flowPlace(found.key));
  });
  const flows = [...changed, ...(read.extraFlows ?? [])];
  const described = describe(declared, read, changes, at);
  const places = flows.flatMap((flow, index) => {
    if (!described.flows.includes(index)) return [];
    const key = changes.find((change) => change.index === index)?.key;
    const there = key === undefined ? at.at("extraFlows").at(index - declared.flows.length) : flowPlace(key);
    return [{ subject: flowSubject(flow, true), place: there.place }];
  });
  throwProblems(problems);
  const overridden = { ...described, places: [...(declared.overridden?.places ?? []), ...places] };
  return { ...declared, workloads, flows, overridden };
}

const removedFlow = object<{ readonly removed: string }>("a removed flow", { removed: absentAs("", text) });
const changedFlow = object("a flow's change", flowChangeFields);

const flowChange: Reader<FlowChange> = reader(
  { anyOf: [removedFlow.schema, changedFlow.schema] },
  (value, at) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, "removed")
      ? removedFlow(value, at)
      : changedFlow(value, at),
);

const overridesShape = object<Overrides>("overrides", {
  monitoring: optional(flag),
  metrics: optional(record(portSpec)),
  flows: optional(record(flowChange)),
  extraFlows: optional(list(flowShape)),
});

/** "web -> api": how an override names a flow, with the arrow that every keyboard has. */
const shortKey = ({ from, to }: FlowDeclaration): string => `${describeEnds(from)} -> ${describeEnds(to)}`;

/** "web -> api tcp/443": for flows that differ in their ports only. */
const longKey = (flow: FlowDeclaration): string => `${shortKey(flow)} ${flow.ports.join(", ")}`;

const namesOf = ({ name = [] }: FlowDeclaration): readonly string[] => [name].flat();

/** A flow's key as people may write it, in the spelling that it is compared in. */
const plainArrow = (key: string): string => key.replaceAll("→", "->");

/** The index of the one flow that a key means. */
function findFlow(key: string, flows: readonly FlowDeclaration[], at: InputPlace): number | undefined {
  const wanted = plainArrow(key);
  const matching = [...flows.entries()].filter(
    ([, flow]) => namesOf(flow).includes(key) || [shortKey(flow), longKey(flow)].includes(wanted),
  );
  const [first, ...others] = matching;
  if (first === undefined) {
    const known = flows.flatMap((flow) => [shortKey(flow), ...namesOf(flow)]);
    at.report("isn't a flow of this application", remedyForUnknown(wanted, known, "Leave it out"));
    return undefined;
  }
  if (others.length === 0) return first[0];
  const meant = matching.map(([, flow]) => flow);
  const short = new Set(meant.map(shortKey));
  const keys = short.size === meant.length ? [...short] : meant.map(longKey);
  const listed = keys.sort(compareText).map((one) => `"${one}"`);
  at.report(`means ${meant.length} flows`, `Name one of them: ${listed.join(", ")}`);
  return undefined;
}

function changeFlow(flow: FlowDeclaration, change: FlowChange, at: InputPlace): FlowDeclaration {
  if ("removed" in change) {
    const why = reasonText(change.removed);
    const fault =
      why === ""
        ? { message: "is removed without a reason", remedy: "Say why in `removed`" }
        : reasonFault(why);
    if (fault !== undefined) at.report(fault.message, fault.remedy);
    return flow;
  }
  const changed = { ...flow, ...change };
  if (JSON.stringify(changed) === JSON.stringify(flow)) {
    at.report("changes nothing", "Change from, to, ports or because, or leave it out");
  }
  return changed;
}

function withMetrics(
  { workloads }: DeclaredApplication,
  { metrics = {} }: Overrides,
  at: InputPlace,
): DeclaredApplication["workloads"] {
  const changed = Object.entries(metrics).flatMap(([name, port]) => {
    const workload = Object.hasOwn(workloads, name) ? workloads[name] : undefined;
    const place = at.at("metrics").at(name);
    if (workload === undefined) {
      place.report(
        `there is no workload ${quote(name)}`,
        remedyForUnknown(name, Object.keys(workloads), "Leave it out"),
      );
      return [];
    }
    if (workload.metrics === port) place.report(`${printable(port)} is its port already`, "Leave it out");
    const range = readMetrics(port, "", (_, ...faults) => {
      for (const fault of faults) if (fault !== undefined) place.report(fault.message, fault.remedy);
    });
    return range === undefined ? [] : [[name, { ...workload, metrics: port }] as const];
  });
  return { ...workloads, ...Object.fromEntries(changed) };
}

/** What was changed, for the checks and reports that follow. */
function describe(
  declared: DeclaredApplication,
  { monitoring = true, metrics = {}, extraFlows = [] }: Overrides,
  changes: readonly { readonly index: number; readonly change: FlowChange }[],
  at: InputPlace,
): Omit<Overridden, "places"> {
  if (!monitoring) {
    if (Object.keys(metrics).length > 0) {
      at.at("metrics").report("has no effect while monitoring is off", "Leave one of the two out");
    }
    if (!isMonitored(declared)) {
      at.at("monitoring").report("has nothing to turn off: no workload has metrics", "Leave it out");
    }
  }
  const removed = changes.flatMap(({ index, change }) =>
    "removed" in change ? [{ flow: index, because: reasonText(change.removed) }] : [],
  );
  const changed = changes.flatMap(({ index, change }) => ("removed" in change ? [] : [index]));
  const added = extraFlows.map((_, i) => declared.flows.length + i);
  const before = declared.overridden;
  return {
    flows: [...(before?.flows ?? []), ...changed, ...added],
    removed: [...(before?.removed ?? []), ...removed],
    monitoring: monitoring && before?.monitoring !== false,
  };
}

const isMonitored = ({ workloads, flows }: DeclaredApplication): boolean =>
  Object.values(workloads).some(({ metrics }) => metrics !== undefined) ||
  flows.some(({ from, to }) =>
    [from, to]
      .flat()
      .some((end) => typeof end !== "string" && end.kind === "platform" && end.service === "monitoring"),
  );
