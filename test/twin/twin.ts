// Longer than most: the specification's words as one program, which imports nothing of the analyzer's.
import type { Protocol } from "../../net/ports";
import {
  all,
  ANY_NODE,
  any,
  blocksMatch,
  either,
  familiesOf,
  labelsOf,
  type Match,
  namespaceLabels,
  type Packet,
  type Resolved,
  selects,
} from "./matches";
import { ciliumPermits, spares } from "./cilium";
import { type TierOutcome, tierOutcomes } from "./tiers";
import type { TwinEnd, TwinPeer, TwinPod, TwinPolicy, TwinPort, TwinService, TwinWorld } from "./world";

export type Verdict = "allowed" | "blocked" | "unknown";

/**
 * The brute-force evaluator: one question, answered straight from the words of the Kubernetes API reference
 * (NetworkPolicy v1), pair by pair. Slow and obvious on purpose, and independent of reachability/, whose judge it is.
 *
 *     connected(world, { namespace: "shop", name: "web" }, { address: "192.0.2.1" }, "TCP", 443)
 *
 * `port` is a port at the destination pod (after Service translation), whether something listens there or not.
 * "unknown" where the world doesn't decide: an ipBlock against a pod whose address is not known, or traffic between
 * a hostNetwork pod and a pod that may be on its node. Between two outside addresses policies say nothing: throws.
 * @throws Error for an end that isn't a pod of the world.
 */
export function connected(
  world: TwinWorld,
  source: TwinEnd,
  destination: TwinEnd,
  protocol: Protocol,
  port: number,
): Verdict {
  const from = resolve(world, source);
  const to = resolve(world, destination);
  if (from.pod === undefined && to.pod === undefined) throw new Error("both ends are outside the cluster");
  if (from.pod !== undefined && from.pod === to.pod) return "allowed"; // "A Pod cannot block access to itself."
  const ofPods = [from, to].some(({ pod }) => pod !== undefined && pod.hostNetwork !== true);
  // Off by default: from and to pods it is dropped, and nodes are none.
  if (world.cni === "cilium" && world.sctp !== true && protocol === "SCTP" && ofPods) return "blocked";
  // A packet is of one family: a connection needs one in which both ends have an address and both sides agree.
  const [sources, destinations] = [familiesOf(world, from), familiesOf(world, to)];
  const answers = sources
    .filter((family) => destinations.includes(family))
    .map((family): Verdict => {
      const about = { world, destination: to, protocol, port, family };
      const leaves = from.pod === undefined ? true : permits(about, "Egress", from.pod, to);
      const enters = to.pod === undefined ? true : permits(about, "Ingress", to.pod, from);
      const policies = verdict(all([leaves, enters]));
      const local =
        policies === "allowed" ? policies : sparedOf(about, from, onOwnNode(from, to, policies, world.cni));
      // NetworkPolicy's words spare a pod's own node; those of the tiers' API don't speak of it.
      const undenied = all([
        from.pod === undefined ? true : tiersPermit(about, "Egress", from.pod, to),
        to.pod === undefined ? true : tiersPermit(about, "Ingress", to.pod, from),
      ]);
      const direct = local === "allowed" && policies !== "allowed" && undenied !== true ? "unknown" : local;
      return byServices(about, from, direct);
    });
  if (answers.includes("allowed")) return "allowed";
  return answers.includes("unknown") ? "unknown" : "blocked";
}

/** What Cilium's denials leave of what passes because a pod's node always reaches it. */
function sparedOf(packet: Packet, from: Resolved, local: Verdict): Verdict {
  const { world, destination } = packet;
  const { pod } = destination;
  if (world.ciliumPolicies === undefined || pod === undefined || pod.hostNetwork === true) return local;
  const spared = spares({ packet, direction: "Ingress", pod, other: from });
  return spared === true || local === "blocked" ? local : spared === false ? "blocked" : "unknown";
}

/**
 * What Services change: they lead to a pod also where policies see the Service's address instead of the pod's, and what comes
 * by a node's port, unless its source is kept, may be seen as a node, which always reaches its own pods.
 */
function byServices(about: Packet, from: Resolved, direct: Verdict): Verdict {
  const { world, destination, protocol, port } = about;
  const pod = destination.pod;
  if (pod === undefined) return direct;
  return (world.services ?? [])
    .filter((service) => service.protocol === protocol && targetAt(service, pod) === port)
    .reduce((answer, service): Verdict => {
      const masked = service.nodePort !== undefined && service.externalTrafficPolicy !== "Local";
      if (from.pod === undefined) {
        if (!masked) return answer;
        const asNode = permits(about, "Ingress", pod, { pod: ANY_NODE, address: undefined });
        return answer === "allowed" && asNode === true ? answer : "unknown";
      }
      if (answer !== "blocked") return answer;
      const enters = permits(about, "Ingress", pod, from);
      const byAddress = world.cni !== "cilium" && leavesTo(about, from.pod, service) !== false;
      const byPod = permits(about, "Egress", from.pod, destination) !== false;
      const byNode = service.nodePort !== undefined && leavesToNodes(about, from.pod, service.nodePort);
      const isOpen =
        (byAddress && enters !== false) || ((byNode || byPod) && masked) || (byNode && enters !== false);
      return isOpen ? "unknown" : answer;
    }, direct);
}

