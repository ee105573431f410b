// Tests: test/policypack/invariants/rulesMatch.test.ts
import { nearest } from "../../data";
import { type Direction, isProtocol } from "../../kubernetes";
import {
  type NetworkPolicyFact,
  type PortFact,
  type RuleFact,
  type ServiceFact,
  unreadInSelector,
} from "../facts";
import { type Finding, violation } from "../finding";
import { leadsTo, listText, type PeerMeaning, portsOf, type SeenPods, type SeenWorkload } from "../judgment";
import { type Field, type Unread, unreadOf } from "../values";

/** A rule, and whom its peers mean. */
export interface RuleInPolicy {
  readonly policy: NetworkPolicyFact;
  readonly rule: RuleFact;
  readonly direction: Direction;
  readonly meanings: readonly PeerMeaning[];
}

interface PortsJudged {
  readonly findings: readonly Finding[];
  /** The fields that leave it open. */
  readonly open: readonly Unread[];
}

/** Judges a rule's ports by the pods that they are ports of, where the stack shows them all. */
export function judgePorts(place: RuleInPolicy, seen: SeenPods): PortsJudged {
  const { ports } = place.rule;
  if (!ports.known) return { findings: [], open: [ports] };
  if (ports.value.length === 0) return { findings: [], open: [] };
  const { workloads, open } = destinations(place, seen);
  const judged = ports.value.map((port) => judgePort(place, port, workloads, seen));
  return {
    findings: judged.flatMap(({ findings }) => findings),
    open: [...open, ...judged.flatMap((one) => one.open)],
  };
}

/** The pods whose ports a rule opens; none where the stack may not show all of them. */
function destinations(
  { policy, direction, meanings }: RuleInPolicy,
  seen: SeenPods,
): { readonly workloads: readonly SeenWorkload[]; readonly open: readonly Unread[] } {
  const nobody = { workloads: [], open: [] };
  if (direction === "egress") {
    if (meanings.length === 0) return nobody;
    const shown = meanings.map((meaning) => (meaning.kind === "shown" ? meaning.workloads : []));
    return shown.some((workloads) => workloads.length === 0) ? nobody : { workloads: shown.flat(), open: [] };
  }
  const { namespace, podSelector, subject } = policy;
  if (!namespace.known) return { workloads: [], open: [namespace] };
  if (!seen.shows(subject, namespace.value)) return nobody;
  const { certain, maybe, unread } = seen.find(subject, namespace.value, podSelector);
  if (maybe) return { workloads: [], open: [...unreadInSelector(podSelector), ...unread] };
  return { workloads: certain, open: [] };
}

function judgePort(
  place: RuleInPolicy,
  port: PortFact,
  workloads: readonly SeenWorkload[],
  seen: SeenPods,
): PortsJudged {
  const open = unreadOf([port.protocol, port.port, port.endPort]);
  if (!port.protocol.known || !port.port.known || !port.endPort.known) return { findings: [], open };
  const [value, endPort] = [port.port.value, port.endPort.value];
  if (workloads.length === 0 || value === undefined) return { findings: [], open: [] };
  const protocol = port.protocol.value;
  if (typeof value === "string") return judgeName(place, port, { protocol, name: value }, workloads);
  if (endPort !== undefined && endPort !== value) return { findings: [], open: [] };
  return judgeNumber(place, port, { protocol, number: value }, workloads, seen);
}

/** A port's name has to be one that some of the pods have. */
function judgeName(
  { policy }: RuleInPolicy,
  { path }: PortFact,
  { protocol, name }: { readonly protocol: string; readonly name: string },
  workloads: readonly SeenWorkload[],
): PortsJudged {
  const open = workloads.flatMap(unreadPorts);
  if (open.length > 0 || workloads.some(({ subject }) => subject.partial)) return { findings: [], open };
  const names = workloads.flatMap(({ pods: { namedPorts } }) =>
    namedPorts.known ? [...namedPorts.value.keys()] : [],
  );
  if (names.includes(`${protocol}/${name}`)) return { findings: [], open: [] };
  const other = names.find((one) => one.endsWith(`/${name}`))?.split("/")[0];
  const ofProtocol = names.flatMap((one) =>
    one.startsWith(`${protocol}/`) ? [one.slice(protocol.length + 1)] : [],
  );
  const near = nearest(name, ofProtocol);
  const remedy =
    other !== undefined
      ? `write protocol: ${other} at ${path}`
      : near !== undefined
        ? `write port: ${near} at ${path}`
        : `write the port's number at ${path}, or give the container's port the name ${name}`;
  const titles = listText(workloads.map(({ title }) => title));
  const has = ofProtocol.length === 0 ? "name none" : `name ${listText([...new Set(ofProtocol)])}`;
  const finding = violation(policy, {
    wrong: `opens a port by a name that no pod has: ${name}`,
    why: "the rule opens nothing, and k3s's controller takes one with no other port for every port",
    evidence: `${path}.port is ${name}, and for ${protocol} the containers of ${titles} ${has}`,
    remedy,
  });
  return { findings: [finding], open: [] };
}

