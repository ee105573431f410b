// Tests: test/policypack/invariants/clusterNetworkPolicyDenyEffective.test.ts
import { append, once } from "../../data";
import { AddressSet, PortSet } from "../../net";
import { type Direction, DIRECTIONS, type Match } from "../../kubernetes";
import type { TierAction } from "../../reachability/read";
import {
  type Fact,
  type TierPolicyFact,
  type TierRuleFact,
  unreadInTierRule,
  unreadOfTierSubject,
} from "../facts";
import { type Finding, undecided, violation, type ViolationText } from "../finding";
import { known, type Unread, unreadOf } from "../values";
import { podsCover, portsCover } from "./coverage";
import { type AdmittedPods, type Reach, reachOfRule } from "./reach";
import { mayBe, widestReach } from "./tierReach";

/**
 * A rule that decides nothing, because others decide all that it matches before. `void`: a Deny of which others accept or pass on a part; `tied`: a Deny of which a policy
 * with the same priority accepts or passes on a part, so that the order isn't defined; `shadowed`: any other.
 */
export interface OvertakenRule {
  readonly policy: TierPolicyFact;
  readonly rule: TierRuleFact;
  readonly kind: "void" | "tied" | "shadowed";
  /** Those that decide before; by what isn't known yet where it may turn out otherwise. */
  readonly by: readonly EarlierRule[];
  readonly unread: readonly Unread[];
}

/** A rule that is asked before another, or may be. */
export interface EarlierRule {
  readonly policy: TierPolicyFact;
  readonly rule: TierRuleFact;
  /** Whether it is asked before: for certain, perhaps, or in an order that the API doesn't define. */
  readonly comes: "yes" | "maybe" | "tied";
  /** What of both policies keeps that open. */
  readonly unread: readonly Unread[];
}

/** The rules of a stack's tiers that decide nothing, or may turn out to; one entry a rule. */
export const overtakenRules = once((facts: readonly Fact[]): readonly OvertakenRule[] => {
  const byApi = new Map<string, TierPolicyFact[]>();
  for (const fact of facts) {
    if (fact.kind !== "TierPolicy") continue;
    // Which of the two APIs is asked first, no text says.
    const api = fact.objectKind === "ClusterNetworkPolicy" ? "new" : "old";
    append(byApi, `${fact.subject.cluster.key}\n${api}`, fact);
  }
  return [...byApi.values()].flatMap((policies) =>
    DIRECTIONS.flatMap((direction) => policies.flatMap((policy) => overtakenOf(policy, direction, policies))),
  );
});

function overtakenOf(
  policy: TierPolicyFact,
  direction: Direction,
  policies: readonly TierPolicyFact[],
): OvertakenRule[] {
  const rules = policy[direction];
  if (!rules.known) {
    const rule = unknownRule(rules);
    return (["void", "shadowed"] as const).map((kind) => ({ policy, rule, kind, by: [], unread: [rules] }));
  }
  const others = policies.filter((other) => other !== policy);
  const before = others.flatMap((other) => earlierIn(other, policy, direction));
  return rules.value.flatMap((rule, i) => {
    const own = rules.value.slice(0, i).map((one): EarlierRule => ({
      policy,
      rule: one,
      comes: "yes",
      unread: unreadInTierRule(one),
    }));
    return judgeRule(policy, rule, [...own, ...before]);
  });
}

/** The rules of another policy that are asked before all of a policy's, or may be. */
function earlierIn(other: TierPolicyFact, policy: TierPolicyFact, direction: Direction): EarlierRule[] {
  const order = orderOf(other, policy);
  const subjects = subjectsCover(other, policy);
  if (order === "no" || subjects === "no") return [];
  const comes = order === "yes" && subjects === "maybe" ? "maybe" : order;
  const between = [...unreadBetween(other), ...unreadBetween(policy)];
  const rules = other[direction];
  if (!rules.known) {
    return [{ policy: other, rule: unknownRule(rules), comes: "maybe", unread: [rules, ...between] }];
  }
  return rules.value.map((rule) => ({
    policy: other,
    rule,
    comes,
    unread: [...unreadInTierRule(rule), ...(comes === "maybe" ? between : [])],
  }));
}

/** What stands for rules of which nothing is known. */
const unknownRule = (unread: Unread): TierRuleFact => ({
  path: unread.path,
  action: unread,
  peers: unread,
  ports: unread,
  hasOtherPeers: false,
});

const unreadBetween = (policy: TierPolicyFact): Unread[] => [
  ...unreadOf([policy.tier, policy.priority]),
  ...unreadOfTierSubject(policy),
];

/** Whether a policy is asked before another of the same tier. */
function orderOf(other: TierPolicyFact, policy: TierPolicyFact): Match | "tied" {
  if (other.tier.known && policy.tier.known && other.tier.value !== policy.tier.value) return "no";
  if (!other.priority.known || !policy.priority.known) return "maybe";
  const difference = policy.priority.value - other.priority.value;
  if (difference < 0) return "no";
  if (!other.tier.known || !policy.tier.known) return "maybe";
  return difference === 0 ? "tied" : "yes";
}

/** Whether a policy is about all pods that another is about. */
function subjectsCover(other: TierPolicyFact, policy: TierPolicyFact): Match {
  const [outer, inner] = [other, policy].map(podsOf);
  if (unreadOfTierSubject(other).length > 0 || unreadOfTierSubject(policy).length > 0) return "maybe";
  return outer !== undefined && inner !== undefined && podsCover(outer, inner) ? "yes" : "no";
}

