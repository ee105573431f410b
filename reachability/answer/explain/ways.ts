import {
  type Analysis,
  type ReportedEnd,
  type Pass,
  type ServicePath,
  type Verdict,
  verdictOf,
} from "../../compute";
import { sideEvidence, type SideEvidence } from "../evidence";
import type { Question, ServiceRoute } from "../question";
import { otherPolicySentences } from "../otherPolicies";
import { packetsBetween } from "../packets";
import { atText, wayConnection } from "../services";
import type { Change } from "./change";
import { type Explanation, firstSentence } from "./explanation";
import { sideSentence } from "./sides";
import { hasFamily, wayChanges } from "./wayChanges";

/** Answers a question about a connection that goes by a Service. */
export function explainWay(
  analysis: Analysis,
  question: Question,
  { path, because }: ServiceRoute,
): Explanation {
  if (path === undefined) {
    const why = because === undefined ? [] : [`${because}.`];
    return {
      verdict: "unknown",
      sentences: [firstSentence(question, "unknown"), ...why],
      changes: [],
      evidence: [],
    };
  }
  const { protocol, port, to } = question;
  const verdict = verdictOf(wayConnection(analysis, question, path), protocol, port);
  // A Service's address is exchanged for one of its own family.
  const passes = packetsBetween(analysis, question.from, to);
  const pass = passes.find((one) => hasFamily(analysis, path, one)) ?? passes[0];
  const evidence = evidenceOf(analysis, question, path, pass ?? "any", verdict);
  const changes: readonly Change[] = verdict === "blocked" ? wayChanges(analysis, question, path, pass) : [];
  return {
    verdict,
    sentences: [
      firstSentence(question, verdict, ` by ${serviceText(path)}`),
      ...evidence.map(({ side, as }) => sideSentence(side, question.from, to, as)),
      ...masqueradeSentences(question, path, verdict),
      ...(path.backends.every(({ certain }) => certain)
        ? []
        : [`Whether ${serviceText(path)} selects ${to.id} isn't known.`]),
      ...otherPolicySentences(analysis, question, verdict),
    ],
    changes,
    evidence: evidence.map(({ side }) => side),
  };
}

const serviceText = ({ service: { namespace, name } }: ServicePath): string => `Service ${namespace}/${name}`;

/** What the egress rules may see of the way, then what the ingress rules see. */
function evidenceOf(
  analysis: Analysis,
  question: Question,
  path: ServicePath,
  pass: Pass,
  verdict: Verdict,
): readonly { readonly side: SideEvidence; readonly as: string }[] {
  const { services } = analysis.world.traits;
  const atPods = { side: sideEvidence(analysis, "policies", "egress", question, pass), as: "" };
  const address: ReportedEnd = {
    ...question.to,
    labels: {},
    id: atText(path.service, path.by),
    classes: path.at,
  };
  const asService = {
    side: sideEvidence(
      analysis,
      "policies",
      "egress",
      { ...question, to: address, port: path.port ?? question.port },
      pass,
    ),
    as: `, seen as ${address.id}`,
  };
  const both = services === undefined || path.by === "node" || (path.by === "outer" && path.service.proxied);
  const isOpen = atPods.side.isolatedBy.length === 0 || verdict === "allowed";
  const egress =
    services === "before" && path.by !== "node"
      ? [asService]
      : both && !isOpen
        ? [{ ...atPods, as: ", seen as the pod" }, asService]
        : [atPods];
  return [...egress, { side: sideEvidence(analysis, "policies", "ingress", question, pass), as: "" }];
}

function masqueradeSentences({ from }: Question, path: ServicePath, verdict: Verdict): readonly string[] {
  return verdict === "unknown" && path.masqueraded
    ? [
        `${serviceText(path)} doesn't keep sources (externalTrafficPolicy: Cluster): the pod may see a node's address instead of ${from.id}'s, and a node always reaches its own pods.`,
      ]
    : [];
}

/** The Services by which a connection may pass that the pod's own address doesn't settle. */
export function sideWaySentences(
  analysis: Analysis,
  question: Question,
  verdict: Verdict,
): readonly string[] {
  if (verdict !== "unknown") return [];
  const { protocol, port, to, from } = question;
  const said = analysis.relation.sidePaths.flatMap((path): string[] => {
    const leads =
      path.protocol === protocol &&
      path.backends.some((one) => one.port === port && to.classes.includes(one.class));
    if (!leads || !wayConnection(analysis, question, path).upper.contains(protocol, port)) return [];
    if (path.masqueraded && (from.kind === "IPBlock" || path.by !== "cluster"))
      return masqueradeSentences(question, path, verdict).slice();
    return [
      `${serviceText(path)} leads there on ${protocol} ${path.port ?? port}: where policies see ${atText(path.service, path.by)} instead of the pod's address, it may pass.`,
    ];
  });
  return [...new Set(said)];
}
