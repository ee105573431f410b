import { type Direction, DIRECTIONS } from "../../kubernetes";
import { type TierPolicyFact, unreadInTierRules } from "../facts";
import { type Finding, undecided, violation, type ViolationText } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import {
  judgeNamespaceLabels,
  narrowTierRules,
  requirementTexts,
  TRUSTED_QUESTION,
  trustedLabelsConfig,
  type UntrustedPeer,
} from "../judgment";

export const clusterNetworkPolicyTrustedNamespaceSelectors = resourceInvariant({
  scope: "resource",
  name: "cluster-network-policy-trusted-namespace-selectors",
  description:
    "ClusterNetworkPolicies and AdminNetworkPolicies accept namespaces by a label that a namespace's owner can't set.",
  stops:
    "Accept and Allow rules that name namespaces by labels that whoever may create or label a namespace can set, by Exists, which admits namespaces made tomorrow, or that admit pods of any namespace by the pods' own labels. Egress to labelled pods of any namespace (a DNS rule, say) isn't judged, nor are rules that deny or pass. Selectors of every pod, or of all but some, are cluster-network-policy-no-everyone-ingress's and -egress's.",
  remedy: 'Write namespaces: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } }.',
  severity: "high",
  config: trustedLabelsConfig,
  example: { trustedLabels: ["kubernetes.io/metadata.name", "example.com/tenant"] },
  judge(fact, { trustedLabels }, context) {
    return fact.kind === "TierPolicy"
      ? DIRECTIONS.flatMap((direction) => judgeDirection(fact, direction, trustedLabels, context))
      : [];
  },
});

function judgeDirection(
  policy: TierPolicyFact,
  direction: Direction,
  trusted: readonly string[],
  context: Context,
): Finding[] {
  const rules = policy[direction];
  if (!rules.known) return [undecided(policy, [rules], TRUSTED_QUESTION)];
  const pathsUnder = (bound: "lower" | "upper") =>
    new Set(
      narrowTierRules(policy, direction, bound, context).flatMap(({ path, pods }) => [
        path,
        ...pods.map((peer) => peer.path),
      ]),
    );
  const [certain, possible] = [pathsUnder("lower"), pathsUnder("upper")];
  const findings: Finding[] = [];
  let isOpen = false;
  for (const { path, peers } of rules.value) {
    if (!possible.has(path)) continue;
    if (!peers.known) isOpen = true;
    for (const peer of peers.known ? peers.value : []) {
      const answer = judgeNamespaceLabels(peer, direction, trusted);
      if (answer.kind === "maybe") isOpen = true;
      else if (answer.kind === "untrusted" && certain.has(peer.path))
        findings.push(violation(policy, explain(answer, direction)));
      else if (answer.kind === "untrusted" && possible.has(peer.path)) isOpen = true;
    }
  }
  if (isOpen) findings.push(undecided(policy, unreadInTierRules(rules), TRUSTED_QUESTION));
  return findings;
}

function explain({ path, requirements }: UntrustedPeer, direction: Direction): ViolationText {
  const labels = requirementTexts(requirements);
  const whom = direction === "ingress" ? "be admitted" : "receive what these pods send";
  return labels.length > 0
    ? {
        wrong: `accepts a namespace by labels that anyone can set: ${path}`,
        why: `anyone can label their own namespace like that and ${whom}`,
        evidence: `${path} asks for ${labels.join(" and ")}`,
        remedy: REMEDY,
      }
    : {
        wrong: `accepts pods of any namespace by labels that anyone can set: ${path}`,
        why: `anyone can label a pod like that in any namespace and ${whom}`,
        evidence: `${path} asks for no label of the namespace`,
        remedy: REMEDY,
      };
}

const REMEDY = 'name the namespace by matchLabels: { "kubernetes.io/metadata.name": NAMESPACE }';
