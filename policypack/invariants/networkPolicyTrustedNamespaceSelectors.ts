import * as z from "zod";
import { type Direction, DIRECTIONS, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { NetworkPolicyFact, PeerFact, RequirementFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { isUnjudged, narrowRules } from "../judgment";
import { filledText } from "../policyConfig";
import { UNKNOWN_TEXT, type Unread, unreadOf } from "../values";

const config = z.strictObject({
  trustedLabels: z
    .array(filledText)
    .default([NAMESPACE_NAME_LABEL])
    .describe(
      "Namespace labels that only the API server, or an admission policy of yours, sets. A selector needs one of them with its values.",
    ),
});

export const networkPolicyTrustedNamespaceSelectors = resourceInvariant({
  scope: "resource",
  name: "network-policy-trusted-namespace-selectors",
  description: "NetworkPolicy rules name other namespaces by a label that a namespace's owner can't set.",
  stops:
    "Peers whose namespaceSelector rests on labels that whoever may create or label a namespace can set, such as `team: monitoring`; only kubernetes.io/metadata.name is set by the API server. Also Exists, which admits namespaces made tomorrow, and ingress peers that take pods of any namespace by the pods' own labels. Egress to labelled pods of any namespace (a DNS rule, say) isn't judged. Selectors of every pod, or of all but some, are network-policy-no-everyone-ingress's and -egress's.",
  remedy: 'Write namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } }.',
  severity: "high",
  config,
  example: { trustedLabels: ["kubernetes.io/metadata.name", "example.com/tenant"] },
  judge(fact, { trustedLabels }, context) {
    return fact.kind === "NetworkPolicy"
      ? DIRECTIONS.flatMap((direction) => judgeDirection(fact, direction, trustedLabels, context))
      : [];
  },
});

function judgeDirection(
  policy: NetworkPolicyFact,
  direction: Direction,
  trusted: readonly string[],
  context: Context,
): Finding[] {
  const { rules } = policy[direction];
  const judged = new Set(narrowRules(policy, direction, "lower", context).map(({ path }) => path));
  const unread: Unread[] = [];
  const findings: Finding[] = [];
  if (!rules.known && !isUnjudged(policy, direction, context)) unread.push(rules);
  for (const { path, peers } of rules.known ? rules.value : []) {
    if (!judged.has(path)) continue;
    if (!peers.known) unread.push(peers);
    for (const peer of peers.known ? peers.value : []) {
      const answer = judgePeer(peer, direction, trusted);
      if (answer.kind === "untrusted") findings.push(violation(policy, explain(answer, direction)));
      else if (answer.kind === "maybe") unread.push(...answer.unread);
    }
  }
  if (unread.length > 0) findings.push(undecided(policy, unread, QUESTION));
  return findings;
}

const QUESTION = "its rules name namespaces by labels that a namespace's owner can't set";

interface Untrusted {
  readonly kind: "untrusted";
  readonly path: string;
  readonly requirements: readonly RequirementFact[];
}

type Answer = { readonly kind: "fine" } | { readonly kind: "maybe"; readonly unread: Unread[] } | Untrusted;

const FINE: Answer = { kind: "fine" };

function judgePeer(
  { path, namespaceSelector, podSelector }: PeerFact,
  direction: Direction,
  trusted: readonly string[],
): Answer {
  if (!namespaceSelector.known) return { kind: "maybe", unread: [namespaceSelector] };
  if (namespaceSelector.value === undefined) return FINE;
  const selector = namespaceSelector.value;
  const requirements = selector.flatMap((requirement) => (requirement.known ? [requirement.value] : []));
  if (requirements.some(({ key, operator }) => operator === "In" && trusted.includes(key))) return FINE;
  const unread = unreadOf(selector);
  if (unread.length > 0) return { kind: "maybe", unread };
  if (requirements.length > 0) return { kind: "untrusted", path, requirements };
  // Every namespace: what narrows the peer are the labels of pods.
  return direction === "egress" ? FINE : judgePodLabels(path, podSelector);
}

function judgePodLabels(path: string, podSelector: PeerFact["podSelector"]): Answer {
  if (!podSelector.known) return { kind: "maybe", unread: [podSelector] };
  const unread = unreadOf(podSelector.value ?? []);
  return unread.length > 0 && unread.length === podSelector.value?.length
    ? { kind: "maybe", unread }
    : { kind: "untrusted", path, requirements: [] };
}

function explain({ path, requirements }: Untrusted, direction: Direction) {
  const labels = requirements.map(({ key, operator, values }) => {
    const listed = values.known ? values.value.join(", ") : UNKNOWN_TEXT;
    return listed === "" ? `${key} ${operator}` : `${key} ${operator} (${listed})`;
  });
  const whom = direction === "ingress" ? "is admitted" : "receives what these pods send";
  return {
    wrong: `names ${labels.length > 0 ? "a namespace" : "pods of any namespace"} by labels that anyone can set: ${path}`,
    why:
      labels.length > 0
        ? `anyone who labels their own namespace so ${whom}`
        : `anyone who labels a pod so, in any namespace, ${whom}`,
    evidence:
      labels.length > 0
        ? `${path}.namespaceSelector asks for ${labels.join(" and ")}`
        : `${path}.namespaceSelector is empty, which is every namespace`,
    remedy: `write ${path}.namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } }`,
  };
}
