// Tests: test/cli/reach/explainCommand.test.ts
import { PROTOCOLS } from "../../net";
import { addressesOf } from "./addresses";
import { listOf, type ReadEndpoints, texts } from "./endpoints";
import type { FieldReader, Fields } from "./fields";
import { isPort, UNKNOWN } from "../../kubernetes";
import type { Service, ServicePort } from "./world";

/**
 * Reads a Service as far as questions need it: what it selects, which port leads to which, and the addresses at which it is
 * found. What isn't known of it is left out: nothing is firm then that depends on it.
 */
export function readService(fields: FieldReader, object: Fields, namespace: string, name: string): Service {
  const read = fields.map(object["spec"], ["spec"]) ?? {};
  const spec = read === UNKNOWN ? {} : read;
  const type = spec["type"] ?? "ClusterIP";
  const clusterIPs = [...texts(spec["clusterIPs"]), ...texts([spec["clusterIP"]])];
  const external = spec["externalName"];
  const balancer = loadBalancerOf(object);
  const opensNodes =
    type === "NodePort" ||
    type === UNKNOWN ||
    (type === "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] !== false);
  return {
    namespace,
    name,
    selector: type === "ExternalName" ? undefined : readSelector(fields, spec["selector"]),
    ports: readPorts(fields, spec["ports"]),
    headless: clusterIPs.includes("None"),
    clusterIPs: addressesOf(clusterIPs),
    outerIPs: addressesOf([
      ...texts(spec["externalIPs"]),
      ...texts([spec["loadBalancerIP"]]),
      ...balancer.ips,
    ]),
    proxied: balancer.proxies,
    externalName:
      type === "ExternalName"
        ? typeof external === "string"
          ? external
          : "a name that isn't known"
        : undefined,
    opensNodes,
    keepsSource: spec["externalTrafficPolicy"] === "Local",
    endpoints: undefined,
  };
}

/** What a Service's status says of its load balancer. */
function loadBalancerOf({ status }: Fields): { readonly ips: readonly string[]; readonly proxies: boolean } {
  const balancer = (status as { loadBalancer?: { ingress?: unknown } } | null | undefined)?.loadBalancer;
  const list = listOf(balancer?.ingress).map((one) => (one ?? {}) as Fields);
  return { ips: texts(list.map(({ ip }) => ip)), proxies: list.some(({ ipMode }) => ipMode === "Proxy") };
}

function readSelector(fields: FieldReader, value: unknown): Service["selector"] {
  const map = fields.map(value, ["spec", "selector"]);
  const entries = map === undefined || map === UNKNOWN ? [] : Object.entries(map);
  const selector = entries.flatMap(([key, one]): [string, string][] => {
    const text = fields.string(one, ["spec", "selector", key]);
    return typeof text === "string" ? [[key, text]] : [];
  });
  return selector.length > 0 && selector.length === entries.length ? Object.fromEntries(selector) : undefined;
}

function readPorts(fields: FieldReader, value: unknown): readonly ServicePort[] {
  const list = fields.list(value, ["spec", "ports"]);
  return (list === undefined || list === UNKNOWN ? [] : list).flatMap((one, i): ServicePort[] => {
    const port = fields.map(one, ["spec", "ports", i]);
    if (port === undefined || port === UNKNOWN) return [];
    const number = port["port"];
    const target = port["targetPort"] ?? number;
    const protocol = PROTOCOLS.find((known) => known === (port["protocol"] ?? "TCP"));
    if (protocol === undefined || typeof number !== "number") return [];
    if (typeof target !== "number" && typeof target !== "string") return [];
    const { name, nodePort } = port;
    return [
      {
        protocol,
        port: number,
        target: target === 0 || target === "" ? number : target,
        name: typeof name === "string" ? name : "",
        nodePort: isPort(nodePort) ? nodePort : undefined,
      },
    ];
  });
}

/** Services with the endpoints that are given for them; only those that select nothing need them. */
export function withEndpoints(
  services: readonly Service[],
  endpoints: readonly ReadEndpoints[],
): readonly Service[] {
  if (endpoints.length === 0) return services;
  return services.map((service) => {
    const own = endpoints.filter(
      (one) => one.namespace === service.namespace && one.service === service.name,
    );
    return service.selector !== undefined || own.length === 0 ? service : { ...service, endpoints: own };
  });
}
