import { type Analysis, type ClassSets, type ReportedEnd, exactly, type Pass } from "../compute";
import {
  type DirectionRules,
  objectText,
  type NetworkPolicy,
  type Rule,
  type Source,
  type Tier,
} from "../read";
import { both, type Direction, either, type Match } from "../../kubernetes";
import { carries, opensPorts } from "./matching";
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
  const { from, to, protocol, port } = question;
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  const guards = guardsOf(analysis, layer, side)
    .map((guard) => ({ guard, selected: both(carries(guard.selected, own), guard.direction.isolates) }))
    .filter(({ selected }) => selected !== "no");
  const steps = (tier: Tier) => (layer === "groups" ? [] : tierSteps(analysis, tier, side, question, pass));
  return {
    layer,
    side,
    admin: steps("admin"),
    baseline: steps("baseline"),
    isolatedBy: guards.map(({ guard, selected }) => reason(guard, undefined, selected)),
    admittedBy: guards.flatMap(({ guard, selected }) =>
      guard.direction.rules.flatMap((rule): Reason[] => {
        const admits = both(
          selected,
          both(
            peersMatch(analysis, guard, rule, other, pass),
            opensPorts(analysis, rule.ports, to, protocol, port),
          ),
        );
        return admits === "no" ? [] : [reason(guard, rule.place, admits)];
      }),
    ),
  };
}

const reason = ({ text, source }: GuardView, place: string | undefined, match: Match): Reason => ({
  guard: text,
  place,
  source,
  certain: match === "yes",
});

/** The guards of one layer, whomever they select. */
export function guardsOf(
  { world, relation: { targets } }: Analysis,
  layer: LayerName,
  side: Direction,
): GuardView[] {
  if (layer === "policies") {
    return world.policies.map((policy) => ({
      text: objectText("NetworkPolicy", policy),
      policy,
      source: policy.source,
      selected: targets.pods(policy.namespace, policy.podSelector),
      namespace: policy.namespace,
      direction: policy[side],
    }));
  }
  return (world.groups?.groups ?? []).map(({ id, name, [side]: rules }) => ({
    text: `security group ${name === id ? id : `${name} (${id})`}`,
    policy: undefined,
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
): Match {
  if (peers === "everyone") return "yes";
  return peers.reduce<Match>(
    (match, peer) => either(match, carries(targets.peer(peer, namespace, pass), other)),
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
