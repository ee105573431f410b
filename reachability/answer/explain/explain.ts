import { otherPolicySentences } from "../otherPolicies";
import { type Analysis, ask, type Pass, type Verdict } from "../../compute";
import { evidenceFor, type SideEvidence, sidePasses } from "../evidence";
import type { Question } from "../question";
import { changesFor } from "./changes";
import { type Explanation, firstSentence } from "./explanation";
import { sideSentence } from "./sides";
import { explainWay, sideWaySentences } from "./ways";
import { bestPackets, noCommonFamily, packetName, packetsBetween } from "../packets";

/** Answers one question, with what decides it and, where it is blocked, what would allow it. */
export function explain(analysis: Analysis, question: Question): Explanation {
  const { from, to, protocol, port } = question;
  const alone = from.id === to.id && (!from.plural || from.kind === "Node");
  if (alone) {
    const sentence = `${from.id} reaches itself: ${from.kind === "Node" ? "a node" : "a pod"} always does, and no policy applies.`;
    return { verdict: "allowed", sentences: [sentence], changes: [], evidence: [] };
  }
  if (question.way !== undefined) return explainWay(analysis, question, question.way);
  const best = bestPackets(analysis, question);
  const evidence = best?.evidence ?? [];
  const asOutside = ask(analysis, from, to, protocol, port);
  const verdict = question.mayBeInside === true ? whereverItIs(analysis, asOutside, evidence) : asOutside;
  const first = firstSentence(question, verdict);
  const placement = placementNote(analysis, question, verdict, evidence);
  const sides =
    best === undefined
      ? [
          `${verdict === "blocked" ? "No packet passes" : "No policy judges it"}: ${noCommonFamily(analysis, from, to)}.`,
        ]
      : sideSentences(analysis, question, best.pass, verdict);
  return {
    verdict,
    sentences: [
      first,
      ...sides,
      ...sideWaySentences(analysis, question, verdict),
      ...otherPolicySentences(analysis, question, verdict),
      ...placement,
    ],
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

function placementNote(
  { relation, world }: Analysis,
  { from, to }: Question,
  verdict: Verdict,
  evidence: readonly SideEvidence[],
): string[] {
  const host = [from, to].find(({ classes }) =>
    classes.some((number) => relation.classes.all[number]?.hostNetwork !== "no"),
  );
  const passes = evidence.every((side) => sidePasses(side) !== "no");
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

/**
 * What holds of addresses outside that may be a node's own, or a pod's: that policies close them is no answer then, since a node and its
 * pods reach each other; nor is that a block opens them where blocks don't match what is inside.
 */
function whereverItIs(
  { world: { traits } }: Analysis,
  asOutside: Verdict,
  evidence: readonly SideEvidence[],
): Verdict {
  if (asOutside !== "allowed") return "unknown";
  const { pods, nodes } = traits.blocksMatch;
  return (pods && nodes) || evidence.every(({ isolatedBy }) => isolatedBy.length === 0)
    ? "allowed"
    : "unknown";
}
