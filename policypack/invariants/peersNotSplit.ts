import * as z from "zod";
import { type Direction, DIRECTIONS, matches, PEERS_FIELD } from "../../kubernetes";
import {
  isIgnored,
  type NetworkPolicyFact,
  type PeerFact,
  type RuleFact,
  type SelectorFact,
  unreadInSelector,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import {
  exactSelector,
  listText,
  meaningOf,
  namespacesWith,
  seenPods,
  selectorText,
  type StackView,
  stackEnds,
} from "../judgment";
import type { Unread } from "../values";

export const peersNotSplit = stackInvariant({
  scope: "stack",
  name: "peers-not-split",
  description: "A namespace and its pods stand in one peer of a rule, not in two.",
  stops:
    "A dash too many: a peer that is a whole namespace, beside one for pods that are in that namespace and not in the policy's own. Two items of a list are an OR, so that every pod of the namespace gets in, where only some were meant. It is certain where the stack shows the pods in the other namespace, and shows the policy's own without any such pod or anything that makes pods which it doesn't show; where it doesn't show as much, rules-match advises.",
  remedy: "Write namespaceSelector and podSelector in one item: the second without a dash.",
  severity: "high",
  config: z.strictObject({}),
  judge(facts, _, context) {
    const shown = { seen: seenPods(facts), ends: stackEnds(facts) };
    return facts.flatMap((fact) =>
      fact.kind === "NetworkPolicy" && !fact.subject.partial ? judge(fact, shown, context) : [],
    );
  },
});

/** Whether a peer means every pod of some namespaces. */
export const isBareNamespace = ({ ipBlock, namespaceSelector, podSelector }: PeerFact): boolean =>
  ipBlock.known &&
  namespaceSelector.known &&
  namespaceSelector.value !== undefined &&
  podSelector.known &&
  podSelector.value === undefined;

/** Whether a peer means pods by labels, and no namespace. */
export const isBarePods = ({ ipBlock, namespaceSelector, podSelector }: PeerFact): boolean =>
  ipBlock.known &&
  podSelector.known &&
  (podSelector.value ?? []).length > 0 &&
  namespaceSelector.known &&
  namespaceSelector.value === undefined;

function judge(policy: NetworkPolicyFact, shown: StackView, context: Context): Finding[] {
  const open: Unread[] = [];
  const findings = DIRECTIONS.flatMap((direction) => {
    const { rules } = policy[direction];
    if (isIgnored(policy, direction)) return [];
    if (!rules.known) open.push(rules);
    const everyoneIsTold = context.blocks(`network-policy-no-everyone-${direction}`, policy);
    return (rules.known ? rules.value : []).flatMap((rule) =>
      judgeRule(policy, rule, { ...shown, direction, everyoneIsTold }, open),
    );
  });
  if (open.length > 0 && shown.seen.hasPods(policy.subject))
    findings.push(undecided(policy, open, "a namespace and its pods stand in one peer"));
  return findings;
}

interface Around extends StackView {
  readonly direction: Direction;
  /** Whether another policy tells of a peer that is every namespace. */
  readonly everyoneIsTold: boolean;
}

function judgeRule(
  policy: NetworkPolicyFact,
  { peers }: RuleFact,
  around: Around,
  open: Unread[],
): Finding[] {
  if (!peers.known) {
    open.push(peers);
    return [];
  }
  for (const { ipBlock, namespaceSelector, podSelector } of peers.value.length > 1 ? peers.value : [])
    for (const field of [ipBlock, namespaceSelector, podSelector]) if (!field.known) open.push(field);
  return peers.value.slice(1).flatMap((second, i): Finding[] => {
    const first = peers.value[i];
    if (first === undefined) return [];
    const pair = isBareNamespace(first) ? [first, second] : [second, first];
    const [space, pods] = pair;
    if (space === undefined || pods === undefined || !isBareNamespace(space) || !isBarePods(pods)) return [];
    if (around.everyoneIsTold && space.namespaceSelector.known && space.namespaceSelector.value?.length === 0)
      return [];
    return judgePair(policy, { space, pods }, around, open);
  });
}

function judgePair(
  policy: NetworkPolicyFact,
  { space, pods }: { readonly space: PeerFact; readonly pods: PeerFact },
  { direction, ...shown }: Around,
  open: Unread[],
): Finding[] {
  const [spaces, selector] = [selectorOf(space.namespaceSelector), selectorOf(pods.podSelector)];
  const here = meaningOf(pods, policy, shown);
  const unread = [...unreadInSelector(spaces), ...(here.kind === "open" ? here.unread : [])];
  open.push(...unread);
  if (here.kind !== "nobody" || unread.length > 0) return [];
  const exact = exactSelector(spaces);
  const there = namespacesWith(selector, policy.subject, shown.seen, here.namespaces).filter(
    (name) => matches(exact, shown.ends.labelsOf(policy.subject, name)) === "yes",
  );
  if (there.length === 0) {
    // What isn't known of the pods there may make it certain.
    open.push(
      ...[...shown.seen.namespaces(policy.subject)]
        .filter((name) => matches(exact, shown.ends.labelsOf(policy.subject, name)) !== "no")
        .flatMap((name) => shown.seen.find(policy.subject, name, selector).unread),
    );
    return [];
  }
  const joined = `{ namespaceSelector: ${selectorText(spaces)}, podSelector: ${selectorText(selector)} }`;
  return [
    violation(policy, {
      wrong: `lets every pod of namespace ${listText(there)} ${direction === "ingress" ? "in" : "be reached"}, by a dash too many`,
      why: "either of the two peers is enough, and more pods are let through than were meant",
      evidence: `${space.path} is the whole namespace, and ${pods.path} is ${selectorText(selector)}, which pods of ${listText(there)} have and none of ${listText(here.namespaces)}`,
      remedy: `write one peer: ${PEERS_FIELD[direction]}: [${joined}]`,
    }),
  ];
}

const selectorOf = (field: PeerFact["podSelector"]): SelectorFact => (field.known ? (field.value ?? []) : []);
