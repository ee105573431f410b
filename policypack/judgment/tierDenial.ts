// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import { type Direction, type KnownLabels, matches } from "../../kubernetes";
import { AddressSet } from "../../net";
import {
  type Fact,
  type TierPolicyFact,
  type TierRuleFact,
  unreadInTierRule,
  unreadOfTierSubject,
} from "../facts";
import { type Unread, unreadOf } from "../values";
import type { Denial } from "./defaultDeny";
import { stackEnds } from "./ends";
import type { NamespaceSeen } from "./namespaces";
import { reachOfRule } from "./reach";
import { exactSelector } from "./toAnalyzer";
import { mayBe } from "./tierReach";

/** What each policy of a Baseline tier says to a direction of a namespace. */
export type BaselineDenials = (
  direction: Direction,
  namespace: NamespaceSeen,
) => readonly { readonly policy: TierPolicyFact; readonly denial: Denial }[];

/** What the policies of a stack's Baseline tiers say, by namespace. */
export function baselineDenials(facts: readonly Fact[], countsPodsOnly: boolean): BaselineDenials {
  const tiers = facts.filter((fact) => fact.kind === "TierPolicy");
  const baseline = tiers.filter(({ tier }) => !tier.known || tier.value === "baseline");
  return (direction, { subject, name }) => {
    const near = baseline.filter((policy) => policy.subject.cluster.key === subject.cluster.key);
    if (near.length === 0) return [];
    const labels =
      name.known && name.value !== undefined ? stackEnds(facts).labelsOf(subject, name.value) : NO_LABELS;
    return near.map((policy) => ({
      policy,
      denial: baselineDenial(policy, { direction, labels, countsPodsOnly }, tiers),
    }));
  };
}

/** Nothing is known of the labels of a namespace without a known name. */
const NO_LABELS = { known: new Map<string, string>(), complete: false };

/** What is asked of a policy. */
interface BaselineQuestion {
  readonly direction: Direction;
  /** The labels of the namespace. */
  readonly labels: KnownLabels;
  readonly countsPodsOnly: boolean;
}

/** As `denialOf`, where other policies of the tier may be asked before. */
function baselineDenial(
  policy: TierPolicyFact,
  question: BaselineQuestion,
  tiers: readonly TierPolicyFact[],
): Denial {
  const alone = denialAlone(policy, question);
  if (alone.answer === "no") return alone;
  const unread = alone.answer === "maybe" ? [...alone.unread] : [];
  for (const other of tiers) {
    if (other === policy || other.subject.cluster.key !== policy.subject.cluster.key) continue;
    const opens = opensBefore(other, policy, question);
    if (opens.answer === "yes")
      return { answer: "no", because: `${other.title} is asked before it, and doesn't deny` };
    if (opens.answer === "maybe") unread.push(...opens.unread);
  }
  return unread.length === 0 ? { answer: "yes" } : { answer: "maybe", unread };
}

type EarlierAccept =
  { readonly answer: "yes" | "no" } | { readonly answer: "maybe"; readonly unread: readonly Unread[] };

/** Whether another policy of the Baseline tier accepts something in the namespace before, or where the order isn't defined. */
function opensBefore(
  other: TierPolicyFact,
  policy: TierPolicyFact,
  { direction, labels }: BaselineQuestion,
): EarlierAccept {
  if (other.tier.known && other.tier.value !== "baseline") return { answer: "no" };
  if (other.priority.known && policy.priority.known && other.priority.value > policy.priority.value)
    return { answer: "no" };
  const { selected } = other;
  const match = selected.known ? matches(exactSelector(selected.value.namespaces), labels) : "maybe";
  const rules = other[direction];
  const opening = rules.known
    ? rules.value.filter(({ action }) => !action.known || action.value !== "deny")
    : [];
  if (match === "no" || (rules.known && opening.length === 0)) return { answer: "no" };
  const unread: Unread[] = [
    ...unreadOf([other.tier, other.priority, policy.priority, rules]),
    ...unreadOfTierSubject(other),
    ...(opening.every(({ action }) => !action.known)
      ? opening.flatMap(({ action }) => unreadOf([action]))
      : []),
  ];
  return unread.length === 0 ? { answer: "yes" } : { answer: "maybe", unread };
}

/**
 * Whether a policy of the Baseline tier denies one direction by default to every pod of a namespace: its first rule for it denies
 * every pod on every port, and outwards every address. Inwards the API names pods only, so hosts outside the cluster stay admitted:
 * `countsPodsOnly` says whether that is enough.
 */
function denialAlone(
  policy: TierPolicyFact,
  { direction, labels, countsPodsOnly }: BaselineQuestion,
): Denial {
  const { tier, selected } = policy;
  if (tier.known && tier.value !== "baseline") return { answer: "no", because: "its tier is Admin" };
  const unread: Unread[] = [...unreadOf([tier]), ...unreadOfTierSubject(policy)];
  if (selected.known) {
    const { namespaces, pods } = selected.value;
    if (pods.some((requirement) => requirement.known))
      return { answer: "no", because: "it is about some pods only" };
    const match = matches(exactSelector(namespaces), labels);
    if (match === "no") return { answer: "no", because: "it isn't about this namespace" };
    if (match === "maybe" && unread.length === 0) {
      const because = "the namespace's labels, which the stack doesn't show";
      unread.push({ known: false, path: "spec.subject", because });
    }
  }
  const rules = policy[direction];
  if (!rules.known) return { answer: "maybe", unread: [...unread, rules] };
  const [first] = rules.value;
  if (first === undefined) return { answer: "no", because: `it has no ${direction} rules` };
  const denies = deniesAll(first, direction);
  if (denies.answer === "no") return denies;
  if (denies.answer === "maybe") unread.push(...denies.unread);
  if (direction === "ingress" && !countsPodsOnly)
    return {
      answer: "no",
      because: "a tier's ingress rules name pods only, so hosts outside the cluster come in",
    };
  return unread.length === 0 ? { answer: "yes" } : { answer: "maybe", unread };
}

function deniesAll(rule: TierRuleFact, direction: Direction): Denial {
  if (!mayBe(rule.action, ["deny"], "upper"))
    return { answer: "no", because: `its first ${direction} rule doesn't deny` };
  const isWhole = (bound: "lower" | "upper") => {
    const { everyone, blocks, pods, ports } = reachOfRule(rule, bound);
    const addresses = blocks.reduce((set, { set: one }) => set.union(one), AddressSet.empty);
    const arePods = everyone || pods.some(({ requirements }) => requirements.length === 0);
    return ports.numbers.isAll() && arePods && (direction === "ingress" || addresses.covers(AddressSet.all));
  };
  if (isWhole("lower") && rule.action.known) return { answer: "yes" };
  const unread = unreadInTierRule(rule);
  return unread.length > 0 && isWhole("upper")
    ? { answer: "maybe", unread }
    : {
        answer: "no",
        because: `its first ${direction} rule leaves out ${direction === "ingress" ? "some pods or ports" : "some pods, addresses or ports"}`,
      };
}
