import { type PortRange, PortSet, PROTOCOLS } from "../net";
import type { DeclaredApplication, FlowDeclaration, PortSpec } from "./declaration";
import { MALFORMED } from "./declarationShape";
import { describeEnd, describeEnds, describeFlow, describePorts } from "./ends";
import type { FlowEnd, Flow } from "./model";
import { type Fault, ownersNameFault, reasonFault, reasonText } from "./names";
import type { Peer } from "./peer";
import { platform } from "./peer";
import { readPeer } from "./readPeers";
import { type ReportFaults, readPorts } from "./report";
import type { Scope } from "./scope";
import { compareText } from "./text";

/** A flow, and the index of the declaration that it comes from; none where the language adds it. */
export interface IndexedFlow {
  readonly flow: Flow;
  readonly index?: number;
}

/** Checks every declared flow by itself and gives one flow for each pair of ends. */
export function readFlows(
  declared: DeclaredApplication,
  scope: Scope,
  report: ReportFaults,
): readonly IndexedFlow[] {
  return declared.flows.flatMap((declaration, index) => {
    const changed = declared.overridden?.flows.includes(index) === true;
    const flows = readFlow(declaration, changed ? "override" : "declared", scope, report);
    return flows.map((flow) => ({ flow, index }));
  });
}

/** What errors call a declared flow. */
export const flowSubject = ({ from, to }: Pick<FlowDeclaration, "from" | "to">, changed: boolean): string =>
  `flow ${describeEnds(from)} → ${describeEnds(to)}${changed ? " (the stack's override)" : ""}`;

function readFlow(
  declaration: FlowDeclaration,
  origin: Flow["origin"],
  scope: Scope,
  report: ReportFaults,
): Flow[] {
  const subject = flowSubject(declaration, origin === "override");
  const from = readEnds(declaration.from, "from", scope, subject, report);
  const to = readEnds(declaration.to, "to", scope, subject, report);
  const ports = readPorts(declaration.ports, subject, report);
  const because = reasonText(declaration.because);
  const names = readNames(declaration.name, subject, report);
  report(subject, reasonFault(because));
  const ranges = ports.ranges();
  return from.flatMap((source) =>
    to.map((destination) => {
      report(subject, pairFault(source, destination), portsFault(destination, ports, scope));
      const id = describeFlow(source, destination, ranges);
      return { id, from: source, to: destination, ports: ranges, because, names, origin };
    }),
  );
}

function readEnds(
  ends: string | Peer | readonly (string | Peer)[],
  side: "from" | "to",
  scope: Scope,
  subject: string,
  report: ReportFaults,
): readonly FlowEnd[] {
  const all = typeof ends === "string" || "kind" in ends ? [ends] : ends;
  if (all.length === 0 && all !== MALFORMED) {
    report(subject, {
      message: `${side} names nobody`,
      remedy:
        'Name a workload or a peer; every workload is everyWorkload(), or {"kind": "every-workload"} as data',
    });
  }
  const read = all.flatMap((end) => readPeer(end, scope, subject, report));
  const seen = new Set<string>();
  return read.filter((end) => {
    const text = describeEnd(end);
    if (seen.has(text))
      report(subject, { message: `${text} is listed twice in ${side}`, remedy: "List it once" });
    return !seen.has(text) && seen.add(text);
  });
}

function readNames(
  name: string | readonly string[] | undefined,
  subject: string,
  report: ReportFaults,
): string[] {
  const names = name === undefined ? [] : typeof name === "string" ? [name] : [...name];
  report(subject, ...names.map(ownersNameFault));
  const unique = [...new Set(names)];
  if (unique.length < names.length) {
    report(subject, { message: "has one name twice", remedy: "List each name once" });
  }
  return unique.sort(compareText);
}

