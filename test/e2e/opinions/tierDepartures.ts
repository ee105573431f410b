import { selects } from "../../twin/matches";
import { isolatingPolicies } from "../../twin/twin";
import type {
  TwinPod,
  TwinPolicy,
  TwinTierPeer,
  TwinTierPolicy,
  TwinTierPort,
  TwinWorld,
} from "../../twin/world";
import type { OpinionDeparture } from "./departures";
import { NODES, podOf, remembered, type View } from "./question";
import { DOMAINS } from "./stored";

/** A view that makes another world, whatever is asked; each is made once. */
function viewOfWorld(make: (world: TwinWorld) => TwinWorld): View {
  const seen = remembered<TwinWorld, View, TwinWorld>(make);
  const view: View = (question) => ({ ...question, world: seen(question.world, view) });
  return view;
}

const OWN_LABEL = "own-label-of-a-pod";
const labelOf = ({ namespace, name }: TwinPod): string => `${namespace}.${name}`;

/** Pods that a NetworkPolicy selects for one direction only are wide open by NetworkPolicy in the other, which is final. */
function otherDirectionDecided(world: TwinWorld): TwinWorld {
  const openings = (pod: TwinPod): TwinPolicy[] => {
    const isolates = (direction: "Ingress" | "Egress") => isolatingPolicies(world, pod, direction).length > 0;
    const [inwards, outwards] = [isolates("Ingress"), isolates("Egress")];
    if (inwards === outwards) return [];
    const metadata = { namespace: pod.namespace, name: `opens-${pod.name}` };
    const podSelector = { matchLabels: { [OWN_LABEL]: labelOf(pod) } };
    return inwards
      ? [{ metadata, spec: { podSelector, policyTypes: ["Egress"], egress: [{}] } }]
      : [{ metadata, spec: { podSelector, policyTypes: ["Ingress"], ingress: [{}] } }];
  };
  return {
    ...world,
    pods: world.pods.map((pod) => ({ ...pod, labels: { ...pod.labels, [OWN_LABEL]: labelOf(pod) } })),
    networkPolicies: [...world.networkPolicies, ...world.pods.flatMap(openings)],
  };
}

/** Priorities that differ, in the order of priority and name. */
function orderedByName(world: TwinWorld): TwinWorld {
  const { tierPolicies = [] } = world;
  const priorityOf = (policy: TwinTierPolicy) =>
    policy.kind === "BaselineAdminNetworkPolicy" ? 0 : policy.spec.priority;
  const sorted = [...tierPolicies].sort(
    (a, b) => priorityOf(a) - priorityOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  return { ...world, tierPolicies: sorted.map((policy, priority) => withPriority(policy, priority)) };
}

function withPriority(policy: TwinTierPolicy, priority: number): TwinTierPolicy {
  if (policy.kind === "ClusterNetworkPolicy") return { ...policy, spec: { ...policy.spec, priority } };
  return policy.kind === "AdminNetworkPolicy" ? { ...policy, spec: { ...policy.spec, priority } } : policy;
}

const NOBODY = { namespaces: { matchExpressions: [{ key: "x", operator: "In", values: [] }] } };
const whole = (address: string): string => `${address}/${address.includes(":") ? 128 : 32}`;
const asNetworks = (addresses: readonly string[]): TwinTierPeer =>
  addresses.length === 0 ? NOBODY : { networks: addresses.map(whole) };

/** A value with everything in it changed that `change` makes something else of. */
function rewritten<T>(value: T, change: (each: Record<string, unknown>) => unknown): T {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? change(each as Record<string, unknown>)
        : each,
    ),
  ) as T;
}

/** Peers that only a cluster knows, as who they are there. */
const peersKnown = (world: TwinWorld, known: (peer: TwinTierPeer) => TwinTierPeer): TwinWorld => ({
  ...world,
  tierPolicies: rewritten(world.tierPolicies ?? [], (each) =>
    "nodes" in each || "domainNames" in each ? known(each as TwinTierPeer) : each,
  ),
});

