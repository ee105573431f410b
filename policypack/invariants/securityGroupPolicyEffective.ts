import { DNS_PORTS } from "../../kubernetes";
import type { SecurityGroupPolicyFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import {
  attachmentConfig,
  type Groups,
  groupsOf,
  judgeAttachments,
  sharesTraffic,
  type Traffic,
  trafficOf,
} from "../judgment";
import { PortSet } from "../../net";
import type { Unread } from "../values";

export const securityGroupPolicyEffective = stackInvariant({
  scope: "stack",
  name: "security-group-policy-effective",
  description: "Every SecurityGroupPolicy attaches groups to pods that can work with them.",
  stops:
    "SecurityGroupPolicies without a selector or with both, which the controller doesn't take; without any group, so that pods keep their node's; and policies whose groups, all of this stack, let no name resolution out (TCP and UDP 53): a pod that gets them can't resolve any name. Groups of other stacks aren't seen. Where `attached` names pods of a namespace, also that no policy selects exactly these, and policies there that select any others.",
  remedy:
    "Write one of podSelector and serviceAccountSelector, at least one group, and let TCP and UDP 53 out to the DNS pods' group.",
  severity: "high",
  config: attachmentConfig,
  example: { attached: [{ namespace: "shop", labels: { app: "orders" } }] },
  judge(facts, { attached }) {
    const groups = groupsOf(facts);
    const policies = facts.filter((fact) => fact.kind === "SecurityGroupPolicy");
    return [
      ...policies.flatMap((fact) => [...judgeSelectors(fact), ...judgeGroups(fact, groups)]),
      ...judgeAttachments(policies, facts, attached),
    ];
  },
});

function judgeSelectors(fact: SecurityGroupPolicyFact): Finding[] {
  const { podSelector, serviceAccountSelector } = fact;
  if (!podSelector.known || !serviceAccountSelector.known) {
    const unread = [podSelector, serviceAccountSelector].filter((field) => !field.known);
    return [undecided(fact, unread, "the policy selects by pods or by service accounts")];
  }
  const given = [podSelector.value, serviceAccountSelector.value].filter((value) => value !== undefined);
  if (given.length === 1 || fact.subject.partial) return [];
  const none = given.length === 0;
  return [
    violation(fact, {
      wrong: none ? "selects nothing" : "has both selectors",
      why: "pods keep their node's group, which databases must not admit",
      evidence: none
        ? "spec.podSelector and spec.serviceAccountSelector are absent"
        : "spec.podSelector and spec.serviceAccountSelector are written",
      remedy: "write one of podSelector and serviceAccountSelector",
    }),
  ];
}

function judgeGroups(fact: SecurityGroupPolicyFact, groups: Groups): Finding[] {
  const question = "the policy's groups let its pods work";
  if (!fact.groups.known) return [undecided(fact, [fact.groups], question)];
  if (fact.groups.value.length === 0) {
    if (fact.subject.partial) return [];
    return [
      violation(fact, {
        wrong: "attaches no group",
        why: "pods keep their node's group, which databases must not admit",
        evidence: "spec.securityGroups.groupIds is absent or empty",
        remedy: "write securityGroups: { groupIds: [GROUP.id] }",
      }),
    ];
  }
  const { keys, unread } = groups.refer(fact.groups);
  if (unread.length > 0) return [undecided(fact, unread, question)];
  const seen = [...keys].map((key) => groups.get(key));
  // What another stack's group lets out isn't seen.
  if ([...keys].some((key) => !groups.isOurs(key))) return [];
  const rules = seen.flatMap((group) => group?.rules.egress ?? []);
  const missing = NAME_RESOLUTION.filter(
    ({ traffic }) => !rules.some((rule) => sharesTraffic(trafficOf(rule, "lower"), traffic)),
  );
  if (missing.length === 0) return [];
  const open: Unread[] = seen.flatMap((group) => [
    ...(group?.unread.egress ?? []),
    ...(group?.perhaps ?? []).flatMap(({ group: on, direction }) =>
      [on?.id, direction].filter((field) => field?.known === false),
    ),
  ]);
  const unreadTraffics = rules.flatMap(({ protocol, fromPort, toPort }) =>
    [protocol, fromPort, toPort].filter((field) => !field.known),
  );
  if (open.length + unreadTraffics.length > 0) {
    return [undecided(fact, [...open, ...unreadTraffics], question)];
  }
  return [
    violation(fact, {
      wrong: `attaches groups that don't let name resolution out by ${missing.map(({ name }) => name).join(" and ")}`,
      why: "its pods can't resolve any name",
      evidence: `no egress rule of ${[...keys].map((key) => groups.titleOf(key)).join(", ")} opens it`,
      remedy: "let TCP and UDP 53 out to the DNS pods' group, and admit them there",
    }),
  ];
}

const NAME_RESOLUTION: readonly { readonly name: string; readonly traffic: Traffic }[] = DNS_PORTS.map(
  (range) => ({
    name: `${range.protocol} ${range.from}`,
    traffic: { ports: PortSet.of([range]), others: new Set() },
  }),
);
