import * as z from "zod";
import { both, type Bound, type Match, matches, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import { type NetworkPolicyFact, type PeerFact, type RuleFact, unreadInRules } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  adriftPolicies,
  exactSelector,
  type IsolatingPolicy,
  isPublic,
  portsOf,
  reachOf,
  type StackEnd,
  stackEnds,
} from "../judgment";
import { filledText } from "../policyConfig";

const config = z.strictObject({
  namespace: filledText.default("kube-system").describe("The namespace of the cluster's DNS servers."),
  labels: z
    .record(z.string(), filledText)
    .default({ "k8s-app": "kube-dns" })
    .describe("The labels of the cluster's DNS servers."),
  port: z.int().min(1).max(65535).default(53).describe("The port that the servers' pods listen on."),
});
type Config = z.output<typeof config>;

export const dnsReachable = stackInvariant({
  scope: "stack",
  name: "dns-reachable",
  description:
    "Pods that may reach other pods or the internet may also resolve their names, over UDP and TCP.",
  stops:
    "Pods whose egress is isolated and allowed to other pods or to public addresses, but whose policies together don't let them ask the cluster's DNS over UDP and over TCP: names don't resolve, or long answers fail now and then. A rule for the DNS port to an address (NodeLocal DNSCache, a Service's address) counts. Pods that may reach nothing, or private addresses only, need no names.",
  remedy:
    'Add an egress rule to { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } } with ports UDP 53 and TCP 53.',
  severity: "medium",
  config,
  example: {
    namespace: "openshift-dns",
    labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
    port: 5353,
  },
  judge(facts, dns) {
    const stack = stackEnds(facts);
    const judged = stack.ends.flatMap((end) => judge(end, stack.guardsOf(end, "egress"), dns));
    return [...judged, ...adriftPolicies(facts, "its pods can ask the cluster's DNS")];
  },
});

function judge(end: StackEnd, guards: readonly IsolatingPolicy[], dns: Config): Finding[] {
  const certain = guards.filter(({ match }) => match === "yes");
  const needing = certain.flatMap(({ policy }) => {
    const rule = rulesOf(policy).find((one) => needsNames(one, policy));
    return rule ? [{ policy, rule }] : [];
  })[0];
  const lacking = (bound: Bound) =>
    (["UDP", "TCP"] as const).filter(
      (protocol) =>
        !(bound === "lower" ? certain : guards).some(({ policy }) => asks(policy, protocol, dns, bound)),
    );
  const subject = { subject: end.subject, title: end.title };
  const unread = guards.flatMap(({ policy }) =>
    unreadInRules(policy.egress).map((field) => ({ ...field, path: `${policy.title} ${field.path}` })),
  );
  const open =
    lacking("lower").length > 0 && unread.length > 0
      ? [undecided(subject, unread, "it can ask the cluster's DNS over UDP and TCP")]
      : [];
  if (needing === undefined) return open;
  const missing = lacking("upper");
  if (missing.length > 0) {
    return [
      violation(subject, {
        wrong: `can't ask the cluster's DNS over ${missing.join(" and ")}`,
        why: missing.includes("UDP")
          ? "no names resolve"
          : "answers that don't fit into a UDP packet fail now and then",
        evidence: `${needing.policy.title} ${needing.rule.path} needs names, and no egress rule opens ${missing.map((protocol) => `${protocol} ${dns.port}`).join(" and ")} to ${dns.namespace}`,
        remedy: `add an egress rule to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": ${dns.namespace} } }, podSelector: { matchLabels: ${JSON.stringify(dns.labels)} } }] with ports UDP ${dns.port} and TCP ${dns.port}`,
      }),
    ];
  }
  return open;
}

const rulesOf = ({ egress: { rules } }: NetworkPolicyFact): readonly RuleFact[] =>
  rules.known ? rules.value : [];

/** Whether a rule goes to pods, or to public addresses: both are known by name. */
function needsNames({ path, peers }: RuleFact, { egress }: NetworkPolicyFact): boolean {
  if (!peers.known) return false;
  if (peers.value.some(({ ipBlock }) => ipBlock.known && ipBlock.value === undefined)) return true;
  const reach = reachOf(egress, "lower").find((one) => one.path === path);
  return reach?.blocks.some(({ set }) => isPublic(set)) ?? false;
}

function asks(policy: NetworkPolicyFact, protocol: "UDP" | "TCP", dns: Config, bound: Bound): boolean {
  const { rules } = policy.egress;
  if (!rules.known) return bound === "upper";
  return rules.value.some(({ peers, ports }) => {
    const { numbers, names } = portsOf(ports, bound);
    if (!numbers.contains(protocol, dns.port) && !(bound === "upper" && names.length > 0)) return false;
    if (!peers.known) return bound === "upper";
    return peers.value.length === 0 || peers.value.some((peer) => isDns(peer, policy, dns, bound));
  });
}

/** Whether a peer may be the DNS servers. What other labels they and their namespace have isn't seen. */
function isDns(peer: PeerFact, policy: NetworkPolicyFact, dns: Config, bound: Bound): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (!ipBlock.known || !namespaceSelector.known || !podSelector.known) return bound === "upper";
  if (ipBlock.value !== undefined) return true;
  const place: Match = namespaceSelector.value
    ? matches(exactSelector(namespaceSelector.value), {
        known: new Map([[NAMESPACE_NAME_LABEL, dns.namespace]]),
        complete: false,
      })
    : !policy.namespace.known
      ? "maybe"
      : policy.namespace.value === dns.namespace
        ? "yes"
        : "no";
  const pods = matches(exactSelector(podSelector.value ?? []), {
    known: new Map(Object.entries(dns.labels)),
    complete: false,
  });
  return both(place, pods) !== "no";
}
