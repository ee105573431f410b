import { append } from "../data";
import { type Acceptance, compareText, describeEnd, type FlowDeclaration, type Peer } from "../flows";
import { formatPortSpec, PortSet } from "../net";
import { type ImportedOpening, isImported, type OpeningEnd } from "./openings";
import type { RuleOrigin, WrittenBeside } from "./plan";
import { reasonFor } from "./reasons";
import type { ImportedWorkload } from "./workloads";

/** An end as a declaration writes it. */
type WrittenEnd = string | Peer;

/** One opening as a flow of its own, before those that share all else are put together. */
interface SingleFlow {
  readonly from: WrittenEnd;
  readonly to: WrittenEnd;
  readonly ports: readonly string[];
  readonly because: string;
  readonly names: readonly string[];
}

/** The applications of all imported namespaces, by namespace. */
export type ApplicationNames = ReadonlyMap<string, string>;

/** The flows that an application declares, and those of other applications that it accepts. */
export function flowsOf(
  namespace: string,
  openings: readonly ImportedOpening[],
  workloads: readonly ImportedWorkload[],
  names: ApplicationNames,
  written: WrittenBeside,
): { readonly flows: readonly FlowDeclaration[]; readonly accepts: readonly Acceptance[] } {
  const isOwn = (end: OpeningEnd): boolean => isImported(end) && end.namespace === namespace;
  const singles: SingleFlow[] = [];
  const accepts: Acceptance[] = [];
  for (const { from, to, ports, origins } of openings) {
    const because = reasonFor(origins, [...namesOf(from), ...namesOf(to)], written);
    const specs = ports.ranges().map(formatPortSpec);
    if (!isOwn(from) && !isOwn(to)) continue;
    if (isImported(from) && isImported(to) && from.namespace !== namespace) {
      const application = names.get(from.namespace) ?? from.namespace;
      accepts.push({ application, workload: from.reference, to: to.reference, ports: specs, because });
      continue;
    }
    singles.push({
      from: writtenEnd(from, namespace, names),
      to: writtenEnd(to, namespace, names),
      ports: specs,
      because,
      names: policyNames(origins, namespace),
    });
  }
  const references = workloads.map(({ reference }) => reference);
  const flows = together(together(wholeWorkloads(singles, workloads), "to"), "from").map(
    (flow): FlowDeclaration => ({
      from: everyOne(flow.from, references, workloads),
      to: everyOne(flow.to, references, workloads),
      ports: flow.ports as FlowDeclaration["ports"],
      because: flow.because,
      ...(flow.names.length === 0
        ? {}
        : { name: flow.names.length === 1 ? (flow.names[0] ?? "") : flow.names }),
    }),
  );
  return {
    flows: withoutStrayNames(flows),
    accepts: accepts.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
  };
}

const namesOf = (end: OpeningEnd): string[] =>
  isImported(end)
    ? [end.reference, end.namespace]
    : Object.values(end).filter((value) => typeof value === "string");

const policyNames = (origins: readonly RuleOrigin[], namespace: string): string[] =>
  [...new Set(origins.flatMap(({ policy }) => (policy.namespace === namespace ? [policy.name] : [])))].sort(
    compareText,
  );

function writtenEnd(end: OpeningEnd, namespace: string, names: ApplicationNames): WrittenEnd {
  if (!isImported(end)) return end;
  if (end.namespace === namespace) return end.reference;
  return {
    kind: "application",
    application: names.get(end.namespace) ?? end.namespace,
    workload: end.reference,
  };
}

/** Flows of every instance of a workload that are alike, as one of the workload. */
function wholeWorkloads(
  flows: readonly SingleFlow[],
  workloads: readonly ImportedWorkload[],
): readonly SingleFlow[] {
  const instances = new Map<string, string[]>();
  for (const { workload, instance, reference } of workloads)
    if (instance !== undefined) append(instances, workload, reference);
  return [...instances].reduce(
    (all, [workload, references]) =>
      merged(merged(all, workload, references, "to"), workload, references, "from"),
    flows,
  );
}

