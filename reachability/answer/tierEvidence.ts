// Tests: test/reachability/answer/tierEvidence.test.ts
import { both, type Direction, either, type Match } from "../../kubernetes";
import type { Analysis, Pass } from "../compute";
import type { Source, Tier, TierAction } from "../read";
import type { Question } from "./question";
import { carries, nodeOf, opensPorts } from "./matching";

/** A rule of a tier that matches a question, surely or perhaps. */
export interface TierStep {
  /** `ClusterNetworkPolicy deny-metadata` */
  readonly guard: string;
  readonly tier: Tier;
  /** `spec.egress[0]` */
  readonly place: string;
  readonly source: Source;
  readonly action: TierAction;
  /** False where it isn't known whether it matches, or whether it is asked first. */
  readonly certain: boolean;
  /** Why it may match less than it names, where that is so. */
  readonly atMost?: string;
}

/** The rules of one tier that match one side of a question, in their order, up to the first that surely decides. */
export function tierSteps(
  analysis: Analysis,
  tier: Tier,
  side: Direction,
  question: Question,
  pass: Pass,
): readonly TierStep[] {
  const { world } = analysis;
  const steps: TierStep[] = [];
  const own = side === "egress" ? question.from : question.to;
  let priority: number | undefined;
  for (const policy of world.tiers) {
    if (policy.tier !== tier) continue;
    // Of one priority any may be asked first.
    if (policy.priority !== priority && steps.some(({ certain }) => certain)) break;
    priority = policy.priority;
    const { namespaces, pods } = policy.subject;
    const selected = carries(analysis.relation.targets.podsIn(namespaces, pods), own);
    for (const rule of selected === "no" ? [] : policy[side]) {
      const matches = both(selected, ruleMatches(analysis, rule, side, question, pass));
      if (matches === "no") continue;
      const { kind, name, source } = policy;
      const certain = matches === "yes";
      const { place, action, atMost } = rule;
      const step = { guard: `${kind} ${name}`, tier, place, source, action, certain };
      steps.push(atMost === undefined ? step : { ...step, atMost });
      if (certain) break;
    }
  }
  const isDisputed = new Set(steps.map(({ action }) => action)).size > 1;
  const sure = steps.filter(({ certain }) => certain);
  return sure.length > 1 && isDisputed ? steps.map((step) => ({ ...step, certain: false })) : steps;
}

function ruleMatches(
  analysis: Analysis,
  { peers, ports, atMost }: Analysis["world"]["tiers"][number]["ingress"][number],
  side: Direction,
  { from, to, protocol, port }: Question,
  pass: Pass,
): Match {
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  const peer = carries(analysis.relation.targets.tierPeers(peers, pass, nodeOf(analysis, own)), other);
  const matches = both(peer, opensPorts(analysis, ports, to, protocol, port));
  return atMost === undefined ? matches : both(matches, "maybe");
}

/** What comes of a side where these rules match, given what the next tier says. */
export const afterSteps = (steps: readonly TierStep[], next: Match): Match =>
  steps.reduceRight<Match>((rest, { action, certain }) => {
    const outcome = action === "accept" ? "yes" : action === "deny" ? "no" : next;
    if (certain) return outcome;
    return outcome === rest ? rest : either("maybe", both(outcome, rest));
  }, next);
