import { type Analysis, type ClassSets, type ReportedEnd, exactly, type Pass } from "../compute";
import {
  type DirectionRules,
  objectText,
  type NetworkPolicy,
  type Rule,
  type Source,
  type Tier,
} from "../read";
import { both, type Direction, either, type Match, type Selector } from "../../kubernetes";
import { carries, nodeOf, opensPorts } from "./matching";
import type { Question } from "./question";
import { afterSteps, type TierStep, tierSteps } from "./tierEvidence";

/** A policy or group that isolates an end, or a rule of one that admits a connection. */
export interface Reason {
  /** `NetworkPolicy shop/web`, `security group sg-1`. */
  readonly guard: string;
  /** `spec.egress[0]`, or a group rule's id; undefined for the guard as a whole. */
  readonly place: string | undefined;
  readonly source: Source | undefined;
  /** False where it isn't known whether it applies. */
  readonly certain: boolean;
  /** Why less than it names may pass by it, where that is so. */
  readonly atMost?: string;
}

/** What decides one side of a question in one layer. */
export interface SideEvidence {
  readonly layer: "policies" | "groups";
  readonly side: Direction;
  /** What isolates the end of this side; nothing means that all passes. */
  readonly isolatedBy: readonly Reason[];
  /** The rules that let the connection pass. */
  readonly admittedBy: readonly Reason[];
  /** The rules of the Admin tier, which is asked before, and of the Baseline tier, which is asked where nothing isolates. */
  readonly admin: readonly TierStep[];
  readonly baseline: readonly TierStep[];
}

export type LayerName = SideEvidence["layer"];

/** A guard as evidence needs it, whatever its layer. */
export interface GuardView {
  readonly text: string;
  /** The policy that it is; undefined for a security group. */
  readonly policy: NetworkPolicy | undefined;
  /** The pods that it selects in their namespace; undefined for a security group. */
  readonly pods: Selector | undefined;
  /** Whether its rules count wherever others isolate: so do those of Cilium's policies. */
  readonly joins: boolean;
  readonly source: Source | undefined;
  readonly selected: ClassSets;
  readonly namespace: string;
  readonly direction: DirectionRules;
}

/** The layers that a world has. */
export const layersOf = ({ world }: Analysis): readonly LayerName[] =>
  world.groups === undefined ? ["policies"] : ["policies", "groups"];

/** The rules and policies that decide a question about packets of one family, side by side. */
export function evidenceFor(analysis: Analysis, question: Question, pass: Pass): readonly SideEvidence[] {
  return layersOf(analysis).flatMap((layer) =>
    (["egress", "ingress"] as const).map((side) => sideEvidence(analysis, layer, side, question, pass)),
  );
}

/** What decides one side in one layer. */
export function sideEvidence(
  analysis: Analysis,
  layer: LayerName,
  side: Direction,
  question: Question,
  pass: Pass,
): SideEvidence {
  const { from, to } = question;
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  const guards = guardsOf(analysis, layer, side)
    .map((guard) => {
      const selected = carries(guard.selected, own);
      const isolates = both(selected, guard.direction.isolates);
      return { guard, isolates, applies: guard.joins ? selected : isolates };
    })
    .filter(({ applies }) => applies !== "no");
  const steps = (tier: Tier) => (layer === "groups" ? [] : tierSteps(analysis, tier, side, question, pass));
  const about = { analysis, question, other, node: nodeOf(analysis, own), pass };
  return {
    layer,
    side,
    admin: [...steps("deny"), ...steps("admin")],
    baseline: steps("baseline"),
    isolatedBy: guards.flatMap(({ guard, isolates }) =>
      isolates === "no" ? [] : [reason(guard, undefined, isolates)],
    ),
    admittedBy: guards.flatMap(({ guard, applies }) =>
      guard.direction.rules.flatMap((rule): Reason[] => {
        const admits = both(applies, ruleAdmits(guard, rule, about));
        return admits === "no" ? [] : [reason(guard, rule, admits)];
      }),
    ),
  };
}

