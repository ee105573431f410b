// Longer than most: one judge and the words of its findings.
import * as z from "zod";
import { type Direction, DIRECTIONS, matches, PEERS_FIELD } from "../../kubernetes";
import {
  type Fact,
  isIgnored,
  type NetworkPolicyFact,
  type PeerFact,
  type RuleFact,
  type Subject,
  unreadInSelector,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  type SeenAddresses,
  clusterAddresses,
  exactSelector,
  labelMeant,
  listText,
  meaningOf,
  namespaceLabelMeant,
  namespaceMeant,
  namespacesWith,
  namespaceText,
  type PeerMeaning,
  type SeenPods,
  seenPods,
  selectorText,
  type StackView,
  stackEnds,
} from "../judgment";
import type { Unread } from "../values";
import { judgePorts } from "./rulesMatchPorts";
import { serviceBlock } from "./rulesMatchServices";
import { isBareNamespace, isBarePods } from "./peersNotSplit";

export const rulesMatch = stackInvariant({
  scope: "stack",
  name: "rules-match",
  description: "Every rule of a NetworkPolicy can match something, as far as the stack shows whom it names.",
  stops:
    "Rules that nothing can match: a peer that no pod or namespace is (a misspelled label or name; the nearest match is suggested), peers that are in their node's network only, which no selector matches; a port's name that no selected pod has; the number of a Service's port where its pods listen on another; an address block that is a Service's address, which most CNIs don't see. It says only what the stack proves. That no pod of a namespace is meant is certain where the stack shows workloads there and nothing that makes pods which it doesn't show (a Helm release, an operator's cluster, an Argo Rollout). Of a namespace of which the stack has nothing, nothing is said, unless a name of the stack is one typing slip away; nor of a peer by namespaces' labels or in every namespace, because others may be meant. A port's number is called wrong only where every selected pod lists its ports and a Service turns that very number into one of them. A rule that is for nobody on purpose, because it asks that a label be there and absent, is left alone. Advice only, because another stack may hold the pods. What can't ask for names is for dns-reachable; a policy that selects nobody for policy-selects-nothing.",
  remedy: "Write the labels, names and ports that the pods have, or remove the rule.",
  severity: "medium",
  level: "advisory",
  config: z.strictObject({}),
  judge(facts, _, context) {
    const shown = {
      seen: seenPods(facts),
      ends: stackEnds(facts),
      addressesIn: clusterAddresses(facts),
    };
    return facts.flatMap((fact) => {
      if (!isWhole(fact)) return [];
      return judge(fact, { ...shown, splitIsTold: context.blocks("peers-not-split", fact) });
    });
  },
});

const isWhole = (fact: Fact): fact is NetworkPolicyFact =>
  fact.kind === "NetworkPolicy" && !fact.subject.partial;

/** What the stack shows, and whether peers-not-split tells of a dash too many. */
interface Around extends StackView {
  readonly splitIsTold: boolean;
  readonly addressesIn: (subject: Subject) => SeenAddresses;
}

function judge(policy: NetworkPolicyFact, shown: Around): Finding[] {
  const open: Unread[] = [];
  const findings = DIRECTIONS.flatMap((direction) => {
    const { rules } = policy[direction];
    if (isIgnored(policy, direction)) return [];
    if (!rules.known) open.push(rules);
    return (rules.known ? rules.value : []).flatMap((rule) =>
      judgeRule(policy, rule, direction, shown, open),
    );
  });
  if (open.length > 0 && shown.seen.hasPods(policy.subject))
    findings.push(undecided(policy, open, "every rule of it can match something"));
  return findings;
}

function judgeRule(
  policy: NetworkPolicyFact,
  rule: RuleFact,
  direction: Direction,
  shown: Around,
  open: Unread[],
): Finding[] {
  const { peers } = rule;
  if (!peers.known) open.push(peers);
  const meanings = (peers.known ? peers.value : []).map((peer) => ({
    peer,
    meaning: meaningOf(peer, policy, shown),
  }));
  for (const { meaning } of meanings) if (meaning.kind === "open") open.push(...meaning.unread);
  const wrong = meanings.flatMap(({ peer, meaning }) =>
    judgePeer({ policy, rule, direction, peer }, meaning, shown),
  );
  const ports = judgePorts(
    { policy, rule, direction, meanings: meanings.map(({ meaning }) => meaning) },
    shown.seen,
  );
  open.push(...ports.open);
  const addresses =
    direction === "egress" && peers.known
      ? peers.value.flatMap((peer) => serviceBlock(policy, peer, shown.addressesIn(policy.subject)))
      : [];
  return [...wrong, ...ports.findings, ...addresses];
}

/** One peer, and where it stands. */
interface PeerPlace {
  readonly policy: NetworkPolicyFact;
  readonly rule: RuleFact;
  readonly direction: Direction;
  readonly peer: PeerFact;
}

function judgePeer(place: PeerPlace, meaning: PeerMeaning, shown: Around): Finding[] {
  switch (meaning.kind) {
    case "nobody":
      return shown.splitIsTold && isSplit(place, shown) ? [] : [nobody(place, meaning.namespaces, shown)];
    case "none-here":
      return noneHere(place, meaning.namespaces, shown);
    case "unseen":
      return unseen(place, meaning.namespaces, shown.seen);
    case "node-network":
      return [
        inNodeNetwork(
          place,
          meaning.workloads.map(({ title }) => title),
        ),
      ];
    case "shown":
    case "open":
    case "others":
      return [];
  }
}

const WHY = {
  ingress: "the pods that were meant are kept out",
  egress: "the pods that were meant can't be reached",
};