function podsOf({ selected }: TierPolicyFact): AdmittedPods | undefined {
  if (!selected.known) return undefined;
  const { namespaces, pods } = selected.value;
  const path = "spec.subject";
  const nothing = known(undefined);
  const peer = { path, ipBlock: nothing, namespaceSelector: known(namespaces), podSelector: known(pods) };
  return reachOfRule({ path, peers: known([peer]), ports: known([]) }, "upper").pods[0];
}

const DENY: readonly TierAction[] = ["deny"];
const OPENS: readonly TierAction[] = ["accept", "pass"];

function judgeRule(
  policy: TierPolicyFact,
  rule: TierRuleFact,
  earlier: readonly EarlierRule[],
): OvertakenRule[] {
  if (rule.hasOtherPeers || earlier.length === 0) return [];
  const unread = unreadInTierRule(rule);
  const found = (kind: OvertakenRule["kind"], by: readonly EarlierRule[], open: readonly Unread[]) => [
    { policy, rule, kind, by: by.filter((one) => bears(one, rule)), unread: open },
  ];
  const certain = earlier.filter((one) => one.comes === "yes" && one.unread.length === 0);
  const isDeny = rule.action.known && rule.action.value === "deny";
  if (unread.length === 0) {
    if (
      isCovered(
        rule,
        certain.filter((one) => does(one, DENY)),
      )
    )
      return found("shadowed", certain, []);
    if (isCovered(rule, certain)) return found(isDeny ? "void" : "shadowed", certain, []);
  }
  // Only what isn't known yet can still change an answer.
  const possible = earlier.filter((one) => one.comes !== "tied");
  const open = [...unread, ...possible.flatMap((one) => one.unread)];
  if (open.length > 0 && isCovered(rule, possible)) {
    const mayBeVoid = mayBe(rule.action, DENY, "upper") && possible.some((one) => mayOpen(one));
    return found(mayBeVoid ? "void" : "shadowed", possible, open);
  }
  const tied = earlier.filter((one) => one.comes !== "maybe" && one.unread.length === 0);
  const opening = tied.filter((one) => one.comes === "tied" && does(one, OPENS));
  return isDeny && opening.length > 0 && isCovered(rule, tied) ? found("tied", opening, unread) : [];
}

const does = ({ rule: { action } }: EarlierRule, wanted: readonly TierAction[]): boolean =>
  mayBe(action, wanted, "lower");
const mayOpen = ({ rule: { action } }: EarlierRule): boolean => mayBe(action, OPENS, "upper");

/** Whether an earlier rule decides a part of a rule. */
const bears = (one: EarlierRule, rule: TierRuleFact): boolean => {
  const { pods, blocks } = reachOfRule(rule, "upper");
  const outer = widestReach(one.rule);
  return (
    outer.everyone ||
    pods.some((inner) => outer.pods.some((pod) => podsCover(pod, inner))) ||
    blocks.some(({ set }) => outer.blocks.some((block) => block.set.overlaps(set)))
  );
};

/** Whether earlier rules decide all that a rule surely matches. */
function isCovered(rule: TierRuleFact, earlier: readonly EarlierRule[]): boolean {
  if (earlier.length === 0) return false;
  const reaches = earlier
    .filter(({ rule: { peers } }) => !peers.known || peers.value.length > 0)
    .map((one) => widestReach(one.rule));
  const isKnown = unreadInTierRule(rule).length === 0;
  const { everyone, blocks, pods, ports } = reachOfRule(rule, isKnown ? "upper" : "lower");
  const whole = addressesOf(reaches.filter((one) => portsCover(one.ports, ports)));
  const isOnAllPorts = (some: readonly Reach[]): boolean => {
    const numbers = some.reduce((set, one) => set.union(one.ports.numbers), PortSet.empty);
    return portsCover({ numbers, names: some.flatMap((one) => one.ports.names) }, ports);
  };
  return (
    !everyone &&
    blocks.every(
      ({ set }) => whole.covers(set) || isOnAllPorts(reaches.filter((one) => addressesOf([one]).covers(set))),
    ) &&
    pods.every((inner) =>
      isOnAllPorts(
        reaches.filter((one) => one.everyone || one.pods.some((outer) => podsCover(outer, inner))),
      ),
    )
  );
}

const addressesOf = (reaches: readonly Reach[]): AddressSet =>
  reaches.reduce(
    (set, { blocks }) => blocks.reduce((all, block) => all.union(block.set), set),
    AddressSet.empty,
  );

/**
 * Findings on rules that others overtake: a violation for each that is certain, and one question for all of a policy that may turn out so.
 * @param textOf what a violation says of one.
 * @param question what can't be said otherwise, as a clause after "whether".
 */
export function findingsOnOvertaken(
  rules: readonly OvertakenRule[],
  textOf: (one: OvertakenRule) => ViolationText,
  question: string,
): Finding[] {
  const open = new Map<TierPolicyFact, Unread[]>();
  for (const { policy, unread } of rules) for (const one of unread) append(open, policy, one);
  return [
    ...rules.filter(({ unread }) => unread.length === 0).map((one) => violation(one.policy, textOf(one))),
    ...[...open].map(([policy, unread]) => undecided(policy, unread, question)),
  ];
}

/** Earlier rules, for people: where each stands, what it does, and why it is asked first. */
export const earlierTexts = (policy: TierPolicyFact, earlier: readonly EarlierRule[]): string[] =>
  earlier.map(({ policy: other, rule: { path, action } }) => {
    const does = action.known ? VERBS[action.value] : "decides";
    const { priority } = other;
    const order = priority.known ? ` (priority ${priority.value})` : "";
    return other === policy ? `${path} ${does} first` : `${other.title}${order} ${does} by ${path}`;
  });

const VERBS: Readonly<Record<TierAction, string>> = { accept: "accepts", deny: "denies", pass: "passes" };
