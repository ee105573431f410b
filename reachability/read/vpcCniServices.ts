import { matches, type Match } from "../../kubernetes";
import { formatCidr, MAX_PORT, type PortRange, PortSet, type Protocol } from "../../net";
import type { NetworkPolicy, Rule, RulePeer, RulePorts } from "./policy";
import type { PodShape, Service, ServicePort, PodSet, World } from "./world";

type Manifests = Pick<World, "namespaces" | "workloads" | "services">;

/** The workloads and the Services of each namespace. */
export class ServicesByNamespace {
  private readonly workloads = new Map<string, PodSet[]>();
  private readonly services = new Map<string, Service[]>();

  constructor(readonly manifests: Manifests) {
    for (const service of manifests.services) {
      if (service.headless || service.clusterIPs.isEmpty()) continue;
      const known = this.services.get(service.namespace);
      if (known === undefined) this.services.set(service.namespace, [service]);
      else known.push(service);
    }
    if (this.services.size === 0) return;
    for (const workload of manifests.workloads) {
      const known = this.workloads.get(workload.namespace);
      if (known === undefined) this.workloads.set(workload.namespace, [workload]);
      else known.push(workload);
    }
  }

  get isEmpty(): boolean {
    return this.services.size === 0;
  }

  /** The Services that a peer's pod selector, read against their selectors as if these were labels, means. */
  meant(peer: RulePeer, home: string): readonly { readonly service: Service; readonly match: Match }[] {
    if (peer.kind !== "pods") return [];
    const { namespaces, pods } = peer;
    return [...this.services].flatMap(([name, services]) => {
      const labels = this.manifests.namespaces.get(name);
      const there: Match =
        namespaces === "own"
          ? name === home
            ? "yes"
            : "no"
          : labels === undefined
            ? "no"
            : matches(namespaces, labels);
      if (there === "no") return [];
      return services.flatMap((service) => {
        const known = new Map(Object.entries(service.selector ?? {}));
        const selects = matches(pods, { known, complete: true });
        if (selects === "no") return [];
        return [{ service, match: there === "yes" && selects === "yes" ? "yes" : "maybe" }];
      });
    });
  }

  /** The pods behind a Service. */
  behind({ namespace, selector }: Service): readonly PodShape[] {
    if (selector === undefined) return [];
    const requirements = Object.entries(selector).map(([key, value]) => ({
      key,
      operator: "In" as const,
      values: [value],
    }));
    const wanted = { requirements, complete: true, key: "" };
    return (this.workloads.get(namespace) ?? []).flatMap(({ variants }) =>
      variants.filter(({ labels }) => matches(wanted, labels) !== "no"),
    );
  }
}

/**
 * The rules that the AWS VPC CNI's controller adds for Services: its egress program sees a packet before the Service's address
 * becomes a pod's, so that where a rule means pods by labels the addresses of Services that ask for these labels are
 * open too, at the ports whose targets are the rule's. Source: amazon-network-policy-controller-k8s,
 * pkg/resolvers/endpoints.go; seen with packets (docs/e2e.md).
 */
export function withServiceRules(policy: NetworkPolicy, services: ServicesByNamespace): NetworkPolicy {
  if (services.isEmpty || policy.egress.isolates === "no") return policy;
  const added = policy.egress.rules.flatMap((rule) =>
    rule.peers === "everyone"
      ? []
      : rule.peers.flatMap((peer) =>
          services.meant(peer, policy.namespace).flatMap(({ service, match }): Rule[] => {
            const ports = portsAt(service, rule.ports, services);
            const certain =
              match === "yes" ? ports : { ...ports, numbers: PortSet.empty, maybe: ports.numbers };
            return ports.numbers.isEmpty() && ports.maybe.isEmpty()
              ? []
              : [{ peers: blocksOf(service), ports: certain, place: rule.place }];
          }),
        ),
  );
  return added.length === 0
    ? policy
    : { ...policy, egress: { ...policy.egress, rules: [...policy.egress.rules, ...added] } };
}

const blocksOf = ({ clusterIPs }: Service): readonly RulePeer[] =>
  clusterIPs.toRanges().flatMap(({ family, first, last }): RulePeer[] => {
    const cidr = { family, first, last, prefix: family === 4 ? 32 : 128 };
    return first === last
      ? [
          {
            kind: "block",
            set: clusterIPs.ofFamily(family),
            text: formatCidr(cidr),
            written: { cidr, except: [] },
          },
        ]
      : [];
  });

/** A rule's ports as a Service has them. */
export function portsAt(service: Service, ports: RulePorts, services: ServicesByNamespace): RulePorts {
  if (ports.numbers.equals(PortSet.all)) return ports;
  const pods = services.behind(service);
  const ranges = (ports.pairs ?? []).flatMap((pair): PortRange[] => {
    const [protocol, from, to] = rangeOf(pair);
    if (from === 1 && to === MAX_PORT) return [{ protocol, from, to }];
    const listening =
      service.ports.find((one) => one.protocol === protocol && one.target === from) ??
      named(service, pods, (one) => one.port === from, protocol);
    if (listening === undefined || leadsElsewhere(listening, pods, ports.numbers)) return [];
    return [
      { protocol, from: listening.port, to: from === to ? listening.port : Math.max(to, listening.port) },
    ];
  });
  const byName = ports.named.flatMap(({ protocol, name }): PortRange[] => {
    const listening =
      service.ports.find((one) => one.protocol === protocol && one.target === name) ??
      named(service, pods, (one) => one.name === name, protocol);
    return listening === undefined ? [] : [{ protocol, from: listening.port, to: listening.port }];
  });
  const found = [...ranges, ...byName];
  return {
    numbers: PortSet.of(found),
    named: [],
    maybe: ports.maybe,
    pairs: found.map(({ protocol, from, to }) => `${protocol} ${from}-${to}`),
  };
}

function rangeOf(pair: string): readonly [Protocol, number, number] {
  const [protocol = "TCP", range = ""] = pair.split(" ");
  const [from = "0", to = from] = range.split("-");
  return [protocol as Protocol, Number(from), Number(to)];
}

/** The Service's port whose target a pod behind it declares under another spelling: by name, or by number. */
function named(
  { ports }: Service,
  pods: readonly PodShape[],
  isMeant: (one: PodShape["namedPorts"][number]) => boolean,
  protocol: Protocol,
): ServicePort | undefined {
  for (const { namedPorts } of pods) {
    const own = namedPorts.find((one) => one.protocol === protocol && one.sidecar !== true && isMeant(one));
    const found =
      own && ports.find((one) => one.protocol === protocol && [own.port, own.name].includes(one.target));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a target that is a name is, at some pod, a number that the rule doesn't open. */
const leadsElsewhere = (
  { target, protocol }: ServicePort,
  pods: readonly PodShape[],
  open: PortSet,
): boolean =>
  typeof target === "string" &&
  pods.some(({ namedPorts }) =>
    namedPorts.some(
      (one) => one.name === target && one.protocol === protocol && !open.contains(protocol, one.port),
    ),
  );