/** The port of a pod that a Service leads to; undefined where it doesn't lead there. */
function targetAt(
  { namespace, selector, targetPort, protocol }: TwinService,
  pod: TwinPod,
): number | undefined {
  const { labels = {}, containerPorts = [], sidecarPorts = [] } = pod;
  if (pod.namespace !== namespace || !selects({ matchLabels: selector }, labels)) return undefined;
  if (typeof targetPort === "number") return targetPort;
  return [...containerPorts, ...sidecarPorts].find(
    (one) => one.name === targetPort && (one.protocol ?? "TCP") === protocol,
  )?.containerPort;
}

/** Whether a pod's policies let it go to a Service's own address. */
function leavesTo(about: Packet, pod: TwinPod, { clusterIP, port }: TwinService): Match {
  // Packets of another family than the address's don't go there by any rule, only where none is needed.
  const destination: Resolved = { pod: undefined, address: clusterIP };
  if (clusterIP.includes(":") !== (about.family === 6)) {
    if (isIsolated(about.world, pod, "Egress")) return false;
    const tiersOnly = { ...about, world: { ...about.world, networkPolicies: [] }, destination, port };
    return permits(tiersOnly, "Egress", pod, destination);
  }
  return permits({ ...about, destination, port }, "Egress", pod, destination);
}

/** Whether a pod's policies may let it go to a port of some node. */
function leavesToNodes(about: Packet, pod: TwinPod, port: number): boolean {
  // A pod reaches its own node without a rule, where the packet is judged before the node's port becomes a pod's.
  if (about.world.cni !== "cilium") return true;
  const destination: Resolved = { pod: ANY_NODE, address: undefined };
  return permits({ ...about, destination, port }, "Egress", pod, destination) !== false;
}

/**
 * Whether a pod reaches another by a Service's cluster IP, at the Service's port. Cilium sees the pod. Elsewhere it isn't known
 * what policies see; a rule for pods opens the Service too where it asks for no other labels than the Service
 * does, and its port is the Service's target: so does the VPC CNI, which sees the Service.
 */
export function connectedByService(
  world: TwinWorld,
  source: TwinEnd,
  service: TwinService,
  target: TwinEnd,
): Verdict {
  const [from, to] = [resolve(world, source), resolve(world, target)];
  if (from.pod === undefined || to.pod === undefined) throw new Error("both ends have to be pods");
  const { pod } = to;
  const origin = from.pod;
  const { protocol } = service;
  const port = targetAt(service, pod);
  if (port === undefined) throw new Error("the Service doesn't lead there");
  if (from.pod === pod) return "allowed";
  const ofPods = [from.pod, pod].some(({ hostNetwork }) => hostNetwork !== true);
  if (world.cni === "cilium" && world.sctp !== true && protocol === "SCTP" && ofPods) return "blocked";
  const [sources, destinations] = [familiesOf(world, from), familiesOf(world, to)];
  const answers = sources
    .filter((family) => destinations.includes(family))
    .map((family): Verdict => {
      const about = { world, destination: to, protocol, port, family };
      const byPod = permits(about, "Egress", origin, to);
      const enters = permits(about, "Ingress", pod, from);
      const judged = (leaves: Match): Verdict => {
        const policies = verdict(all([leaves, enters]));
        return policies === "allowed" ? policies : onOwnNode(from, to, policies, world.cni);
      };
      if (world.cni === "cilium") return judged(byPod);
      const told = opensService(world, origin, service) ? true : leavesTo(about, origin, service);
      return judged(byPod === told ? byPod : "unknown");
    });
  if (answers.includes("allowed")) return "allowed";
  return answers.includes("unknown") ? "unknown" : "blocked";
}