const nodesKnown = (world: TwinWorld): TwinWorld => {
  const addresses = world.pods.flatMap(({ namespace, ips = [] }) => (namespace === NODES ? ips : []));
  // The nodes have no labels.
  return peersKnown(world, (peer) =>
    "nodes" in peer ? asNetworks(selects(peer.nodes, {}) ? addresses : []) : peer,
  );
};

const domainsKnown = (world: TwinWorld): TwinWorld =>
  peersKnown(world, (peer) =>
    "domainNames" in peer ? asNetworks(peer.domainNames.flatMap((name) => DOMAINS[name] ?? [])) : peer,
  );

/** Pods whose node is meant, nodes never. */
const podsOfNodes = (world: TwinWorld): TwinWorld =>
  peersKnown(world, (peer) =>
    "nodes" in peer ? (selects(peer.nodes, {}) ? { namespaces: {} } : NOBODY) : peer,
  );

/** A port's name is every port of a pod that has it. */
const namesAreWhole = remembered((world: TwinWorld, pod: TwinPod): TwinWorld => {
  const names = (pod.hostNetwork === true ? [] : (pod.containerPorts ?? [])).map(({ name }) => name);
  const all = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({
    portRange: { protocol, start: 1, end: 65535 },
  }));
  const tierPolicies = rewritten(world.tierPolicies ?? [], (each) => {
    const { ports } = each as { readonly ports?: readonly TwinTierPort[] };
    if (ports === undefined) return each;
    return {
      ...each,
      ports: ports.flatMap((port) => ("namedPort" in port && names.includes(port.namedPort) ? all : [port])),
    };
  });
  return { ...world, tierPolicies };
});

const namesAreWholePods: View = (question) => {
  const pod = podOf(question.world, question.to);
  return pod === undefined ? question : { ...question, world: namesAreWhole(question.world, pod) };
};

const common = (plugin: string): readonly OpinionDeparture[] => [
  {
    name: "other-direction",
    what:
      "A NetworkPolicy for one direction keeps the Baseline tier from its pods in the other direction too. By the API's words a pod " +
      "is isolated for each direction by itself, and what none of its NetworkPolicies is about is left to the next tier.",
    reference:
      "v1.1.1, pkg/networkpolicy/networkpolicy.go: EvaluateEgress and EvaluateIngress accept for good what EvaluatePolicyDirection finds no policy for",
    view: viewOfWorld(otherDirectionDecided),
  },
  {
    name: "equal-priorities",
    what: "Of policies of the same priority the first by name decides; the API's words leave it open.",
    reference: `v1.1.1, ${plugin}: the policies of a pod are sorted by priority and name`,
    view: viewOfWorld(orderedByName),
  },
  {
    name: "domains-known",
    what: "It learns the addresses of domain names from what pods are answered.",
    reference: `v1.1.1, ${plugin}; pkg/dns`,
    view: viewOfWorld(domainsKnown),
  },
];

/** What kube-network-policies v1.1.1 makes of ClusterNetworkPolicies. */
export const tierDepartures: readonly OpinionDeparture[] = [
  ...common("plugins/npa-v1alpha2/clusternetworkpolicy.go"),
  {
    name: "nodes-known",
    what: "It knows the nodes' labels and addresses, in a cluster.",
    reference: "v1.1.1, plugins/npa-v1alpha2/clusternetworkpolicy.go: evaluateClusterEgress",
    view: viewOfWorld(nodesKnown),
  },
];

/** What it makes of AdminNetworkPolicies and their baseline. */
export const olderTierDepartures: readonly OpinionDeparture[] = [
  ...common("plugins/npa-v1alpha1/adminnetworkpolicy.go"),
  {
    name: "nodes-are-their-pods",
    what: "Nodes as a peer are the pods that run there. The API's words mean the nodes' own addresses.",
    reference: "v1.1.1, plugins/npa-v1alpha1: evaluateAdminEgress and evaluateBaselineAdminEgress",
    view: viewOfWorld(podsOfNodes),
  },
  {
    name: "names-are-whole",
    what: "A port's name is every port and protocol of a pod that has the name. The API's words mean the port that has it.",
    reference: "v1.1.1, plugins/npa-v1alpha1/adminnetworkpolicy.go: evaluateAdminNetworkPolicyPort",
    view: namesAreWholePods,
  },
];
