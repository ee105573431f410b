import { otherPolicySentences } from "./otherPolicies";
import { type Analysis, ask, type End, type Pass, type Verdict } from "../compute";
import { type Question, type Reason, type SideEvidence, evidenceFor } from "./evidence";
import type { Change } from "./explain/change";
import { changesFor } from "./explain/changes";
import { bestPackets, noCommonFamily, packetName, packetsBetween } from "./packets";

/** One question's answer in words. */
export interface Explanation {
  readonly verdict: Verdict;
  /** A few sentences, the verdict first. */
  readonly sentences: readonly string[];
  /** For each side that blocks, the smallest change that would let the connection through there. */
  readonly changes: readonly Change[];
  readonly evidence: readonly SideEvidence[];
}

/** Answers one question, with what decides it and, where it is blocked, what would allow it. */
export function explain(analysis: Analysis, question: Question): Explanation {
  const { from, to, protocol, port } = question;
  const alone = from.id === to.id && (!from.plural || from.kind === "Node");
  if (alone) {
    const sentence = `${from.id} reaches itself: ${from.kind === "Node" ? "a node" : "a pod"} always does, and no policy applies.`;
    return { verdict: "allowed", sentences: [sentence], changes: [], evidence: [] };
  }
  const verdict = ask(analysis, from, to, protocol, port);
  const best = bestPackets(analysis, question);
  const evidence = best?.evidence ?? [];
  const target = from.id === to.id ? `another ${from.kind === "Pod" ? "such pod" : "replica of it"}` : to.id;
  const first = {
    allowed: `${from.id} reaches ${target} on ${protocol} ${port}.`,
    blocked: `${from.id} doesn't reach ${target} on ${protocol} ${port}.`,
    unknown: `Whether ${from.id} reaches ${target} on ${protocol} ${port} isn't known.`,
  }[verdict];
  const placement = placementNote(analysis, question, verdict, evidence);
  const sides =
    best === undefined
      ? [`No packet passes: ${noCommonFamily(analysis, from, to)}.`]
      : sideSentences(analysis, question, best.pass, verdict);
  return {
    verdict,
    sentences: [first, ...sides, ...otherPolicySentences(analysis, question, verdict), ...placement],
    changes: verdict === "blocked" ? changesFor(analysis, question) : [],
    evidence,
  };
}

/** What decides each side: for each family that both ends have, unless one lets the connection pass. */
function sideSentences(
  analysis: Analysis,
  question: Question,
  best: Pass,
  verdict: Verdict,
): readonly string[] {
  const { from, to } = question;
  const sentences = (pass: Pass) =>
    evidenceFor(analysis, question, pass).map((side) => sideSentence(side, from, to));
  const all = packetsBetween(analysis, from, to);
  if (verdict === "allowed" || all.length < 2) return sentences(best);
  const [one = [], ...others] = all.map(sentences);
  if (others.every((other) => other.join("\n") === one.join("\n"))) return one;
  return all.flatMap((pass) => sentences(pass).map((text) => `${packetName(pass)}: ${text}`));
}

function sideSentence({ layer, side, isolatedBy, admittedBy }: SideEvidence, from: End, to: End): string {
  const label = `${side === "egress" ? "Egress" : "Ingress"}${layer === "groups" ? " (security groups)" : ""}`;
  const own = side === "egress" ? from : to;
  const what = layer === "policies" ? "NetworkPolicy" : "security group";
  if (isolatedBy.length === 0) {
    return own.kind === "IPBlock"
      ? `${label}: ${own.id} is outside, where no policy applies.`
      : `${label}: no ${what} isolates ${own.id}, so everything passes.`;
  }
  if (admittedBy.length === 0) {
    const [verb, rules] =
      isolatedBy.length === 1 ? ["isolates", "no rule of it"] : ["isolate", "no rule of them"];
    return `${label}: ${isolatedBy.map(reasonText).join(" and ")} ${verb} ${own.id}, and ${rules} admits this.`;
  }
  return `${label}: ${admittedBy.map(reasonText).join(" and ")} ${admittedBy.length === 1 ? "admits" : "admit"} it.`;
}

function reasonText({ guard, place, source, certain }: Reason): string {
  const where = source === undefined ? "" : ` (${source.file}, document ${source.document})`;
  const doubt = certain ? "" : " perhaps";
  return place === undefined ? `${guard}${where}${doubt}` : `${place} of ${guard}${where}${doubt}`;
}

function placementNote(
  { relation, world }: Analysis,
  { from, to }: Question,
  verdict: Verdict,
  evidence: readonly SideEvidence[],
): string[] {
  const host = [from, to].find(({ classes }) =>
    classes.some((number) => relation.classes.all[number]?.hostNetwork !== "no"),
  );
  const passes = evidence.every(
    ({ isolatedBy, admittedBy }) => isolatedBy.length === 0 || admittedBy.length > 0,
  );
  if (host !== undefined && verdict !== "blocked" && !passes) {
    return [`${host.id} is in its node's network: traffic between a pod and its own node always passes.`];
  }
  const own = from.classes.some((number) => relation.classes.all[number]?.groups.own === true);
  if (own && to.kind === "IPBlock" && verdict === "unknown" && world.groups?.externalSnat === false) {
    return [
      "What leaves the VPC carries its node's groups instead of the pod's, unless external SNAT is on (--external-snat).",
    ];
  }
  const judged = [from, to].every(({ classes }) =>
    classes.every((number) => relation.classes.all[number]?.groups.ids !== undefined),
  );
  const pods = [from, to].every(
    ({ kind }) => kind !== "Database" && kind !== "Endpoint" && kind !== "IPBlock",
  );
  return judged && pods && verdict === "unknown"
    ? ["Pods of one node reach each other past their security groups; on which nodes these run isn't known."]
    : [];
}
