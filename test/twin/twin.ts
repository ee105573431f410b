import { AddressSet } from "../../net/addressSet";
import { CidrError, type Family } from "../../net/cidr";
import type { Protocol } from "../../net/ports";
import type { TwinEnd, TwinPeer, TwinPod, TwinPolicy, TwinPort, TwinSelector, TwinWorld } from "./world";

export type Verdict = "allowed" | "blocked" | "unknown";

/** What one policy rule or peer says about a connection: yes, no, or not known from the world. */
type Match = boolean | "unknown";

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
      return policies === "allowed" ? policies : onOwnNode(from, to, policies, world.cni);
    });
  if (answers.includes("allowed")) return "allowed";
  return answers.includes("unknown") ? "unknown" : "blocked";
}

/** One packet's circumstances. */
interface Packet {
  readonly world: TwinWorld;
  readonly destination: Resolved;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: Family;
}

const EITHER: readonly Family[] = [4, 6];

/** The families of an end's addresses; a pod whose addresses aren't known has those of the cluster's pods. */
function familiesOf(world: TwinWorld, { pod, address }: Resolved): readonly Family[] {
  const families = (texts: readonly string[]) =>
    EITHER.filter((family) => texts.some((text) => text.includes(":") === (family === 6)));
  if (address !== undefined) return families([address]);
  if (pod?.ips !== undefined && pod.ips.length > 0) return families(pod.ips);
  const ranges = world.podCidrs ?? [];
  if (ranges.length > 0) return families(ranges);
  const known = world.pods.flatMap(({ ips, hostNetwork }) => (hostNetwork === true ? [] : (ips ?? [])));
  return known.length > 0 ? families(known) : EITHER;
}

/** "Traffic to and from the node where a Pod is running is always allowed." A hostNetwork pod is its node. */
function onOwnNode(from: Resolved, to: Resolved, policies: Verdict, cni: TwinWorld["cni"]): Verdict {
  if (from.pod === undefined || to.pod === undefined) return policies;
  if (from.pod.hostNetwork !== true && to.pod.hostNetwork !== true) return policies;
  // On Cilium a node reaches its pods, and these reach it by a rule only.
  if (cni === "cilium" && from.pod.hostNetwork !== true) return policies;
  if (from.pod.node === undefined || to.pod.node === undefined) return "unknown";
  return from.pod.node === to.pod.node ? "allowed" : policies;
}

interface Resolved {
  readonly pod: TwinPod | undefined;
  readonly address: string | undefined;
}

function resolve(world: TwinWorld, end: TwinEnd): Resolved {
  if ("address" in end) return { pod: undefined, address: end.address };
  const pod = world.pods.find(({ namespace, name }) => namespace === end.namespace && name === end.name);
  if (pod === undefined) throw new Error(`no pod ${end.namespace}/${end.name} in the world`);
  return { pod, address: undefined };
}

/** Whether the policies that select `pod` in one direction let a connection with `other` pass. */
function permits(packet: Packet, direction: "Ingress" | "Egress", pod: TwinPod, other: Resolved): Match {
  const { world, destination, protocol, port } = packet;
  if (pod.hostNetwork === true) return true; // no policy selects a hostNetwork pod
  const isolating = world.networkPolicies.filter(
    (policy) =>
      (policy.metadata?.namespace ?? "default") === pod.namespace &&
      selects(policy.spec?.podSelector ?? {}, labelsOf(world, pod)) &&
      typesOf(policy, world.cni).includes(direction),
  );
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
        ports.some((one) => portMatch(one, destination.pod, protocol, port));
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
  if (peer.ipBlock !== undefined) return blockMatch(packet, peer.ipBlock, other);
  const pod = other.pod;
  if (pod === undefined || pod.hostNetwork === true) return false;
  const namespaceMatches =
    peer.namespaceSelector === undefined
      ? pod.namespace === (policy.metadata?.namespace ?? "default")
      : selects(peer.namespaceSelector, namespaceLabels(world, pod.namespace));
  return namespaceMatches && selects(peer.podSelector ?? {}, labelsOf(world, pod));
}