const selectorOf = (field: PeerFact["podSelector"]) => (field.known ? field.value : undefined);

function nobody(
  { policy, rule, direction, peer }: PeerPlace,
  namespaces: readonly string[],
  { seen }: StackView,
) {
  const { path } = peer;
  const [spaces, pods] = [selectorOf(peer.namespaceSelector), selectorOf(peer.podSelector)];
  const { subject } = policy;
  const common = { wrong: "has a peer that no pod can match", why: WHY[direction] };
  if (namespaces.length === 0) {
    return violation(policy, {
      ...common,
      evidence: `${path}.namespaceSelector is ${selectorText(spaces ?? [])}, and the Namespace of that name doesn't have these labels`,
      remedy: `write labels that the Namespace has in ${path}.namespaceSelector, or remove the peer`,
    });
  }
  const workloads = namespaces.flatMap((name) => seen.in(subject, name));
  const selector = pods ?? [];
  const near = labelMeant(selector, workloads);
  const [elsewhere] = namespacesWith(selector, subject, seen, namespaces);
  const neighbour = bareNeighbour(peer, rule);
  const who = workloads.length === 1 ? "the only workload" : `none of the ${workloads.length} workloads`;
  const has = workloads.length === 1 ? "doesn't have" : "has";
  const missing = `${path}.podSelector is ${selectorText(selector)}, and ${who} that the stack shows in namespace ${listText(namespaces)} ${has} these labels`;
  const joined =
    neighbour === undefined
      ? undefined
      : `{ namespaceSelector: ${selectorText(neighbour)}, podSelector: ${selectorText(selector)} }`;
  return violation(policy, {
    ...common,
    evidence:
      elsewhere === undefined ? missing : `${missing}; pods with these labels are in namespace ${elsewhere}`,
    remedy:
      joined !== undefined
        ? `if pods of the namespace beside it were meant, write one peer: ${PEERS_FIELD[direction]}: [${joined}]; else write labels that pods of ${listText(namespaces)} have`
        : elsewhere !== undefined && near === undefined
          ? `write { namespaceSelector: ${namespaceText(elsewhere)}, podSelector: ${selectorText(selector)} } at ${path}`
          : near === undefined
            ? `write labels that the pods have in ${path}.podSelector, or remove the peer`
            : `write ${near} in ${path}.podSelector`,
  });
}

/** Whether peers-not-split says it already: these pods are in the namespace beside. */
function isSplit({ policy: { subject }, rule, peer }: PeerPlace, { seen, ends }: StackView): boolean {
  const neighbour = bareNeighbour(peer, rule);
  if (neighbour === undefined || unreadInSelector(neighbour).length > 0) return false;
  return namespacesWith(selectorOf(peer.podSelector) ?? [], subject, seen, []).some(
    (name) => matches(exactSelector(neighbour), ends.labelsOf(subject, name)) === "yes",
  );
}

/** The selector of a peer beside this one that means a whole namespace, where this one means pods by labels alone. */
function bareNeighbour(peer: PeerFact, { peers }: RuleFact) {
  if (!peers.known || !isBarePods(peer)) return undefined;
  const at = peers.value.indexOf(peer);
  const beside = [peers.value[at - 1], peers.value[at + 1]].find(
    (one): one is PeerFact => one !== undefined && isBareNamespace(one),
  );
  return beside && selectorOf(beside.namespaceSelector);
}

/** Of a peer by namespaces' labels, or in every namespace, only a typing slip is said: others may be meant. */
function noneHere(
  { policy, direction, peer }: PeerPlace,
  namespaces: readonly string[],
  shown: StackView,
): Finding[] {
  const { path } = peer;
  const { subject } = policy;
  const [spaces, pods] = [selectorOf(peer.namespaceSelector) ?? [], selectorOf(peer.podSelector) ?? []];
  const near =
    namespaces.length === 0
      ? namespaceLabelMeant(spaces, subject, shown.seen, shown.ends)
      : labelMeant(
          pods,
          namespaces.flatMap((name) => shown.seen.in(subject, name)),
          { slipsOnly: true },
        );
  if (near === undefined) return [];
  const [field, selector, what] =
    namespaces.length === 0
      ? (["namespaceSelector", spaces, "namespace"] as const)
      : (["podSelector", pods, "pod"] as const);
  return [
    violation(policy, {
      wrong: `has a peer that no ${what} of the stack matches`,
      why: WHY[direction],
      evidence: `${path}.${field} is ${selectorText(selector)}, and what comes nearest is ${near}`,
      remedy: `write ${near} in ${path}.${field}`,
    }),
  ];
}

function unseen(
  { policy, direction, peer }: PeerPlace,
  namespaces: readonly string[],
  seen: SeenPods,
): Finding[] {
  return namespaces.flatMap((name) => {
    const near = namespaceMeant(name, policy.subject, seen);
    if (near === undefined) return [];
    return [
      violation(policy, {
        wrong: "names a namespace that the stack doesn't have",
        why: WHY[direction],
        evidence: `${peer.path}.namespaceSelector names ${name}, and the stack has ${near}`,
        remedy: `write ${namespaceText(near)} in ${peer.path}.namespaceSelector`,
      }),
    ];
  });
}

function inNodeNetwork({ policy, direction, peer }: PeerPlace, titles: readonly string[]): Finding {
  return violation(policy, {
    wrong: "names pods in their node's network, which no selector matches",
    why: WHY[direction],
    evidence: `${peer.path} means ${listText(titles)} only, which have hostNetwork: true, so that policies see the node's address`,
    remedy: `write the nodes' addresses as ipBlock at ${peer.path}, or take the pods out of the node's network`,
  });
}
