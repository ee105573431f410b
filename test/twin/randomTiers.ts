import type { Protocol } from "../../net/ports";
import { Random } from "./random";
import { BLOCKS, namespaceSelector, PORT_NAMES, PORTS, PROTOCOLS, selector } from "./randomWorld";
import type {
  TwinAdminNetworkPolicy,
  TwinBaselineAdminNetworkPolicy,
  TwinClusterNetworkPolicy,
  TwinDestination,
  TwinPods,
  TwinProtocol,
  TwinRange,
  TwinTierPeer,
  TwinTierPolicy,
  TwinTierPort,
  TwinWorld,
} from "./world";

/** The API server takes blocks without bits beyond their prefix only. */
const NETWORKS = BLOCKS.filter((cidr) => cidr !== "192.0.2.7/24");
/** Few numbers, so that they are often equal. */
const PRIORITIES = [0, 1, 1, 50, 1000];
const DOMAIN_NAMES = ["example.com", "*.example.org", "api.payments.example"];

/** Pods by namespaces or by both; all of them now and then. */
function podsMeant(random: Random): TwinPods {
  const namespaces = random.chance(0.45) ? {} : namespaceSelector(random);
  if (random.chance(0.5)) return { namespaces };
  return {
    pods: { namespaceSelector: namespaces, podSelector: random.chance(0.3) ? {} : selector(random) },
  };
}

function egressPeer(random: Random, mayBeNamed: boolean): TwinTierPeer {
  const kind = random.next();
  if (kind < 0.04) return { nodes: random.chance(0.5) ? {} : selector(random) };
  if (kind < 0.1 && mayBeNamed) return { domainNames: [random.pick(DOMAIN_NAMES)] };
  if (kind < 0.4) return { networks: [...new Set(random.list(1, 2, () => random.pick(NETWORKS)))] };
  return podsMeant(random);
}

function range(random: Random): TwinRange {
  const start = random.pick([1, ...PORTS]);
  return { start, end: random.chance(0.1) ? 65535 : start + random.between(1, 400) };
}

function protocol(random: Random, named: boolean): TwinProtocol {
  if (named && random.chance(0.35)) return { destinationNamedPort: random.pick(PORT_NAMES) };
  const destination: TwinDestination = {
    destinationPort: random.chance(0.5) ? { number: random.pick(PORTS) } : { range: range(random) },
  };
  return random.pick<TwinProtocol>([{ tcp: destination }, { udp: destination }, { sctp: destination }]);
}

function port(random: Random, named: boolean): TwinTierPort {
  if (named && random.chance(0.35)) return { namedPort: random.pick(PORT_NAMES) };
  const own: { protocol?: Protocol } = random.chance(0.7) ? { protocol: random.pick(PROTOCOLS) } : {};
  if (random.chance(0.5)) return { portRange: { ...own, ...range(random) } };
  return { portNumber: { ...own, port: random.pick(PORTS) } };
}

interface Makes<Action extends string, Ports> {
  readonly actions: readonly Action[];
  /** @param named whether ports may have names: not where peers are blocks, nodes or domain names */
  readonly ports: (random: Random, named: boolean) => Ports;
  readonly hasDomainNames: boolean;
}

function rules<Action extends string, Ports>(
  random: Random,
  { actions, ports, hasDomainNames }: Makes<Action, Ports>,
) {
  const ingress = random.list(0, 4, () => ({
    action: random.pick(actions),
    from: random.list(1, 3, () => podsMeant(random)),
    ...ports(random, true),
  }));
  const egress = random.list(0, 4, () => {
    const action = random.pick(actions);
    const mayBeNamed = hasDomainNames && (action === "Accept" || action === "Allow");
    const to = random.list(1, 3, () => egressPeer(random, mayBeNamed));
    const isPods = to.every((peer) => "namespaces" in peer || "pods" in peer);
    return { action, to, ...ports(random, isPods) };
  });
  return {
    subject: random.chance(0.35) ? { namespaces: {} } : podsMeant(random),
    ...(random.chance(0.85) ? { ingress } : {}),
    ...(random.chance(0.85) ? { egress } : {}),
  };
}

const protocols = (random: Random, named: boolean) =>
  random.chance(0.45) ? {} : { protocols: random.list(1, 3, () => protocol(random, named)) };
const ports = (random: Random, named: boolean) =>
  random.chance(0.45) ? {} : { ports: random.list(1, 3, () => port(random, named)) };

/** A ClusterNetworkPolicy of either tier. */
function clusterNetworkPolicy(random: Random, name: string): TwinClusterNetworkPolicy {
  return {
    apiVersion: random.pick(["policy.networking.k8s.io/v1alpha2", "policy.networking.k8s.io/v1beta1"]),
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: {
      tier: random.chance(0.55) ? "Admin" : "Baseline",
      priority: random.pick(PRIORITIES),
      ...rules(random, {
        actions: ["Accept", "Deny", "Pass"],
        ports: protocols,
        hasDomainNames: true,
      }),
    },
  };
}

function adminNetworkPolicy(random: Random, name: string): TwinAdminNetworkPolicy {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "AdminNetworkPolicy",
    metadata: { name },
    spec: {
      priority: random.pick(PRIORITIES),
      ...rules(random, { actions: ["Allow", "Deny", "Pass"], ports, hasDomainNames: true }),
    },
  };
}

function baselineAdminNetworkPolicy(random: Random): TwinBaselineAdminNetworkPolicy {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "BaselineAdminNetworkPolicy",
    metadata: { name: "default" },
    spec: rules(random, { actions: ["Allow", "Deny"], ports, hasDomainNames: false }),
  };
}

/** Up to four AdminNetworkPolicies, and the one BaselineAdminNetworkPolicy that a cluster may have. */
export function olderTierPolicies(random: Random): readonly TwinTierPolicy[] {
  let count = 0;
  return [
    ...random.list(0, 4, () => adminNetworkPolicy(random, `anp${count++}`)),
    ...(random.chance(0.6) ? [baselineAdminNetworkPolicy(random)] : []),
  ];
}

/** Up to five ClusterNetworkPolicies of both tiers. */
export function clusterNetworkPolicies(random: Random): readonly TwinTierPolicy[] {
  let count = 0;
  return random.list(0, 5, () => clusterNetworkPolicy(random, `cnp${count++}`));
}

/**
 * The same world with up to five cluster-wide policies in tiers, of one API; apart, so that a seed's world stays what it was. They
 * are judged by the API's words alone: no CNI.
 */
export function withTiers(world: TwinWorld, seed: number): TwinWorld {
  const { namespaces, pods, networkPolicies, services, podCidrs } = world;
  const random = new Random(seed + 2_000_000);
  return {
    ...{ namespaces, pods, networkPolicies },
    ...(services === undefined ? {} : { services }),
    ...(podCidrs === undefined ? {} : { podCidrs }),
    tierPolicies: random.chance(0.7) ? clusterNetworkPolicies(random) : olderTierPolicies(random),
  };
}