/** A pod's labels as policies see them; Cilium's identities lack some. */
function labelsOf({ cni }: TwinWorld, { labels = {} }: TwinPod): Readonly<Record<string, string>> {
  const lacking = ["pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name"];
  return cni === "cilium"
    ? Object.fromEntries(Object.entries(labels).filter(([key]) => !lacking.includes(key)))
    : labels;
}

/** Every namespace carries `kubernetes.io/metadata.name`; one that isn't given has no other label. */
function namespaceLabels(world: TwinWorld, name: string): Readonly<Record<string, string>> {
  const given = world.namespaces.find((namespace) => namespace.name === name);
  return { ...given?.labels, "kubernetes.io/metadata.name": name };
}

function blockMatch(
  { world, family }: Packet,
  block: NonNullable<TwinPeer["ipBlock"]>,
  other: Resolved,
): Match {
  if (block.cidr.includes(":") !== (family === 6)) return false;
  const set = addresses(block.cidr).subtract(
    (block.except ?? []).reduce((sum, cidr) => sum.union(addresses(cidr)), AddressSet.empty),
  );
  if (other.address !== undefined) return set.containsAddress(other.address);
  const pod = other.pod;
  const host = pod?.hostNetwork === true;
  if (world.cni === "cilium") return false; // blocks match neither pods nor nodes
  if (pod?.ips !== undefined && pod.ips.length > 0) return pod.ips.some((ip) => set.containsAddress(ip));
  if (host) return set.isEmpty() ? false : "unknown";
  // It may be in any of the family's ranges.
  if (set.isEmpty()) return false;
  const ranges = (world.podCidrs ?? []).map(addresses);
  if (ranges.length === 0) {
    // Nothing says where it is: only where the cluster has one family, a block of all of it surely holds the pod.
    const known = familiesOf(world, other);
    return known.length === 1 && set.covers(all4or6(family)) ? true : "unknown";
  }
  const own = ranges.filter((range) => all4or6(family).covers(range));
  if (own.length > 0 && own.every((range) => set.covers(range))) return true;
  return own.some((range) => set.overlaps(range)) ? "unknown" : false;
}

const all4or6 = (family: Family): AddressSet => (family === 4 ? AddressSet.allV4 : AddressSet.allV6);

const read = new Map<string, AddressSet>();

/** A block as a set, each text read once. Bits beyond the prefix are ignored, as every implementation does. */
function addresses(cidr: string): AddressSet {
  const known = read.get(cidr) ?? parsed(cidr);
  read.set(cidr, known);
  return known;
}

function parsed(cidr: string): AddressSet {
  try {
    return AddressSet.of(cidr);
  } catch (error) {
    if (!(error instanceof CidrError) || error.reason !== "not-canonical") throw error;
    return AddressSet.of(error.suggestion ?? cidr);
  }
}

function portMatch(
  rule: TwinPort,
  destination: TwinPod | undefined,
  protocol: Protocol,
  port: number,
): boolean {
  if ((rule.protocol ?? "TCP") !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === "number") return rule.port <= port && port <= (rule.endPort ?? rule.port);
  const ports = [...(destination?.containerPorts ?? []), ...(destination?.sidecarPorts ?? [])];
  return ports.some(
    (one) => one.name === rule.port && (one.protocol ?? "TCP") === protocol && one.containerPort === port,
  );
}

/** Whether a label selector selects labels, in the words of the API's LabelSelector. */
export function selects(selector: TwinSelector, labels: Readonly<Record<string, string>>): boolean {
  const has = (key: string) => Object.hasOwn(labels, key);
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => has(key) && labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      switch (operator) {
        case "In":
          return has(key) && values.includes(labels[key] ?? "");
        case "NotIn":
          return !has(key) || !values.includes(labels[key] ?? "");
        case "Exists":
          return has(key);
        case "DoesNotExist":
          return !has(key);
        default:
          throw new Error(`unknown operator ${operator}`);
      }
    })
  );
}

function any(matches: readonly Match[]): Match {
  if (matches.includes(true)) return true;
  return matches.includes("unknown") ? "unknown" : false;
}

function all(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes("unknown") ? "unknown" : true;
}

const verdict = (match: Match): Verdict =>
  match === true ? "allowed" : match === false ? "blocked" : "unknown";
