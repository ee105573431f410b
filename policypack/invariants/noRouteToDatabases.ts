import * as z from "zod";
import { SYSTEM_NAMESPACES } from "../../kubernetes";
import { AddressSet, DATABASE_PORT_NAMES, PortSet } from "../../net";
import type { EndpointSliceFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import { addressesIn, databasePortsIn, type Route, routesOf, seenPods, unreadRoutes } from "../judgment";
import { isExempt, patternText } from "../namespacePattern";
import { databasePorts, filledText } from "../policyConfig";
import { type Unread, unreadOf } from "../values";

const config = z.strictObject({
  ports: databasePorts("The ports that databases and caches listen on."),
  portNames: z
    .array(filledText)
    .default([...DATABASE_PORT_NAMES])
    .describe("Names of ports that mean a database; other names aren't judged."),
  exempt: z
    .array(patternText)
    .default([...SYSTEM_NAMESPACES])
    .describe("Namespaces whose routes may lead to databases, by name; a trailing * stands for any ending."),
});
type Config = z.output<typeof config>;

export const noRouteToDatabases = stackInvariant({
  scope: "stack",
  name: "no-route-to-databases",
  description: "Nothing leads from outside the cluster to a database's port, nor by hand to other pods.",
  stops:
    "Ingresses, routes of the Gateway API (HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute, their mirrors too), Traefik's routes and TargetGroupBindings whose backend is a database's port: by its number or name, or by that of the pods behind the Service, where the stack shows it. The ingress controller's pods are then the database's clients for everybody outside. Also EndpointSlices and Endpoints, which in a program somebody writes by hand, that lead to pods of another namespace, or to a database's port of an address in the cluster's ranges (`settings.clusterRanges`): a Service in front of them leads past its namespace's border (CVE-2021-25740).",
  remedy: "Let the application be the database's only client; for a Service of pods, write a selector.",
  severity: "high",
  config,
  example: { ports: ["tcp/5432", "tcp/6379"], exempt: ["kube-system", "bastion"] },
  judge(facts, settings, context) {
    const routes = routesOf(facts, seenPods(facts));
    return [
      ...routes.flatMap((route) => judgeRoute(route, settings)),
      ...unreadRoutes(facts).map((fact) => undecided(fact, fact.unread, QUESTION)),
      ...facts.flatMap((fact) =>
        fact.kind === "EndpointSlice" && !isExempt(fact.namespace, settings.exempt)
          ? judgeSlice(fact, settings, context)
          : [],
      ),
    ];
  },
});

const QUESTION = "it leads from outside to a database";

function judgeRoute({ fact, path, to, ports, unread, perhaps }: Route, settings: Config): Finding[] {
  if (isExempt(to.namespace, settings.exempt)) return [];
  const databasesOn = (some: Route["ports"]) => databasePortsIn(some, settings.ports, settings.portNames);
  const found = databasesOn(ports);
  if (found.length === 0) {
    const may = perhaps.filter((one) => databasesOn(one.ports).length > 0 || !one.service.ports.known);
    const fields = [...unread, ...may.flatMap((one) => one.unread)];
    return fields.length === 0 ? [] : [undecided(fact, fields, QUESTION)];
  }
  const service = to.name.known ? (to.name.value ?? "") : "a Service";
  return [
    violation(
      { ...fact, namespace: to.namespace },
      {
        wrong: `leads from outside to a database's port: ${found.join(", ")} of the Service ${service}`,
        why: "whoever reaches the ingress controller or load balancer may try the database's password",
        evidence: `${path} leads to ${found.join(", ")}`,
        remedy: `remove ${path}, or let it lead to the application in front of the database`,
      },
    ),
  ];
}

function judgeSlice(slice: EndpointSliceFact, settings: Config, context: Context): Finding[] {
  const { namespace, pods, addresses, ports } = slice;
  const elsewhere = pods.flatMap((pod) =>
    pod.known && namespace.known && pod.value !== undefined && pod.value !== namespace.value
      ? [pod.value]
      : [],
  );
  if (elsewhere.length > 0) {
    return [
      violation(slice, {
        wrong: `leads to pods of another namespace: ${[...new Set(elsewhere)].join(", ")}`,
        why: "a Service in front of it passes the other namespace's border, and routes may lead there",
        evidence: `its targetRefs name ${[...new Set(elsewhere)].join(", ")}`,
        remedy: "remove it, and use a Service with a selector in the pods' own namespace",
      }),
    ];
  }
  const open = openPorts(ports, settings);
  const inside = insideOf(addresses, context);
  const unread = [...unreadOf(pods), ...(pods.length > 0 ? unreadOf([namespace]) : [])];
  if (open.found.length > 0 && inside.certain.length > 0) {
    return [
      violation(slice, {
        wrong: `leads to a database's port of a pod: ${open.found.join(", ")}`,
        why: "its Service reaches a pod by address, whatever selector and namespace the pod has",
        evidence: `${inside.certain.join(", ")} is in settings.clusterRanges`,
        remedy: "remove it, and let a Service with a selector lead to the pods",
      }),
    ];
  }
  const mayOpen = open.found.length > 0 || open.unread.length > 0;
  const mayBeInside = inside.certain.length > 0 || inside.unread.length > 0;
  const fields = [...unread, ...(mayOpen && mayBeInside ? [...open.unread, ...inside.unread] : [])];
  return fields.length === 0 ? [] : [undecided(slice, fields, "it leads to a database or to other pods")];
}

/** The databases' ports of a slice; one without a number is every port. */
function openPorts(ports: EndpointSliceFact["ports"], { ports: databases, portNames }: Config) {
  const ranges = ports.flatMap(({ protocol, port }) => {
    if (!protocol.known || !port.known) return [];
    const [from, to] = port.value === undefined ? [1, 65_535] : [port.value, port.value];
    return PORT_PROTOCOLS.filter((one) => one === protocol.value && from >= 1).map((one) => ({
      protocol: one,
      from,
      to,
    }));
  });
  const found = databasePortsIn({ numbers: PortSet.of(ranges), names: [] }, databases, portNames);
  return { found, unread: ports.flatMap(({ protocol, port }) => unreadOf([protocol, port])) };
}

const PORT_PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/** The addresses that are pods', and what keeps open whether others are. */
function insideOf(addresses: EndpointSliceFact["addresses"], { settings }: Context) {
  const ranges = AddressSet.of(...settings.clusterRanges);
  const certain = addresses.flatMap((address) =>
    address.known && ranges.covers(hostOf(address.value)) && !hostOf(address.value).isEmpty()
      ? [address.value]
      : [],
  );
  const untold: Unread[] =
    settings.clusterRanges.length > 0 || addresses.length === 0
      ? []
      : [{ known: false, path: "settings.clusterRanges", because: "not configured" }];
  return { certain, unread: [...unreadOf(addresses), ...untold] };
}

/** An address as a set; none for a host's name. */
const hostOf = (address: string): AddressSet =>
  addressesIn(`${address}/${address.includes(":") ? 128 : 32}`) ?? AddressSet.empty;
