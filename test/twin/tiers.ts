import type { Protocol } from "../../net/ports";
import {
  all,
  any,
  blocksMatch,
  labelsOf,
  type Match,
  namespaceLabels,
  type Packet,
  type Resolved,
  selects,
} from "./matches";
import type {
  TwinPod,
  TwinPods,
  TwinProtocol,
  TwinRange,
  TwinTierPeer,
  TwinTierPolicy,
  TwinTierPort,
  TwinWorld,
} from "./world";

/** What a tier says of a connection; "next" leaves it to the tier after. */
export type TierOutcome = "accept" | "deny" | "next";

/** One direction of one packet: whose policies judge, and who is at the other end. */
export interface JudgedByTiers {
  readonly packet: Packet;
  readonly direction: "Ingress" | "Egress";
  /** Not of its node's network: no tier's subjects include such pods. */
  readonly pod: TwinPod;
  readonly other: Resolved;
}

/**
 * Everything that a tier may come to: one outcome where the world decides it, several where it doesn't, or where policies of the
 * same priority disagree. Slow and obvious on purpose, after the words of the Network Policy API's types (ClusterNetworkPolicy
 * v1alpha2 and v1beta1, AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1).
 */
export function tierOutcomes(judged: JudgedByTiers, tier: "Admin" | "Baseline"): ReadonlySet<TierOutcome> {
  const { packet, pod } = judged;
  const policies = (packet.world.tierPolicies ?? []).filter(
    (policy) => tierOf(policy) === tier && areMeant(packet.world, policy.spec.subject, pod),
  );
  const outcomes = new Set<TierOutcome>();
  for (const priority of [...new Set(policies.map(priorityOf))].sort((a, b) => a - b)) {
    const equals = policies.filter((policy) => priorityOf(policy) === priority);
    const each = equals.map((policy) => policyOutcomes(judged, policy));
    // Whichever of them matches may be the one that decides.
    for (const own of each) for (const outcome of own) if (outcome !== "no match") outcomes.add(outcome);
    if (!each.every((own) => own.has("no match"))) return outcomes;
  }
  return outcomes.add("next");
}

const tierOf = (policy: TwinTierPolicy): "Admin" | "Baseline" =>
  policy.kind === "ClusterNetworkPolicy"
    ? policy.spec.tier
    : policy.kind === "AdminNetworkPolicy"
      ? "Admin"
      : "Baseline";

const priorityOf = (policy: TwinTierPolicy): number =>
  policy.kind === "BaselineAdminNetworkPolicy" ? 0 : policy.spec.priority;

/** Everything that one policy may come to: its first rule that matches decides. */
function policyOutcomes(
  judged: JudgedByTiers,
  policy: TwinTierPolicy,
): ReadonlySet<TierOutcome | "no match"> {
  const outcomes = new Set<TierOutcome | "no match">();
  for (const { action, peers, ports } of rulesOf(policy, judged.direction)) {
    const isMeant = any(peers.map((peer) => peerMatch(judged, peer)));
    const matches = all([isMeant, ports === undefined || ports.some((port) => port(judged.packet))]);
    if (matches !== false) outcomes.add(OUTCOMES[action]);
    if (matches === true) return outcomes;
  }
  return outcomes.add("no match");
}

const OUTCOMES = { Accept: "accept", Allow: "accept", Deny: "deny", Pass: "next" } as const;

interface Rule {
  readonly action: keyof typeof OUTCOMES;
  readonly peers: readonly TwinTierPeer[];
  /** Whether a packet is for each port; without any, all are. */
  readonly ports: readonly ((packet: Packet) => boolean)[] | undefined;
}

function rulesOf(policy: TwinTierPolicy, direction: JudgedByTiers["direction"]): readonly Rule[] {
  const rules = (direction === "Ingress" ? policy.spec.ingress : policy.spec.egress) ?? [];
  return rules.map((rule) => ({
    action: rule.action,
    peers: "from" in rule ? rule.from : rule.to,
    ports:
      "protocols" in rule
        ? rule.protocols.map(ofProtocol)
        : "ports" in rule
          ? rule.ports.map(ofPort)
          : undefined,
  }));
}

const ofProtocol =
  (one: TwinProtocol) =>
  (packet: Packet): boolean => {
    if ("destinationNamedPort" in one) return isNamed(packet, one.destinationNamedPort);
    const [protocol, { destinationPort }] =
      "tcp" in one
        ? (["TCP", one.tcp] as const)
        : "udp" in one
          ? (["UDP", one.udp] as const)
          : (["SCTP", one.sctp] as const);
    const { start, end } =
      "number" in destinationPort
        ? { start: destinationPort.number, end: destinationPort.number }
        : destinationPort.range;
    return isWithin(packet, protocol, { start, end });
  };

const ofPort =
  (one: TwinTierPort) =>
  (packet: Packet): boolean => {
    if ("namedPort" in one) return isNamed(packet, one.namedPort);
    if ("portRange" in one) return isWithin(packet, one.portRange.protocol ?? "TCP", one.portRange);
    const { protocol = "TCP", port } = one.portNumber;
    return isWithin(packet, protocol, { start: port, end: port });
  };

const isWithin = (packet: Packet, protocol: Protocol, { start, end }: TwinRange): boolean =>
  packet.protocol === protocol && start <= packet.port && packet.port <= end;

/** A name is the destination's, of whatever protocols its containers have it for; nodes and addresses have none. */
function isNamed({ destination, protocol, port }: Packet, wanted: string): boolean {
  const { pod } = destination;
  if (pod === undefined || pod.hostNetwork === true) return false;
  return [...(pod.containerPorts ?? []), ...(pod.sidecarPorts ?? [])].some(
    (one) => one.name === wanted && (one.protocol ?? "TCP") === protocol && one.containerPort === port,
  );
}

function peerMatch({ packet, other }: JudgedByTiers, peer: TwinTierPeer): Match {
  const { pod } = other;
  const isHost = pod?.hostNetwork === true;
  if ("networks" in peer) return blocksMatch(packet, { cidrs: peer.networks }, other);
  // The world doesn't say which addresses are nodes': a pod's aren't, all others may be.
  if ("nodes" in peer) return pod === undefined || isHost ? "unknown" : false;
  if ("domainNames" in peer) return pod === undefined ? "unknown" : false;
  return pod !== undefined && !isHost && areMeant(packet.world, peer, pod);
}

/** Whether a pod that isn't of its node's network is among those that a subject or a peer means. */
function areMeant(world: TwinWorld, meant: TwinPods, pod: TwinPod): boolean {
  const labels = namespaceLabels(world, pod.namespace);
  if ("namespaces" in meant) return selects(meant.namespaces, labels);
  const { namespaceSelector, podSelector } = meant.pods;
  return selects(namespaceSelector, labels) && selects(podSelector, labelsOf(world, pod));
}