const unreadPorts = ({ title, pods: { namedPorts } }: SeenWorkload): Unread[] =>
  unreadOf([namedPorts]).map((field) => ({ ...field, path: `${title} ${field.path}` }));

/** A number that is a Service's port alone, where the pods behind it get the connection on another. */
function judgeNumber(
  { policy, rule }: RuleInPolicy,
  { path }: PortFact,
  { protocol, number }: { readonly protocol: string; readonly number: number },
  workloads: readonly SeenWorkload[],
  seen: SeenPods,
): PortsJudged {
  const turned = workloads.map((workload) => targetOf(workload, protocol, number, seen));
  const open = turned.flatMap((one) => one?.open ?? []);
  if (open.length > 0) return { findings: [], open };
  const [first, ...others] = turned;
  if (first?.target === undefined || others.some((one) => one?.target !== first.target))
    return { findings: [], open: [] };
  const { target, service } = first;
  if (isProtocol(protocol) && portsOf(rule.ports, "upper").numbers.contains(protocol, target))
    return { findings: [], open: [] };
  const finding = violation(policy, {
    wrong: `opens ${protocol} ${number}, which is a Service's port and not its pods'`,
    why: "what comes through the Service is blocked: policies see the pods' port",
    evidence: `${path}.port is ${number}; ${service.title} leads from ${number} to ${target} of ${listText(workloads.map(({ title }) => title))}, whose containers don't list ${number}`,
    remedy: `write port: ${target} at ${path}`,
  });
  return { findings: [finding], open: [] };
}

/** Where a Service leads that has a number for its own port, and what keeps it from being certain. */
interface Turned {
  readonly target?: number;
  readonly service: ServiceFact;
  readonly open: readonly Unread[];
}

/** The port that the Services of a workload turn a number into, where that number is none of its own. */
function targetOf(
  workload: SeenWorkload,
  protocol: string,
  number: number,
  seen: SeenPods,
): Turned | undefined {
  const { namespace, subject, title, pods } = workload;
  if (!namespace.known || subject.partial) return undefined;
  const behind = seen.servicesIn(subject, namespace.value).flatMap((service) => {
    const match = leadsTo(service, workload);
    return match === "no" ? [] : [{ service, match }];
  });
  const turning = behind.find(({ service: { ports } }) =>
    !ports.known ? true : ports.value.some(({ port }) => !port.known || port.value === number),
  );
  if (turning === undefined) return undefined;
  const own = unreadOf([pods.listedPorts]).map((field) => ({ ...field, path: `${title} ${field.path}` }));
  const open = [...own, ...behind.flatMap(({ service }) => unreadIn(service))];
  if (open.length > 0 || !pods.listedPorts.known) return { service: turning.service, open };
  const listed = pods.listedPorts.value;
  if (listed.size === 0 || listed.has(`${protocol}/${number}`)) return undefined;
  if (behind.some(({ match }) => match !== "yes")) return undefined;
  const leads = behind.flatMap(({ service }) =>
    (service.ports.known ? service.ports.value : []).flatMap((port) => {
      const target = numberOf(port.target, protocol, workload);
      const isOf = port.protocol.known && port.protocol.value === protocol;
      return isOf && target !== undefined ? [{ service, port: port.port, target }] : [];
    }),
  );
  if (leads.some(({ target }) => target === number)) return undefined;
  const lead = leads.find(
    ({ port, target }) => port.known && port.value === number && listed.has(`${protocol}/${target}`),
  );
  return lead && { target: lead.target, service: lead.service, open: [] };
}

const unreadIn = ({ title, namespace, selector, ports }: ServiceFact): Unread[] =>
  [
    ...unreadOf([namespace, selector, ports]),
    ...(selector.known ? unreadOf([...selector.value.values()]) : []),
    ...(ports.known
      ? ports.value.flatMap(({ protocol, port, target }) => unreadOf([protocol, port, target]))
      : []),
  ].map((field) => ({ ...field, path: `${title} ${field.path}` }));

/** A target port as a number: a name is the pod's to say. */
function numberOf(
  target: Field<number | string | undefined>,
  protocol: string,
  { pods: { namedPorts } }: SeenWorkload,
): number | undefined {
  if (!target.known) return undefined;
  if (typeof target.value !== "string") return target.value;
  return namedPorts.known ? namedPorts.value.get(`${protocol}/${target.value}`) : undefined;
}