/** What a rule is asked about. */
interface About {
  readonly analysis: Analysis;
  readonly question: Question;
  readonly other: ReportedEnd;
  readonly node: string | undefined;
  readonly pass: Pass;
}

function ruleAdmits(guard: GuardView, rule: Rule, { analysis, question, other, node, pass }: About): Match {
  const { to, protocol, port } = question;
  const means = peersMatch(analysis, guard, rule, other, pass, node);
  const admits = both(means, opensPorts(analysis, rule.ports, to, protocol, port));
  return rule.atMost === undefined ? admits : both(admits, "maybe");
}

function reason({ text, source }: GuardView, rule: Rule | undefined, match: Match): Reason {
  const of = { guard: text, place: rule?.place, source, certain: match === "yes" };
  return rule?.atMost === undefined ? of : { ...of, atMost: rule.atMost };
}

/** The guards of one layer, whomever they select. */
export function guardsOf(
  { world, relation: { targets } }: Analysis,
  layer: LayerName,
  side: Direction,
): GuardView[] {
  if (layer === "policies") {
    const ciliums = world.cilium.map((policy): GuardView => ({
      text: objectText(policy.kind, policy),
      policy: undefined,
      pods: policy.subject.pods,
      joins: true,
      source: policy.source,
      selected: targets.podsIn(policy.subject.namespaces, policy.subject.pods),
      namespace: policy.namespace,
      direction: policy[side],
    }));
    const policies = world.policies.map((policy): GuardView => ({
      text: objectText("NetworkPolicy", policy),
      policy,
      pods: policy.podSelector,
      joins: false,
      source: policy.source,
      selected: targets.pods(policy.namespace, policy.podSelector),
      namespace: policy.namespace,
      direction: policy[side],
    }));
    return ciliums.length === 0 ? policies : [...policies, ...ciliums];
  }
  return (world.groups?.groups ?? []).map(({ id, name, [side]: rules }) => ({
    text: `security group ${name === id ? id : `${name} (${id})`}`,
    policy: undefined,
    pods: undefined,
    joins: false,
    source: undefined,
    selected: exactly(targets.group(id).lower),
    namespace: "",
    direction: { isolates: "yes", rules },
  }));
}

function peersMatch(
  { relation: { targets } }: Analysis,
  { namespace }: GuardView,
  { peers }: Rule,
  other: ReportedEnd,
  pass: Pass,
  node: string | undefined,
): Match {
  if (peers === "everyone") return "yes";
  return peers.reduce<Match>(
    (match, peer) => either(match, carries(targets.peer(peer, namespace, pass, node), other)),
    "no",
  );
}

/** The rule of a tier that surely decides a side by itself, whatever NetworkPolicies say; undefined where none does. */
export function decisiveStep({ admin, baseline, isolatedBy }: SideEvidence): TierStep | undefined {
  const isDecisive = (step: TierStep | undefined) => step?.certain === true && step.action !== "pass";
  const [first] = admin;
  if (isDecisive(first)) return first;
  const [below] = baseline;
  const isPassed = first === undefined || (first.certain && first.action === "pass");
  return isPassed && isolatedBy.length === 0 && isDecisive(below) ? below : undefined;
}

/** Whether a side lets a question pass, by all that is said of it. */
export function sidePasses({ isolatedBy, admittedBy, admin, baseline }: SideEvidence): Match {
  const unguarded = afterSteps(baseline, "yes");
  const isAdmitted: Match = admittedBy.some(({ certain }) => certain)
    ? "yes"
    : admittedBy.length > 0
      ? "maybe"
      : "no";
  const isIsolated = isolatedBy.some(({ certain }) => certain);
  const byPolicies =
    isolatedBy.length === 0
      ? unguarded
      : isIsolated || unguarded === isAdmitted
        ? isAdmitted
        : either("maybe", both(unguarded, isAdmitted));
  return afterSteps(admin, byPolicies);
}
