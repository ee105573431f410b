// Tests: test/policypack/invariants/flowsHaveBothSides.test.ts
import { type PortRange, PortSet, type Protocol } from "../../net";
import { both, type Bound, type Direction, either, type Match, matches } from "../../kubernetes";
import type { NetworkPolicyFact, PeerFact, RuleFact } from "../facts";
import type { StackEnd, StackEnds } from "./ends";
import { exactSelector } from "./toAnalyzer";
import { portsOf } from "./reach";

/** Whether a peer of a policy means an end of the same cluster. Whether an address block does is the CNI's to say. */
export function peerMatches(
  peer: PeerFact,
  policy: NetworkPolicyFact,
  end: StackEnd,
  stack: StackEnds,
): Match {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (!ipBlock.known || ipBlock.value !== undefined) return "maybe";
  if (!namespaceSelector.known || !podSelector.known) return "maybe";
  if (namespaceSelector.value === undefined && podSelector.value === undefined) return "yes";
  const { namespace } = policy;
  const place: Match =
    namespaceSelector.value === undefined
      ? !namespace.known
        ? "maybe"
        : namespace.value === end.namespace
          ? "yes"
          : "no"
      : matches(exactSelector(namespaceSelector.value), stack.labelsOf(end.subject, end.namespace));
  return place === "no" ? "no" : both(place, matches(exactSelector(podSelector.value ?? []), end.labels));
}

/**
 * The ends that a peer may mean for certain: `peerMatches` says yes to no other. None where its namespaces, or the
 * policy's own, aren't known, and none for a block.
 */
export function endsOfPeer(peer: PeerFact, policy: NetworkPolicyFact, stack: StackEnds): readonly StackEnd[] {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  const { namespace, subject } = policy;
  if (!ipBlock.known || ipBlock.value !== undefined) return [];
  if (!namespaceSelector.known || !podSelector.known || !namespace.known) return [];
  const selector = namespaceSelector.value;
  if (selector === undefined && podSelector.value === undefined) return stack.beside(subject);
  const names = selector === undefined ? [namespace.value] : stack.namespacesSelected(subject, selector);
  return names.flatMap((name) => stack.endsWith(subject, name, podSelector.value ?? []));
}

/** The ends that a rule may mean for certain: `ruleAdmits` says yes to no other. */
export function endsMeant(
  { peers }: RuleFact,
  policy: NetworkPolicyFact,
  stack: StackEnds,
): readonly StackEnd[] {
  if (!peers.known) return [];
  return peers.value.length === 0
    ? stack.beside(policy.subject)
    : peers.value.flatMap((peer) => endsOfPeer(peer, policy, stack));
}

/** Whether a rule of a policy admits an end. */
function ruleAdmits({ peers }: RuleFact, policy: NetworkPolicyFact, end: StackEnd, stack: StackEnds): Match {
  if (!peers.known) return "maybe";
  if (peers.value.length === 0) return "yes";
  return peers.value.reduce<Match>(
    (match, peer) => (match === "yes" ? match : either(match, peerMatches(peer, policy, end, stack))),
    "no",
  );
}

/** A rule's ports as numbers, with names as the destination has them: none at the lower bound where it isn't known, all at the upper. */
export function numberedPorts({ ports }: RuleFact, destination: StackEnd, bound: Bound): PortSet {
  const { numbers, names } = portsOf(ports, bound);
  if (names.length === 0) return numbers;
  const { namedPorts } = destination;
  if (namedPorts === undefined) return bound === "lower" ? numbers : PortSet.all;
  const ranges = names.flatMap((name): PortRange[] => {
    const port = namedPorts.get(name);
    const protocol = name.slice(0, name.indexOf("/")) as Protocol;
    return port === undefined ? [] : [{ protocol, from: port, to: port }];
  });
  return numbers.union(PortSet.of(ranges));
}

/** The ports on which an end's policies of one direction let another end through; undefined where none isolates it for sure. */
export function admittedPorts(
  { end, direction, other }: { end: StackEnd; direction: Direction; other: StackEnd },
  stack: StackEnds,
  bound: Bound,
): PortSet | undefined {
  const guards = stack.guardsOf(end, direction);
  if (!guards.some(({ match }) => match === "yes")) return undefined;
  const destination = direction === "ingress" ? end : other;
  const counts = (match: Match) => (bound === "lower" ? match === "yes" : match !== "no");
  let admitted = PortSet.empty;
  for (const { policy, match } of guards) {
    if (!counts(match)) continue;
    const { rules } = policy[direction];
    if (!rules.known) {
      if (bound === "upper") return PortSet.all;
      continue;
    }
    for (const rule of rules.value) {
      if (!counts(ruleAdmits(rule, policy, other, stack))) continue;
      admitted = admitted.union(numberedPorts(rule, destination, bound));
    }
  }
  return admitted;
}
