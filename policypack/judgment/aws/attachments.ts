// Tests: test/policypack/invariants/securityGroupPolicyEffective.test.ts
import * as z from "zod";
import {
  asksFor,
  type Fact,
  type SecurityGroupPolicyFact,
  type SelectorFact,
  unreadInSelector,
} from "../../facts";
import { type Finding, undecided, violation } from "../../finding";
import { filledText } from "../../policyConfig";
import { unreadOf } from "../../values";

const attachment = z.strictObject({
  namespace: filledText.describe("The pods' namespace."),
  labels: z
    .record(z.string(), filledText)
    .refine((labels) => Object.keys(labels).length > 0, {
      error: "names no label, which would be every pod",
    })
    .describe("The labels that the policy of these pods selects, all of them and no others."),
});
type Attachment = z.output<typeof attachment>;

export const attachmentConfig = z.strictObject({
  attached: z
    .array(attachment)
    .default([])
    .describe(
      "The pods that have groups of their own. In a namespace named here, each of them needs its SecurityGroupPolicy, and nobody else has one; in other namespaces nothing is asked.",
    ),
});

/** Pods that should have groups and for which no policy is written, and policies of the same namespaces for other pods. */
export function judgeAttachments(
  policies: readonly SecurityGroupPolicyFact[],
  facts: readonly Fact[],
  attached: readonly Attachment[],
): Finding[] {
  if (attached.length === 0) return [];
  const adrift = policies.filter(({ namespace }) => !namespace.known);
  return [
    ...adrift.map((policy) => undecided(policy, unreadOf([policy.namespace]), "its pods should have groups")),
    ...policies.flatMap((policy) => strangers(policy, attached)),
    ...attached.flatMap((one) => missing(one, policies, facts)),
  ];
}

function strangers(policy: SecurityGroupPolicyFact, attached: readonly Attachment[]): Finding[] {
  const { namespace, podSelector } = policy;
  if (!namespace.known) return [];
  const here = attached.filter((one) => one.namespace === namespace.value);
  if (here.length === 0) return [];
  const answers = here.map(({ labels }) => selects(podSelector, labels));
  if (answers.includes("yes")) return [];
  if (answers.includes("maybe")) {
    const unread = podSelector.known ? unreadInSelector(podSelector.value ?? []) : [podSelector];
    return [undecided(policy, unread, "its pods should have groups")];
  }
  return [
    violation(policy, {
      wrong: "gives groups to pods that shouldn't have them",
      why: "they reach what the groups' own workloads may reach",
      evidence: `its selector is none of ${JSON.stringify(here.map(({ labels }) => labels))}, which security-group-policy-effective.attached lists for ${namespace.value}`,
      remedy: "select the workload's own labels, or list these pods under attached",
    }),
  ];
}

function missing(
  { namespace, labels }: Attachment,
  policies: readonly SecurityGroupPolicyFact[],
  facts: readonly Fact[],
): Finding[] {
  const declared = facts.find(
    (fact) => fact.kind === "Namespace" && fact.name.known && fact.name.value === namespace,
  );
  const answers = policies.map((policy) =>
    policy.namespace.known && policy.namespace.value !== namespace
      ? "no"
      : policy.namespace.known
        ? selects(policy.podSelector, labels)
        : "maybe",
  );
  // Only the stack that makes the namespace can be asked for what isn't there.
  if (declared === undefined || answers.some((answer) => answer !== "no")) return [];
  return [
    violation(declared, {
      wrong: `has no SecurityGroupPolicy for ${JSON.stringify(labels)}`,
      why: "these pods keep their node's group, which their own group was meant to replace",
      evidence: `none of the stack's ${policies.length} SecurityGroupPolicies is in ${namespace} and selects exactly these labels`,
      remedy: `add a SecurityGroupPolicy with podSelector: { matchLabels: ${JSON.stringify(labels)} }`,
    }),
  ];
}

/** Whether a selector asks for these labels and nothing else. */
function selects(
  field: SecurityGroupPolicyFact["podSelector"],
  labels: Readonly<Record<string, string>>,
): "yes" | "maybe" | "no" {
  if (!field.known) return "maybe";
  const selector: SelectorFact = field.value ?? [];
  const entries = Object.entries(labels);
  if (unreadInSelector(selector).length > 0) return selector.length === entries.length ? "maybe" : "no";
  const same = selector.length === entries.length;
  return same && entries.every(([key, value]) => asksFor(selector, key, value)) ? "yes" : "no";
}
