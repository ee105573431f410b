import * as z from "zod";
import { type Bound, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { PortSet } from "../../net";
import { AddressSet } from "../../net";
import {
  asksFor,
  type Fact,
  type NetworkPolicyFact,
  type PeerFact,
  type RuleFact,
  type SelectorFact,
  unreadInRules,
} from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { isUnjudged, portsOf, reachOf, writtenPorts } from "../judgment";
import { judgeProtectedGroups } from "./protectedGroups";
import { judgeProtectedRoutes } from "./protectedRoutes";
import { concerns, isOf, isSettled, selectsPodsOf, listedText } from "./protectedSelection";
import { judgeProtectedTiers } from "./protectedTiers";
import { judgeTakenGroups } from "./takenGroups";
import { cidrText, filledText, portText } from "../policyConfig";

const labelMap = z.record(z.string(), filledText);

const peer = z.strictObject({
  namespace: filledText.optional().describe("The peer's namespace; without it the end's own."),
  labels: labelMap.optional().describe("Labels that the peer's pods have; without them every pod there."),
  cidr: cidrText.optional().describe("Addresses instead of pods."),
});

const end = z.strictObject({
  name: filledText.describe("What messages call it."),
  namespace: filledText.describe("The namespace that it is in."),
  labels: labelMap.default({}).describe("The labels of its pods; without any every pod of the namespace."),
  ports: z.array(portText).default([]).describe("The ports that are protected; without any all of them."),
  from: z.array(peer).describe("Who may reach it. Nobody else may."),
  routes: z
    .boolean()
    .default(false)
    .describe("Whether Ingresses, Gateway routes and target group bindings may lead to it."),
});
type End = z.output<typeof end>;

const protectedGroup = z.strictObject({
  name: filledText.describe("What messages call it."),
  group: filledText.describe("The security group's id, or the name of its resource in the program."),
  ports: z.array(portText).default([]).describe("The ports that are protected; without any all of them."),
  from: z
    .array(
      z
        .strictObject({
          group: filledText.optional().describe("A group by its id or its resource's name."),
          cidr: cidrText.optional().describe("Addresses instead of a group."),
          namespace: filledText
            .optional()
            .describe("The namespace whose pods alone may carry the group, by SecurityGroupPolicies."),
          ports: z.array(portText).min(1).optional().describe("Only these ports."),
        })
        .refine(({ group, cidr }) => (group === undefined) !== (cidr === undefined), {
          error: "names a group and a cidr, or neither; write one",
        }),
    )
    .describe("Who may pass it. Nobody else may."),
});

export const protectedEnds = resourceInvariant({
  scope: "resource",
  name: "protected-ends",
  description: "Nobody but those that the configuration names is admitted to a protected end.",
  stops:
    "NetworkPolicies, whoever writes them and in whatever stack, whose ingress rules admit a peer to a protected end's pods and ports that its `from` doesn't list. Each policy is judged by itself, because policies are additive: what one admits, no other takes back. A policy that selects these pods by others of their labels, or by their names, counts where a workload of the stack shows both. A peer counts as listed if it names a listed namespace by kubernetes.io/metadata.name and asks for at least the listed labels, or if its addresses are within a listed CIDR. The same for rules of the Admin tier (ClusterNetworkPolicy, AdminNetworkPolicy) that accept others: no NetworkPolicy can close what they open. The same for security groups, by their ids or by their resources' names: ingress rules in any spelling that admit a group, a block or a prefix list which isn't listed, also the group that a cluster, a VPC or another resource makes of its own, and the rules of any other group on what carries the protected one. Also Ingresses, Gateway routes, Traefik's routes and TargetGroupBindings whose Service leads to a protected end, unless its `routes` allows them. Where `from` names a namespace beside a group, also SecurityGroupPolicies of other namespaces that give their pods that group.",
  remedy: "Remove the peer from the rule, or list it under the end's `from` if its owner agrees.",
  severity: "critical",
  config: z.strictObject({
    ends: z.array(end).default([]).describe("The protected ends."),
    groups: z.array(protectedGroup).default([]).describe("The protected security groups."),
  }),
  example: {
    ends: [
      {
        name: "the shop's database",
        namespace: "shop",
        labels: { component: "postgresql" },
        ports: ["tcp/5432"],
        from: [{ labels: { component: "django" } }, { namespace: "backup", labels: { app: "dump" } }],
      },
    ],
    groups: [
      {
        name: "the shop's database",
        group: "sg-0123456789abcdef0",
        from: [{ group: "orders", namespace: "shop", ports: ["tcp/5432"] }],
      },
    ],
  },
  judgeTogether: (facts, { ends, groups }, context) => [
    ...ends.flatMap((one) => judgeByOtherLabels(facts, one, context)),
    ...judgeProtectedGroups(facts, groups),
    ...judgeProtectedRoutes(facts, ends),
    ...judgeProtectedTiers(facts, ends),
    ...judgeTakenGroups(facts, groups),
  ],
  judge(fact, { ends }, context) {
    return fact.kind === "NetworkPolicy" ? ends.flatMap((one) => judge(fact, one, context)) : [];
  },
});

function judge(policy: NetworkPolicyFact, one: End, context: Context): Finding[] {
  const selected = concerns(policy, one);
  if (selected === "no" || isUnjudged(policy, "ingress", context)) return [];
  const certain = selected === "yes" ? offences(policy, one, "lower") : [];
  const told = new Set(certain.map(({ path }) => path));
  const open = offences(policy, one, "upper").filter(({ path }) => !told.has(path));
  const findings: Finding[] = certain.map((offence) => violation(policy, explain(offence, one)));
  if (open.length > 0) {
    const unread = [
      ...(policy.namespace.known ? [] : [policy.namespace]),
      ...unreadInRules(policy.ingress),
      ...policy.podSelector.flatMap((requirement) => (requirement.known ? [] : [requirement])),
    ];
    const path = "spec.podSelector";
    const because = "other labels of the protected pods, which the configuration doesn't name";
    const fields = unread.length > 0 ? unread : [{ known: false as const, path, because }];
    findings.push(undecided(policy, fields, `it admits others to ${one.name}`));
  }
  return findings;
}

const explain = ({ path, whom }: Offence, one: End, by = "") => ({
  wrong: `lets unlisted peers into ${one.name}: ${whom}`,
  why: "no other policy can take that back: policies only add",
  evidence: `it selects pods of ${one.namespace} with ${JSON.stringify(one.labels)}${by} for ${one.ports.join(", ") || "every port"}, and protected-ends ${listedText(one.from)}`,
  remedy: `remove them from ${path}, or list them under "from" of ${one.name}`,
});

/** Policies that select a protected end's pods by others of their labels, or by their names: a workload of the stack shows which these are. */
function judgeByOtherLabels(facts: readonly Fact[], one: End, context: Context): Finding[] {
  const policies = facts.filter((fact) => fact.kind === "NetworkPolicy");
  const hidden = policies.filter(
    (policy) => concerns(policy, one) === "maybe" && !isUnjudged(policy, "ingress", context),
  );
  if (hidden.length === 0) return [];
  const own = facts.filter((fact) => fact.kind === "Workload").filter((workload) => isOf(workload, one));
  return hidden.flatMap((policy) => {
    const workload = own.find((item) => selectsPodsOf(policy, item) === "yes");
    if (workload === undefined) return [];
    const by = ` (those of ${workload.title}, by other labels)`;
    return offences(policy, one, "lower").map((offence) => violation(policy, explain(offence, one, by)));
  });
}

interface Offence {
  readonly path: string;
  /** Whom the rule admits without being listed, for people. */
  readonly whom: string;
}

function offences(policy: NetworkPolicyFact, one: End, bound: Bound): Offence[] {
  const { rules } = policy.ingress;
  if (!rules.known) return bound === "upper" ? [{ path: rules.path, whom: "somebody" }] : [];
  const reach = new Map(reachOf(policy.ingress, bound).map((rule) => [rule.path, rule]));
  const ports = writtenPorts(one.ports);
  const listed = one.from.flatMap(({ cidr }) => (cidr === undefined ? [] : [cidr]));
  const admitted = AddressSet.of(...listed);
  return rules.value.flatMap((rule) => {
    if (!opens(rule, ports, bound)) return [];
    const rulePeers = rule.peers.known ? rule.peers.value : [];
    const found = reach.get(rule.path);
    const whom = [
      ...(found?.everyone ? ["everyone"] : []),
      ...(found?.blocks ?? []).filter(({ set }) => !admitted.covers(set)).map(({ text }) => text),
      ...rulePeers.filter((item) => isOther(item, policy, one, bound)).map(({ path }) => path),
    ];
    return whom.length === 0 ? [] : [{ path: rule.path, whom: whom.join(", ") }];
  });
}

function opens({ ports }: RuleFact, wanted: PortSet, bound: Bound): boolean {
  const { numbers, names } = portsOf(ports, bound);
  if (wanted.isEmpty()) return !numbers.isEmpty() || names.length > 0;
  return numbers.overlaps(wanted) || (bound === "upper" && names.length > 0);
}

/** Whether a peer means pods that aren't listed: for certain at the lower bound, possibly at the upper. */
function isOther(
  { ipBlock, namespaceSelector, podSelector }: PeerFact,
  policy: NetworkPolicyFact,
  one: End,
  bound: Bound,
) {
  if (!ipBlock.known || !namespaceSelector.known || !podSelector.known) return bound === "upper";
  if (ipBlock.value !== undefined) return false;
  const namespaces = namespaceSelector.value ? namesIn(namespaceSelector.value) : ownName(policy);
  const pods = podSelector.value ?? [];
  if (namespaces === "maybe") return bound === "upper";
  const isListed = (namespace: string) =>
    one.from.some(
      (item) =>
        item.cidr === undefined &&
        (item.namespace ?? one.namespace) === namespace &&
        Object.entries(item.labels ?? {}).every(([key, value]) => asksFor(pods, key, value)),
    );
  if (namespaces !== "any" && namespaces.every(isListed)) return false;
  // A part that isn't known yet may narrow the peer to a listed one.
  return bound === "upper" || (pods.every(isSettled) && (namespaceSelector.value ?? []).every(isSettled));
}

const ownName = ({ namespace }: NetworkPolicyFact): string[] | "maybe" =>
  namespace.known ? [namespace.value] : "maybe";

/** The namespaces that a selector names; any where it goes by other labels. */
function namesIn(selector: SelectorFact): readonly string[] | "any" | "maybe" {
  for (const requirement of selector) {
    if (!requirement.known) continue;
    const { key, operator, values } = requirement.value;
    if (key !== NAMESPACE_NAME_LABEL || operator !== "In") continue;
    return values.known ? values.value : "maybe";
  }
  return selector.every(({ known }) => known) ? "any" : "maybe";
}