/** Whether an egress rule for pods surely opens a Service. */
function opensService(world: TwinWorld, pod: TwinPod, service: TwinService): boolean {
  return world.networkPolicies.some((policy) => {
    const home = policy.metadata?.namespace ?? "default";
    const { spec = {} } = policy;
    if (home !== pod.namespace || pod.hostNetwork === true) return false;
    if (!selects(spec.podSelector ?? {}, labelsOf(world, pod))) return false;
    if (!typesOf(policy, world.cni).includes("Egress")) return false;
    return (spec.egress ?? []).some(({ to = [], ports = [] }) => {
      const means = to.some(
        ({ ipBlock, namespaceSelector, podSelector }) =>
          ipBlock === undefined &&
          (namespaceSelector === undefined
            ? service.namespace === home
            : selects(namespaceSelector, namespaceLabels(world, service.namespace))) &&
          selects(podSelector ?? {}, service.selector),
      );
      return means && (ports.length === 0 || ports.some((one) => opensPortOf(world, service, one, ports)));
    });
  });
}

/** Whether a rule's port opens that of a Service: as its target is written, or as a pod behind spells it. */
function opensPortOf(
  world: TwinWorld,
  service: TwinService,
  one: TwinPort,
  all: readonly TwinPort[],
): boolean {
  const { targetPort, protocol } = service;
  if ((one.protocol ?? "TCP") !== protocol) return false;
  if (one.port === undefined) return true;
  const behind = world.pods
    .filter(
      (pod) =>
        pod.namespace === service.namespace && selects({ matchLabels: service.selector }, pod.labels ?? {}),
    )
    .map(({ containerPorts = [] }) => containerPorts.filter((each) => (each.protocol ?? "TCP") === protocol));
  const isTarget = (value: number | string | undefined) => value === targetPort;
  const spelt = behind.some((ports) => {
    const own = ports.find(
      (each) => (typeof one.port === "number" ? each.containerPort : each.name) === one.port,
    );
    return own !== undefined && (isTarget(own.containerPort) || isTarget(own.name));
  });
  if (!isTarget(one.port) && !spelt) return false;
  // A target that is a name may lead to a number that the rule doesn't open.
  return !(
    typeof one.port === "number" &&
    typeof targetPort === "string" &&
    behind.some((ports) =>
      ports.some(
        ({ name, containerPort }) =>
          name === targetPort && !all.some((rule) => opensNumber(rule, protocol, containerPort)),
      ),
    )
  );
}

const opensNumber = (
  { protocol = "TCP", port, endPort }: TwinPort,
  wanted: Protocol,
  number: number,
): boolean =>
  protocol === wanted &&
  (port === undefined || (typeof port === "number" && port <= number && number <= (endPort ?? port)));

/** "Traffic to and from the node where a Pod is running is always allowed." A hostNetwork pod is its node. */
function onOwnNode(from: Resolved, to: Resolved, policies: Verdict, cni: TwinWorld["cni"]): Verdict {
  if (from.pod === undefined || to.pod === undefined) return policies;
  if (from.pod.hostNetwork !== true && to.pod.hostNetwork !== true) return policies;
  // On Cilium a node reaches its pods, and these reach it by a rule only.
  if (cni === "cilium" && from.pod.hostNetwork !== true) return policies;
  if (from.pod.node === undefined || to.pod.node === undefined) return "unknown";
  return from.pod.node === to.pod.node ? "allowed" : policies;
}

function resolve(world: TwinWorld, end: TwinEnd): Resolved {
  if ("address" in end) return { pod: undefined, address: end.address };
  const pod = world.pods.find(({ namespace, name }) => namespace === end.namespace && name === end.name);
  if (pod === undefined) throw new Error(`no pod ${end.namespace}/${end.name} in the world`);
  return { pod, address: undefined };
}

const isIsolated = (world: TwinWorld, pod: TwinPod, direction: "Ingress" | "Egress"): boolean =>
  isolatingPolicies(world, pod, direction).length > 0;

/** The policies that select a pod in one direction. */
export function isolatingPolicies(world: TwinWorld, pod: TwinPod, direction: "Ingress" | "Egress") {
  if (pod.hostNetwork === true) return []; // no policy selects a hostNetwork pod
  return world.networkPolicies.filter(
    (policy) =>
      (policy.metadata?.namespace ?? "default") === pod.namespace &&
      selects(policy.spec?.podSelector ?? {}, labelsOf(world, pod)) &&
      typesOf(policy, world.cni).includes(direction),
  );
}

/** Whether what judges a pod's traffic in one direction lets a connection with `other` pass: tier by tier. */
function permits(packet: Packet, direction: "Ingress" | "Egress", pod: TwinPod, other: Resolved): Match {
  const isolating = isolatingPolicies(packet.world, pod, direction);
  if (packet.world.ciliumPolicies !== undefined) {
    if (pod.hostNetwork === true) return true;
    const isIsolating = isolating.length > 0;
    const byNetworkPolicies = isIsolating
      ? networkPoliciesPermit(packet, isolating, direction, other)
      : undefined;
    return ciliumPermits({ packet, direction, pod, other }, byNetworkPolicies);
  }
  return tiersPermit(packet, direction, pod, other, () =>
    networkPoliciesPermit(packet, isolating, direction, other),
  );
}

