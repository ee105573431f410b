import type { Protocol } from "../net/ports";
import { type Analysis, type Verdict, ask } from "./analysis";
import type { End } from "./ends";
import { type Reason, type Side, type SideEvidence, evidenceFor } from "./evidence";

/** One question's answer in words. */
export interface Explanation {
  readonly verdict: Verdict;
  /** A few sentences, the verdict first. */
  readonly sentences: readonly string[];
  /** For each side that blocks: the smallest change that would let the connection through there. */
  readonly changes: readonly Change[];
  readonly evidence: readonly SideEvidence[];
}

/** A rule to add, as YAML, and where. */
export interface Change {
  readonly to: string;
  readonly yaml: string;
}

/** Answers one question, with what decides it and, where it is blocked, what would allow it. */
export function explain(
  analysis: Analysis,
  from: End,
  to: End,
  protocol: Protocol,
  port: number,
): Explanation {
  const verdict = ask(analysis, from, to, protocol, port);
  const evidence = evidenceFor(analysis, from, to, protocol, port);
  const first = {
    allowed: `${from.id} reaches ${to.id} on ${protocol} ${port}.`,
    blocked: `${from.id} doesn't reach ${to.id} on ${protocol} ${port}.`,
    unknown: `Whether ${from.id} reaches ${to.id} on ${protocol} ${port} isn't known.`,
  }[verdict];
  const placement = placementNote(analysis, from, to, verdict);
  const sentences = [first, ...evidence.map((side) => sideSentence(side, from, to)), ...placement];
  const blocking = evidence.filter((side) => side.isolatedBy.length > 0 && side.admittedBy.length === 0);
  const changes =
    verdict === "blocked" ? blocking.flatMap((side) => changeFor(side, from, to, protocol, port)) : [];
  return { verdict, sentences, changes, evidence };
}

function sideSentence({ layer, side, isolatedBy, admittedBy }: SideEvidence, from: End, to: End): string {
  const label = `${side === "egress" ? "Egress" : "Ingress"}${layer === "groups" ? " (security groups)" : ""}`;
  const own = side === "egress" ? from : to;
  const what = layer === "policies" ? "NetworkPolicy" : "security group";
  if (isolatedBy.length === 0) {
    return own.kind === "IPBlock"
      ? `${label}: ${own.id} is outside, where no policy applies.`
      : `${label}: no ${what} isolates ${own.id}, so all passes.`;
  }
  if (admittedBy.length === 0) {
    const [verb, rules] =
      isolatedBy.length === 1 ? ["isolates", "no rule of it"] : ["isolate", "no rule of them"];
    return `${label}: ${isolatedBy.map(reasonText).join(" and ")} ${verb} ${own.id}, and ${rules} admits this.`;
  }
  return `${label}: ${admittedBy.map(reasonText).join(" and ")} ${admittedBy.length === 1 ? "admits" : "admit"} it.`;
}

function reasonText({ guard, place, source, sure }: Reason): string {
  const where = source === undefined ? "" : ` (${source.file}, document ${source.document})`;
  const doubt = sure ? "" : " perhaps";
  return place === undefined ? `${guard}${where}${doubt}` : `${place} of ${guard}${where}${doubt}`;
}

function placementNote({ relation, world }: Analysis, from: End, to: End, verdict: Verdict): string[] {
  const host = [from, to].find(({ classes }) =>
    classes.some((number) => relation.classes.all[number]?.hostNetwork !== "no"),
  );
  if (host !== undefined && verdict !== "blocked") {
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
 * A rule for a policy that isolates this end and no other, so that adding it there opens nothing else; where there is
 * none, a new policy for this end's labels.
 */
function changeFor(
  { layer, side, isolatedBy }: SideEvidence,
  from: End,
  to: End,
  protocol: Protocol,
  port: number,
): Change[] {
  const [first] = isolatedBy;
  if (first === undefined) return [];
  const guard = isolatedBy.find(({ alone, sure }) => alone && sure);
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  if (layer === "groups") {
    return [
      {
        to: `${(guard ?? first).guard}, ${side}`,
        yaml: `${protocol.toLowerCase()} ${port} ${side === "egress" ? "to" : "from"} ${other.id}`,
      },
    ];
  }
  const list = side === "egress" ? "to" : "from";
  const rule = [
    `- ${list}:`,
    ...peerYaml(own, other).map((line) => `    ${line}`),
    "  ports:",
    `    - protocol: ${protocol}`,
    `      port: ${port}`,
  ];
  const labels = Object.entries(own.labels);
  if (guard === undefined && labels.length > 0) {
    return [{ to: `namespace ${own.namespace}`, yaml: policyYaml(own, side, rule).join("\n") }];
  }
  return [{ to: `spec.${side} of ${(guard ?? first).guard}`, yaml: rule.join("\n") }];
}

function policyYaml({ name, namespace, labels }: End, side: Side, rule: readonly string[]): string[] {
  const subject = /^[a-z0-9.-]+$/.test(name) ? name : Object.values(labels).join("-").toLowerCase();
  return [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    `metadata: { name: ${JSON.stringify(`${subject}-${side}`)}, namespace: ${JSON.stringify(namespace)} }`,
    "spec:",
    "  podSelector:",
    "    matchLabels:",
    ...Object.entries(labels).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}`),
    `  policyTypes: [${side === "egress" ? "Egress" : "Ingress"}]`,
    `  ${side}:`,
    ...rule.map((line) => `    ${line}`),
  ];
}

function peerYaml(own: End, other: End): string[] {
  if (other.kind === "IPBlock") return ["- ipBlock:", `    cidr: ${other.id}`];
  const labels = Object.entries(other.labels).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
  const pods = labels.length === 0 ? ["podSelector: {}"] : ["podSelector:", "  matchLabels:", ...labels];
  const peer =
    own.namespace === other.namespace
      ? pods
      : [
          "namespaceSelector:",
          "  matchLabels:",
          `    kubernetes.io/metadata.name: ${other.namespace}`,
          ...pods,
        ];
  return peer.map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}
