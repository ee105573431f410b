// Tests: test/reachability/compute/k3s.test.ts
import { AddressSet, type Cidr, cidrAround, formatCidr, type PortRange, PortSet } from "../../net";
import { podsOf } from "./policyPods";
import type { Direction, NamedPort } from "../../kubernetes";
import type { DirectionRules, NetworkPolicy, Rule, RulePeer, RulePorts } from "./policy";
import type { PodShape, World } from "./world";

type Manifests = Pick<World, "namespaces" | "workloads">;

/**
 * A policy as k3s's controller compiles it, where that isn't what it says. Source: kube-router v2.6.3-k3s1,
 * pkg/controllers/netpol/policy.go; each departure was seen with packets (docs/e2e.md).
 */
export function k3sPolicy(policy: NetworkPolicy, manifests: Manifests): NetworkPolicy {
  const side = (name: Direction): DirectionRules => ({
    ...policy[name],
    rules: policy[name].rules.flatMap((rule) => compiled(rule, name, policy, manifests)),
  });
  return { ...policy, ingress: side("ingress"), egress: side("egress") };
}

/** A rule's pods and its blocks, which are kept in sets of their own. */
function compiled(
  rule: Rule,
  side: Direction,
  { namespace, podSelector }: NetworkPolicy,
  manifests: Manifests,
): readonly Rule[] {
  const { peers, ports } = rule;
  if (peers === "everyone") {
    if (side === "ingress" || ports.named.length === 0) return [rule];
    // A name is looked up on the pods of the policy's namespace, and its number is then open everywhere.
    return [{ ...rule, ports: numbered(ports, podsOf(manifests, namespace, undefined)) }];
  }
  const blocks = peers.filter((peer) => peer.kind === "block");
  const others = peers.filter((peer) => peer.kind !== "block");
  const targets = () =>
    side === "ingress"
      ? podsOf(manifests, namespace, podSelector)
      : others.flatMap((peer) => peerPods(peer, namespace, manifests));
  const blockPorts = side === "egress" ? { ...ports, named: [] } : ports;
  return [
    ...(others.length === 0 ? [] : [{ ...rule, peers: others, ports: unresolved(ports, targets) }]),
    ...(blocks.length === 0 ? [] : [{ ...rule, peers: [longestPrefix(blocks)], ports: blockPorts }]),
  ];
}

function peerPods(peer: RulePeer, namespace: string, manifests: Manifests): readonly PodShape[] {
  if (peer.kind !== "pods") return [];
  return peer.namespaces === "own"
    ? podsOf(manifests, namespace, peer.pods)
    : podsOf(manifests, peer.namespaces, peer.pods);
}

const numbersOf = ({ name, protocol }: NamedPort, pods: readonly PodShape[]): PortRange[] =>
  pods.flatMap(({ namedPorts }) =>
    namedPorts
      .filter((one) => one.name === name && one.protocol === protocol && one.sidecar !== true)
      .map(({ port }) => ({ protocol, from: port, to: port })),
  );

const numbered = (ports: RulePorts, pods: readonly PodShape[]): RulePorts => ({
  ...ports,
  numbers: ports.numbers.union(PortSet.of(ports.named.flatMap((name) => numbersOf(name, pods)))),
  named: [],
});

/** A rule all of whose ports are names that no pod has opens every port. */
function unresolved(ports: RulePorts, targets: () => readonly PodShape[]): RulePorts {
  if (ports.named.length === 0 || !ports.numbers.isEmpty() || !ports.maybe.isEmpty()) return ports;
  const pods = targets();
  if (ports.named.some((name) => numbersOf(name, pods).length > 0)) return ports;
  const known = pods.every(({ portsComplete }) => portsComplete);
  return known ? { numbers: PortSet.all, named: [], maybe: PortSet.empty } : { ...ports, maybe: PortSet.all };
}

/** All blocks of a rule are one set, in which the longest prefix decides, and of two equal ones the later. */
function longestPrefix(blocks: readonly Extract<RulePeer, { kind: "block" }>[]): RulePeer {
  const entries = blocks.flatMap(({ written }) => [
    ...(written === undefined ? [] : halves(written.cidr).map((cidr) => ({ cidr, match: true }))),
    ...(written?.except ?? []).flatMap(halves).map((cidr) => ({ cidr, match: false })),
  ]);
  const unique = [...new Map(entries.map((entry) => [formatCidr(entry.cidr), entry])).values()];
  const set = unique
    .sort((a, b) => a.cidr.prefix - b.cidr.prefix)
    .reduce((sum, { cidr, match }) => {
      const own = AddressSet.of(cidr);
      return match ? sum.union(own) : sum.subtract(own);
    }, AddressSet.empty);
  return { kind: "block", set, text: blocks.map(({ text }) => text).join(", ") };
}

/** A set of the kernel can't hold a prefix of length 0: two halves stand for it. */
function halves(cidr: Cidr): readonly Cidr[] {
  if (cidr.prefix > 0) return [cidr];
  const { family, first, last } = cidr;
  return [cidrAround({ family, value: first }, 1), cidrAround({ family, value: last }, 1)];
}
