// Tests: test/policypack/cases/cases.test.ts
import { isProtocol } from "../../kubernetes";
import { PortSet } from "../../net";
import type {
  Demand,
  DemandFact,
  Fact,
  Requester,
  ServiceDemand,
  ServiceFact,
  ServicePortFact,
} from "../facts";
import { type Field, known, mapField, type Unread, unreadOf } from "../values";
import type { Ports } from "./reach";
import type { SeenPods } from "./seenPods";

/** Those who bring traffic from outside. */
const FROM_OUTSIDE: ReadonlySet<Requester> = new Set(["ingress-controller", "gateway", "load-balancer"]);

/** A route from outside to a Service, and the ports that it leads to. */
export interface Route {
  readonly fact: DemandFact;
  readonly path: string;
  readonly to: ServiceDemand;
  /** The Services that it means, as far as the stack shows them. */
  readonly services: readonly ServiceFact[];
  /** The Service's port and those of the pods behind it. */
  readonly ports: Ports;
  readonly unread: readonly Unread[];
  /** The Services that it may mean, because their names or namespaces aren't known. */
  readonly perhaps: readonly PerhapsService[];
}

export interface PerhapsService {
  readonly service: ServiceFact;
  readonly ports: Ports;
  readonly unread: readonly Unread[];
}

/** A stack's routes from outside, by every kind that leads traffic in; and what keeps more from being read. */
export function routesOf(facts: readonly Fact[], seen: SeenPods): readonly Route[] {
  return facts.flatMap((fact) =>
    fact.kind === "Demand" && FROM_OUTSIDE.has(fact.requester)
      ? fact.demands.flatMap((demand) => routeOf(fact, demand, seen))
      : [],
  );
}

/** The objects of which not all routes can be read. */
export const unreadRoutes = (facts: readonly Fact[]): readonly DemandFact[] =>
  facts.filter(
    (fact): fact is DemandFact =>
      fact.kind === "Demand" && FROM_OUTSIDE.has(fact.requester) && fact.unread.length > 0,
  );

function routeOf(fact: DemandFact, { path, to }: Demand, seen: SeenPods): Route[] {
  if (to.kind !== "service") return [];
  const { namespace, name, port } = to;
  const near = namespace.known ? seen.servicesIn(fact.subject, namespace.value) : [];
  const isOpen = (service: ServiceFact) => !service.name.known || !service.namespace.known;
  const isNamed = (service: ServiceFact) =>
    name.known && service.name.known && service.name.value === name.value;
  const services = near.filter((service) => !isOpen(service) && isNamed(service));
  const perhaps = near.filter((service) => isOpen(service) && (!service.name.known || isNamed(service)));
  const own = portsOf([{ protocol: { known: true, value: "TCP" }, port }]);
  const behind = services.map((service) => behindService(service, port));
  return [
    {
      fact,
      path,
      to,
      services,
      ports: joined([own, ...behind]),
      unread: [...unreadOf([namespace, name, port]), ...behind.flatMap(({ unread }) => unread)],
      perhaps: perhaps.map((service) => {
        const { unread, ...ports } = behindService(service, port);
        return { service, ports, unread: [...unreadOf([service.namespace, service.name]), ...unread] };
      }),
    },
  ];
}

interface SomePort {
  readonly protocol: Field<string>;
  readonly port: Field<number | string | undefined>;
}

/** The ports of a Service that a route means, and the pods' ports behind them; those that may be meant are unread. */
function behindService(service: ServiceFact, asked: ServiceDemand["port"]): Ports & { unread: Unread[] } {
  const { ports } = service;
  if (!ports.known) return { ...NO_PORTS, unread: [ports] };
  const asks = ({ name, port }: ServicePortFact): Field<boolean> => {
    if (!asked.known) return known(false);
    if (asked.value === undefined) return known(true);
    const wanted = asked.value;
    return mapField<number | string | undefined, boolean>(
      typeof wanted === "string" ? name : port,
      (written) => written === wanted,
    );
  };
  const answers = ports.value.map((one) => ({ one, answer: asks(one) }));
  const meant = answers.flatMap(({ one, answer }) => (answer.known && answer.value ? [one] : []));
  const some = meant.flatMap(({ protocol, port, target }): SomePort[] => [
    { protocol, port },
    { protocol, port: target },
  ]);
  const unread = [
    ...unreadOf(answers.map(({ answer }) => answer)),
    ...(asked.known ? meant : ports.value).flatMap(({ protocol, port, target }) =>
      unreadOf([protocol, port, target]),
    ),
  ];
  return { ...portsOf(some), unread };
}

const NO_PORTS: Ports = { numbers: PortSet.empty, names: [] };

function portsOf(some: readonly SomePort[]): Ports {
  const [ranges, names]: [{ protocol: "TCP" | "UDP" | "SCTP"; from: number; to: number }[], string[]] = [
    [],
    [],
  ];
  for (const { protocol, port } of some) {
    if (!protocol.known || !port.known || port.value === undefined || !isProtocol(protocol.value)) continue;
    if (typeof port.value === "string") names.push(`${protocol.value}/${port.value}`);
    else if (port.value >= 1 && port.value <= 65_535)
      ranges.push({ protocol: protocol.value, from: port.value, to: port.value });
  }
  return { numbers: PortSet.of(ranges), names };
}

const joined = (all: readonly Ports[]): Ports => ({
  numbers: all.reduce((sum, { numbers }) => sum.union(numbers), PortSet.empty),
  names: [...new Set(all.flatMap(({ names }) => names))],
});