/** What is wrong with the two ends together. */
function pairFault(from: FlowEnd, to: FlowEnd): Fault | undefined {
  const own = [from, to].some(({ kind }) => kind === "workload");
  switch (from.kind) {
    case "application":
      return {
        message: `comes from another application, ${from.application}`,
        remedy: `Declare it in ${from.application}, and list it here under accepts`,
      };
    case "database":
    case "bucket":
    case "cloud-identity":
      return {
        message: `${describeEnd(from)} opens no connections`,
        remedy: "Declare the flow from the workload that connects to it",
      };
    case "kubernetes-api":
      return {
        message: "the Kubernetes API server has no address that a policy could rely on as a source",
        remedy: "Name the addresses that it calls webhooks from with cidr()",
      };
    case "workload":
    case "pods":
    case "platform":
    case "cidr":
    case "internet":
      break;
  }
  if (own) return undefined;
  return {
    message: "has no end in this application",
    remedy: "Name one of its workloads as from or to; nothing else can be isolated here",
  };
}

/** What is wrong with the ports, seen from the destination. */
function portsFault(to: FlowEnd, ports: PortSet, scope: Scope): Fault | undefined {
  if (ports.isEmpty()) return undefined;
  switch (to.kind) {
    case "workload":
      return listeningFault(to.workload, ports, scope);
    case "database":
      return onlyFault(`database ${to.database} listens`, ports, scope.databases.get(to.database)?.port);
    case "bucket":
      return onlyFault("a bucket is reached", ports, 443);
    case "kubernetes-api":
      return onlyFault("the Kubernetes API is reached", ports, 443);
    case "cloud-identity":
      return onlyFault("credentials are fetched", ports, 443);
    case "internet":
      return everyServiceFault(ports);
    case "application":
    case "pods":
    case "platform":
    case "cidr":
      return undefined;
  }
}

/** The ports of well-known services. Source: RFC 6335, section 6. */
const SYSTEM_PORTS = PortSet.of(PROTOCOLS.map((protocol) => ({ protocol, from: 1, to: 1023 })));

/** What is wrong with ports to the internet: a protocol's every service would be open to whoever takes over a pod. */
function everyServiceFault(ports: PortSet): Fault | undefined {
  const wide = ports
    .intersect(SYSTEM_PORTS)
    .ranges()
    .filter(({ from, to }) => to - from >= 511);
  if (wide.length === 0) return undefined;
  return {
    message: `${describePorts(ports.ranges())} is nearly every service of the internet`,
    remedy: "List the ports that it needs, such as tcp/443",
  };
}

/** What is wrong with ports that a workload of this application doesn't listen on. */
export function listeningFault(name: string, ports: PortSet, scope: Scope): Fault | undefined {
  const workload = scope.workloads.get(name);
  if (workload === undefined) return undefined;
  const heard = ({ protocol, from, to }: PortRange) =>
    workload.ports.some((port) => port.protocol === protocol && port.from <= from && to <= port.to);
  if (ports.ranges().every(heard)) return undefined;
  const unheard = ports.subtract(PortSet.of(workload.ports)).ranges();
  return {
    message: `${name} doesn't listen on ${describePorts(unheard)}`,
    remedy:
      workload.ports.length === 0
        ? `Declare under ports what ${name} listens on`
        : `It listens on ${describePorts(workload.ports)}: declare the port there, or correct it here`,
  };
}

function onlyFault(what: string, ports: PortSet, port: number | undefined): Fault | undefined {
  if (port === undefined) return undefined;
  const only: PortSpec = `tcp/${port}`;
  if (ports.equals(PortSet.of([{ protocol: "TCP", from: port, to: port }]))) return undefined;
  return {
    message: `${what} on ${only}, not on ${describePorts(ports.ranges())}`,
    remedy: `Write ports: ["${only}"]`,
  };
}

/** The flows that `metrics` implies: the cluster's monitoring scrapes each workload that says where. */
export function metricsFlows(declared: DeclaredApplication, scope: Scope): readonly IndexedFlow[] {
  const from = platform("monitoring") as FlowEnd;
  const name = declared.names?.metrics;
  return [...scope.workloads.values()].flatMap(({ name: workload }) => {
    const metrics = declared.workloads[workload]?.metrics;
    if (metrics === undefined) return [];
    const ports = readPorts([metrics], "", () => undefined).ranges();
    const to: FlowEnd = { kind: "workload", workload };
    const flow: Flow = {
      id: describeFlow(from, to, ports),
      from,
      to,
      ports,
      because: "Prometheus scrapes its metrics",
      names: name === undefined ? [] : [name],
      origin: "metrics",
    };
    return [{ flow }];
  });
}
