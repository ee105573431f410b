// Tests: test/policypack/invariants/flowsHaveBothSides.test.ts
import { isProtocol, matches } from "../../kubernetes";
import type { Protocol } from "../../net";
import type { Demand, SelectionDemand, ServiceDemand, ServiceFact, Subject } from "../facts";
import { type Field, type Unread, unreadOf } from "../values";
import { leadsTo, type SeenPods, type SeenWorkload } from "./seenPods";
import { exactLabels, exactSelector } from "./toAnalyzer";

/** A port of a workload's pods that somebody has to reach. */
export interface Wanted {
  readonly workload: SeenWorkload;
  readonly namespace: string;
  readonly protocol: Protocol;
  readonly port: number;
}

interface WantedPorts {
  readonly wanted: readonly Wanted[];
  /** The fields that leave more open. */
  readonly unread: readonly Unread[];
}

const NOTHING: WantedPorts = { wanted: [], unread: [] };
const open = (...fields: readonly Field<unknown>[]): WantedPorts => ({
  wanted: [],
  unread: unreadOf(fields),
});
const joined = (parts: readonly WantedPorts[]): WantedPorts => ({
  wanted: parts.flatMap(({ wanted }) => wanted),
  unread: parts.flatMap(({ unread }) => unread),
});

/** The ports that an object asks for, of workloads that the stack shows; nothing where it doesn't show them. */
export function wantedOf({ to }: Demand, subject: Subject, seen: SeenPods): WantedPorts {
  return to.kind === "service" ? ofService(to, subject, seen) : ofSelection(to, subject, seen);
}

function ofService({ namespace, name, port }: ServiceDemand, subject: Subject, seen: SeenPods): WantedPorts {
  if (!namespace.known || !name.known || !port.known) return open(namespace, name, port);
  const found = seen.servicesIn(subject, namespace.value);
  return joined(
    found.map((service) => {
      if (!service.name.known) return open(service.name);
      return service.name.value === name.value ? behind(service, port.value, namespace.value, seen) : NOTHING;
    }),
  );
}

/** The pods' ports behind a Service's port: its only one where none is asked for. */
function behind(
  service: ServiceFact,
  port: number | string | undefined,
  namespace: string,
  seen: SeenPods,
): WantedPorts {
  const { ports } = service;
  if (!ports.known) return open(ports);
  return joined(
    ports.value.map((one) => {
      const written = typeof port === "string" ? one.name : one.port;
      if (!written.known) return open(written);
      if (port !== undefined && written.value !== port) return NOTHING;
      return podsBehind(service, one.target, one.protocol, namespace, seen);
    }),
  );
}

function podsBehind(
  service: ServiceFact,
  target: Field<number | string | undefined>,
  protocol: Field<string>,
  namespace: string,
  seen: SeenPods,
): WantedPorts {
  return joined(
    seen.in(service.subject, namespace).map((workload) => {
      const match = leadsTo(service, workload);
      if (match === "no") return NOTHING;
      if (match === "yes") return portOf(workload, target, protocol, namespace);
      const { selector } = service;
      return open(
        selector,
        ...(selector.known ? selector.value.values() : []),
        workload.pods.labels,
        ...(workload.pods.labels.known ? workload.pods.labels.value.values() : []),
      );
    }),
  );
}

/** A workload's port by number, or by the name that its containers give it. */
function portOf(
  workload: SeenWorkload,
  target: Field<number | string | undefined>,
  protocol: Field<string>,
  namespace: string,
): WantedPorts {
  const { namespace: own, subject, pods } = workload;
  if (!target.known || !protocol.known || !own.known) return open(target, protocol, own);
  if (target.value === undefined || !isProtocol(protocol.value)) return NOTHING;
  if (typeof target.value === "number")
    return { wanted: [{ workload, namespace, protocol: protocol.value, port: target.value }], unread: [] };
  if (!pods.namedPorts.known) return open(pods.namedPorts);
  const port = pods.namedPorts.value.get(`${protocol.value}/${target.value}`);
  if (port === undefined || subject.partial) return NOTHING;
  return { wanted: [{ workload, namespace, protocol: protocol.value, port }], unread: [] };
}

const TCP: Field<string> = { known: true, value: "TCP" };

function ofSelection(
  { kind, namespaces, selector, port }: SelectionDemand,
  subject: Subject,
  seen: SeenPods,
): WantedPorts {
  if (!namespaces.known) return open(namespaces);
  const { value } = port;
  if (!value.known) return open(value);
  if (value.value === undefined) return NOTHING;
  const homes = namespaces.value === "any" ? [...seen.namespaces(subject)] : namespaces.value;
  return joined(
    homes.map((home) => {
      const name = typeof home === "string" ? home : home.known ? home.value : undefined;
      if (name === undefined) return typeof home === "string" ? NOTHING : open(home);
      if (kind === "pods") {
        const { certain, unread } = seen.find(subject, name, selector);
        return joined([
          { wanted: [], unread },
          ...certain.map((workload) => portOf(workload, value, TCP, name)),
        ]);
      }
      return joined(
        seen.servicesIn(subject, name).map((service) => {
          const match = matches(
            exactSelector(selector),
            exactLabels(service.labels, service.subject.partial),
          );
          if (match === "no") return NOTHING;
          if (match === "maybe")
            return open(service.labels, ...(service.labels.known ? service.labels.value.values() : []));
          return port.of === "service"
            ? behind(service, value.value, name, seen)
            : podsBehind(service, value, TCP, name, seen);
        }),
      );
    }),
  );
}
