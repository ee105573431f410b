import * as z from "zod";
import { AddressSet, MAX_PORT, PortSet, type Protocol, PROTOCOLS } from "../../net";
import type { ServiceFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { addressesIn, isInternet, writtenPorts } from "../judgment";
import { isExempt, patternText } from "../namespacePattern";
import { portText } from "../policyConfig";
import { type Field, type Unread, unreadOf } from "../values";
import { SYSTEM_NAMESPACES } from "../../kubernetes";

const config = z.strictObject({
  publicPorts: z
    .array(portText)
    .default([])
    .describe("Ports that a load balancer may open to everyone, like tcp/443."),
  exempt: z
    .array(patternText)
    .default([...SYSTEM_NAMESPACES])
    .describe(
      "Namespaces whose Services may be open to the outside, such as an ingress controller's, by name; a trailing * stands for any ending.",
    ),
});

export const serviceNoOpenExposure = resourceInvariant({
  scope: "resource",
  name: "service-no-open-exposure",
  description: "No Service opens an isolated namespace to the outside by itself.",
  stops:
    "Services of type LoadBalancer that anyone may reach (loadBalancerSourceRanges, or the annotation for it, absent or as wide as the internet, and no annotation of the cloud's that makes it internal), of type NodePort, which every node's address serves, and those with externalIPs, which take over an address for the whole cluster. Traffic that enters by them may carry a node's address, so that policies can't tell it from the node's own. Where the AWS Load Balancer Controller is given security groups or prefix lists by annotation, who may come in stands in those, and the answer is open.",
  remedy:
    "Make the Service a ClusterIP behind the ingress controller, or state who may connect in loadBalancerSourceRanges.",
  severity: "high",
  config,
  example: { publicPorts: ["tcp/443"], exempt: ["kube-system", "ingress-nginx"] },
  judge(fact, { publicPorts, exempt }) {
    if (fact.kind !== "Service" || isExempt(fact.namespace, exempt)) return [];
    return [...byAddress(fact), ...byType(fact, writtenPorts(publicPorts))];
  },
});

function byAddress(service: ServiceFact): Finding[] {
  const { externalIPs } = service;
  const question = "it takes over addresses by externalIPs";
  if (!externalIPs.known) return [undecided(service, [externalIPs], question)];
  if (externalIPs.value.length === 0) return [];
  return [
    violation(service, {
      wrong: "takes over addresses by externalIPs",
      why: "traffic for these addresses, whoever they belong to, ends at its pods",
      evidence: `spec.externalIPs lists ${externalIPs.value.map((ip) => (ip.known ? ip.value : "an address not yet known")).join(", ")}`,
      remedy: "remove spec.externalIPs, and let the ingress controller or a load balancer hold the address",
    }),
  ];
}

function byType(service: ServiceFact, publicPorts: PortSet): Finding[] {
  const { type, sourceRanges } = service;
  if (!type.known) return [undecided(service, [type], "it is open to the outside")];
  switch (type.value) {
    case "NodePort":
      return [
        violation(service, {
          wrong: "is open on a port of every node",
          why: "whoever reaches a node reaches its pods, and may look like the node to their policies",
          evidence: "spec.type is NodePort",
          remedy: "write spec.type: ClusterIP, and go through the ingress controller",
        }),
      ];
    case "LoadBalancer":
      return byLoadBalancer(service, publicPorts, rangesOf(sourceRanges, service.loadBalancer));
    default:
      return [];
  }
}

interface Ranges {
  readonly set: AddressSet;
  readonly stated: boolean;
  readonly unread: readonly Unread[];
}

/** The ranges of the spec, or, where it has none, those that annotations state; what security groups and prefix lists admit isn't known. */
function rangesOf(
  inSpec: ServiceFact["sourceRanges"],
  { sourceRanges: noted, groups, prefixLists }: ServiceFact["loadBalancer"],
): Ranges {
  const unknown = (unread: readonly Unread[]): Ranges => ({ set: AddressSet.empty, stated: true, unread });
  if (groups.length > 0) return unknown(groups);
  if (!inSpec.known) return unknown([inSpec]);
  if (inSpec.value.length === 0 && !noted.known) return unknown([noted]);
  const byNote = noted.known ? noted.value.map((text) => ({ known: true as const, value: text })) : [];
  const ranges = { value: inSpec.value.length > 0 ? inSpec.value : byNote };
  const texts = ranges.value.flatMap((range) => (range.known ? [range.value] : []));
  const sets = texts.map((text) => addressesIn(text) ?? AddressSet.all);
  return {
    set: sets.reduce((all, one) => all.union(one), AddressSet.empty),
    stated: ranges.value.length > 0 || prefixLists.length > 0,
    unread: [...unreadOf(ranges.value), ...prefixLists],
  };
}

function byLoadBalancer(
  service: ServiceFact,
  publicPorts: PortSet,
  { set, stated, unread }: Ranges,
): Finding[] {
  const ports = portsOf(service.ports);
  if (!publicPorts.isEmpty() && ports.known && publicPorts.covers(ports.value)) return [];
  const { internal } = service.loadBalancer;
  if (internal.known && internal.value) return [];
  const open = !stated || isInternet(set);
  const question = "everyone may come in by its load balancer";
  if (open && !internal.known) return [undecided(service, [internal], question)];
  if (!open) return unread.length > 0 ? [undecided(service, unread, question)] : [];
  if (!ports.known && !publicPorts.isEmpty()) return [undecided(service, [ports], question)];
  return [
    violation(service, {
      wrong: "is open to everyone by a load balancer",
      why: "its pods are reachable from the internet, past the ingress controller and its checks",
      evidence: stated
        ? "spec.loadBalancerSourceRanges is as wide as the internet"
        : "spec.type is LoadBalancer and spec.loadBalancerSourceRanges is absent",
      remedy:
        'write spec.type: ClusterIP and go through the ingress controller, make it internal by your cloud\'s annotation, or state spec.loadBalancerSourceRanges: ["198.51.100.0/24"]',
    }),
  ];
}

/** The ports as a set; unread where one of them is. */
function portsOf(ports: ServiceFact["ports"]): Field<PortSet> {
  if (!ports.known) return ports;
  const ranges = [];
  for (const { protocol, port } of ports.value) {
    if (!protocol.known) return protocol;
    if (!port.known) return port;
    const known = PROTOCOLS.find((one): one is Protocol => one === protocol.value);
    const from = port.value ?? 0;
    if (known !== undefined && from >= 1 && from <= MAX_PORT)
      ranges.push({ protocol: known, from, to: from });
  }
  return { known: true, value: PortSet.of(ranges) };
}