function merged(
  flows: readonly SingleFlow[],
  workload: string,
  references: readonly string[],
  side: "from" | "to",
): readonly SingleFlow[] {
  const groups = new Map<string, SingleFlow[]>();
  for (const flow of flows) {
    const end = flow[side];
    const isOne = typeof end === "string" && references.includes(end);
    append(groups, JSON.stringify(isOne ? { ...flow, [side]: workload } : flow), flow);
  }
  return [...groups].flatMap(([, group]) => {
    const ends = new Set(group.map((flow) => flow[side]));
    const [first] = group;
    return first !== undefined && references.length > 1 && references.every((one) => ends.has(one))
      ? [{ ...first, [side]: workload }]
      : group;
  });
}

/** A flow whose ends may be several. */
interface JoinedFlow extends Omit<SingleFlow, "from" | "to"> {
  readonly from: WrittenEnd | readonly WrittenEnd[];
  readonly to: WrittenEnd | readonly WrittenEnd[];
}

/** Flows that differ in one end alone, as one with a list. */
function together(flows: readonly JoinedFlow[], side: "from" | "to"): readonly JoinedFlow[] {
  const groups = new Map<string, JoinedFlow[]>();
  for (const flow of flows) append(groups, JSON.stringify({ ...flow, [side]: "" }), flow);
  return [...groups.values()].flatMap((group): JoinedFlow[] => {
    const [first, ...others] = group;
    if (first === undefined || others.length === 0) return group;
    return [{ ...first, [side]: group.map((flow) => flow[side] as WrittenEnd) }];
  });
}

/** Every workload of the application in one word. */
function everyOne(
  ends: WrittenEnd | readonly WrittenEnd[],
  references: readonly string[],
  workloads: readonly ImportedWorkload[],
): WrittenEnd | readonly WrittenEnd[] {
  if (!Array.isArray(ends)) return ends;
  const list = ends as readonly WrittenEnd[];
  const covers = (reference: string) => {
    const one = workloads.find((workload) => workload.reference === reference);
    return list.includes(reference) || (one !== undefined && list.includes(one.workload));
  };
  const isEvery =
    references.length > 2 && list.every((end) => typeof end === "string") && references.every(covers);
  return isEvery ? { kind: "every-workload" } : list;
}

/** Without names that flows without a common end share: a policy of several workloads, which no flow is alone. */
function withoutStrayNames(flows: readonly FlowDeclaration[]): readonly FlowDeclaration[] {
  const sharing = new Map<string, ReadonlySet<string>[]>();
  for (const flow of flows) for (const name of listed(flow.name)) append(sharing, name, endKeys(flow));
  const isStray = (name: string) => {
    const [first, ...others] = sharing.get(name) ?? [];
    return first === undefined || ![...first].some((key) => others.every((keys) => keys.has(key)));
  };
  return flows.map(({ name, ...flow }) => {
    const kept = listed(name).filter((one) => !isStray(one));
    return { ...flow, ...(kept.length === 0 ? {} : { name: kept.length === 1 ? (kept[0] ?? "") : kept }) };
  });
}

const listed = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** The ends of a flow as the check of owners' names tells them apart. */
const endKeys = ({ from, to }: FlowDeclaration): ReadonlySet<string> =>
  new Set(
    [...listed(from), ...listed(to)].map((end) => {
      if (typeof end === "string") return `workload ${end.split("/")[0] ?? ""}`;
      if (end.kind === "every-workload" || end.kind === "workload") return end.kind;
      return end.kind === "cidr" ? end.kind : describeEnd(end);
    }),
  );

/** The ports that flows lead to, by the workload that listens. */
export function portsListened(
  openings: readonly ImportedOpening[],
  workload: string,
  namespace: string,
): PortSet {
  return openings.reduce(
    (sum, { to, ports }) =>
      isImported(to) && to.namespace === namespace && to.workload === workload ? sum.union(ports) : sum,
    PortSet.empty,
  );
}
