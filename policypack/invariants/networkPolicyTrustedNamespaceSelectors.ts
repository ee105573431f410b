import { type Direction, DIRECTIONS } from "../../kubernetes";
import type { NetworkPolicyFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import {
  isUnjudged,
  judgeNamespaceLabels,
  narrowRules,
  requirementTexts,
  TRUSTED_QUESTION,
  trustedLabelsConfig,
  type UntrustedPeer,
} from "../judgment";
import type { Unread } from "../values";

export const networkPolicyTrustedNamespaceSelectors = resourceInvariant({
  scope: "resource",
  name: "network-policy-trusted-namespace-selectors",
  description: "NetworkPolicy rules name other namespaces by a label that a namespace's owner can't set.",
  stops:
    "Peers whose namespaceSelector rests on labels that whoever may create or label a namespace can set, such as `team: monitoring`; only kubernetes.io/metadata.name is set by the API server. Also Exists, which admits namespaces made tomorrow, and ingress peers that take pods of any namespace by the pods' own labels. Egress to labelled pods of any namespace (a DNS rule, say) isn't judged. Selectors of every pod, or of all but some, are network-policy-no-everyone-ingress's and -egress's.",
  remedy: 'Write namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } }.',
  severity: "high",
  config: trustedLabelsConfig,
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
      const answer = judgeNamespaceLabels(peer, direction, trusted);
      if (answer.kind === "untrusted") findings.push(violation(policy, explain(answer, direction)));
      else if (answer.kind === "maybe") unread.push(...answer.unread);
    }
  }
  if (unread.length > 0) findings.push(undecided(policy, unread, TRUSTED_QUESTION));
  return findings;
}

function explain({ path, requirements }: UntrustedPeer, direction: Direction) {
  const labels = requirementTexts(requirements);
  const whom = direction === "ingress" ? "be admitted" : "receive what these pods send";
  return {
    wrong: `names ${labels.length > 0 ? "a namespace" : "pods of any namespace"} by labels that anyone can set: ${path}`,
    why:
      labels.length > 0
        ? `anyone can label their own namespace like that and ${whom}`
        : `anyone can label a pod like that in any namespace and ${whom}`,
    evidence:
      labels.length > 0
        ? `${path}.namespaceSelector asks for ${labels.join(" and ")}`
        : `${path}.namespaceSelector is empty, which is every namespace`,
    remedy: `write ${path}.namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } }`,
  };
}