/** What all tiers come to, when the NetworkPolicies that isolate a pod say so: by default, that all is open. */
function tiersPermit(
  packet: Packet,
  direction: "Ingress" | "Egress",
  pod: TwinPod,
  other: Resolved,
  policies: () => Match = () => true,
): Match {
  if (pod.hostNetwork === true || (packet.world.tierPolicies ?? []).length === 0) return policies();
  const judged = { packet, direction, pod, other };
  const baseline = () => settled(tierOutcomes(judged, "Baseline"), () => true);
  // What a NetworkPolicy isolates it decides; the direction that none isolates is left to the next tier.
  const isIsolatedHere = isIsolated(packet.world, pod, direction);
  return settled(tierOutcomes(judged, "Admin"), isIsolatedHere ? policies : baseline);
}

/** What a tier's outcomes come to, when what it leaves open is decided by `next`. */
const settled = (outcomes: ReadonlySet<TierOutcome>, next: () => Match): Match =>
  either([...outcomes].map((outcome) => (outcome === "next" ? next() : outcome === "accept")));

/** Whether the policies that isolate a pod in one direction let a connection with `other` pass. */
function networkPoliciesPermit(
  packet: Packet,
  isolating: readonly TwinPolicy[],
  direction: "Ingress" | "Egress",
  other: Resolved,
): Match {
  const { world, destination, protocol, port } = packet;
  if (isolating.length === 0) return true;
  const matches: Match[] = [];
  for (const policy of isolating) {
    const spec = policy.spec ?? {};
    const rules =
      direction === "Ingress"
        ? (spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
        : (spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports }));
    for (const { peers, ports } of rules) {
      // "If this field is empty or missing, this rule matches all sources" (destinations, ports).
      const peerMatches =
        peers === undefined || peers.length === 0
          ? true
          : any(peers.map((peer) => peerMatch(packet, policy, peer, other)));
      const portMatches =
        ports === undefined ||
        ports.length === 0 ||
        ports.some((one) => portMatch(one, destination.pod, protocol, port, world.cni));
      matches.push(all([peerMatches, portMatches]));
    }
  }
  return any(matches);
}

/** "Policies that contain an egress section are assumed to affect egress, and all to affect ingress." */
function typesOf({ spec = {} }: TwinPolicy, cni: TwinWorld["cni"]): readonly string[] {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) {
    if (cni !== "cilium") return spec.policyTypes;
    // There, rules count whatever policyTypes says.
    return [
      ...spec.policyTypes,
      ...((spec.ingress ?? []).length > 0 ? ["Ingress"] : []),
      ...((spec.egress ?? []).length > 0 ? ["Egress"] : []),
    ];
  }
  return spec.egress !== undefined && spec.egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function peerMatch(packet: Packet, policy: TwinPolicy, peer: TwinPeer, other: Resolved): Match {
  const { world } = packet;
  if (peer.ipBlock !== undefined) {
    const { cidr, except = [] } = peer.ipBlock;
    return blocksMatch(packet, { cidrs: [cidr], except }, other);
  }
  const pod = other.pod;
  if (pod === undefined || pod.hostNetwork === true) return false;
  const namespaceMatches =
    peer.namespaceSelector === undefined
      ? pod.namespace === (policy.metadata?.namespace ?? "default")
      : selects(peer.namespaceSelector, namespaceLabels(world, pod.namespace));
  return namespaceMatches && selects(peer.podSelector ?? {}, labelsOf(world, pod));
}

function portMatch(
  rule: TwinPort,
  destination: TwinPod | undefined,
  protocol: Protocol,
  port: number,
  cni: TwinWorld["cni"],
): boolean {
  if ((rule.protocol ?? "TCP") !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === "number") return rule.port <= port && port <= (rule.endPort ?? rule.port);
  // A pod in its node's network is an address of its node, which has no port names.
  if (destination === undefined || destination.hostNetwork === true) return false;
  const { containerPorts = [], sidecarPorts = [] } = destination;
  const named = (cni === "cilium" ? containerPorts : [...containerPorts, ...sidecarPorts]).filter(
    ({ name }) => name === rule.port,
  );
  // Cilium knows one port for a name, the last one, and no sidecars' names.
  return (cni === "cilium" ? named.slice(-1) : named).some(
    (one) => (one.protocol ?? "TCP") === protocol && one.containerPort === port,
  );
}

const verdict = (match: Match): Verdict =>
  match === true ? "allowed" : match === false ? "blocked" : "unknown";
