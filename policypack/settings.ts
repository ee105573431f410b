import * as z from "zod";
import { cidrText, dayText, filledText } from "./policyConfig";
import type { NetworkPolicyFact, SelectorFact } from "./facts";
import { DIRECTIONS, POLICY_TYPE } from "../kubernetes";
import { LEVELS, PROFILES } from "./levels";

const observation = z.strictObject({
  namespace: filledText.describe("The namespace's exact name."),
  labels: z
    .record(z.string(), z.string())
    .refine((labels) => Object.keys(labels).length > 0, {
      error: "names no label, which would be every workload; leave it out to observe the whole namespace",
    })
    .optional()
    .describe(
      "One workload's pod labels, exactly as its policy's podSelector has them; absent for all pods.",
    ),
  until: dayText.describe(
    "The last day of observation, YYYY-MM-DD (UTC). Afterwards it is a violation again.",
  ),
  reason: filledText.describe("Why nothing is blocked there yet."),
  owner: filledText.describe("Who answers for it."),
});

const exemption = z
  .strictObject({
    policy: filledText.describe("The policy's name."),
    resource: filledText.optional().describe("The resource's name in the program, or its URN."),
    namespace: filledText.optional().describe("Instead of a resource: everything in this namespace."),
    until: dayText.describe("The last day of the exemption, YYYY-MM-DD (UTC)."),
    reason: filledText.describe("Why."),
    owner: filledText.describe("Who answers for it."),
  })
  .refine(({ resource, namespace }) => (resource === undefined) !== (namespace === undefined), {
    error: "name a resource or a namespace, one of the two",
  });

/** What all policies share. The stack declares it once, in the config of the policy `settings`. */
export const settingsSchema = z.strictObject({
  profile: z
    .enum(PROFILES)
    .default("strict")
    .describe(
      "How much is demanded of a stack: everything, or by `baseline` what may be demanded of strangers. It gives the level of every policy that has its default level here; another level stays, and `levels` counts over both.",
    ),
  levels: z
    .record(z.string(), z.enum(LEVELS))
    .default({})
    .describe("Levels by policy that count over the profile's: where `baseline` only advises, `mandatory`."),
  observe: z
    .array(observation)
    .default([])
    .describe(
      "What is under observation until a date: a namespace, where a policy that allows everything in both directions to all pods is accepted and default deny isn't asked for; or, with `labels`, one workload of it, where such a policy for exactly these pods is accepted and nothing else.",
    ),
  exemptions: z
    .array(exemption)
    .default([])
    .describe(
      "Violations that are accepted for a while: of one policy, on one resource or in one namespace. One that has expired, or that nothing needs, is reported by exemption-expired.",
    ),
  codeExemptions: z
    .strictObject({
      policies: z
        .array(filledText)
        .default([])
        .describe(
          "The policies from which code may exempt. No other, whatever is written beside a resource.",
        ),
      days: z.int().min(1).default(90).describe("How many days away the last day of one may be."),
    })
    .default({ policies: [], days: 90 })
    .describe(
      "Which exemptions count that stand in code beside a resource: by default none, because who commits the code isn't who answers for the policies.",
    ),
  clusterRanges: z
    .array(cidrText)
    .default([])
    .describe(
      "CIDRs of the cluster's pods, Services and nodes. A rule that admits one of them whole admits every pod, and the internet leaves them out.",
    ),
});

export type Settings = z.infer<typeof settingsSchema>;
export type Observation = z.infer<typeof observation>;
export type Exemption = z.infer<typeof exemption>;

/**
 * Whether a whole namespace is under observation on a day (`YYYY-MM-DD`), or was until an entry ran out. One of its
 * workloads under observation changes nothing for the namespace.
 */
export function observationOf(
  namespace: string,
  settings: Settings,
  today: string,
): { readonly state: "active" | "expired"; readonly entry: Observation } | undefined {
  const entries = settings.observe.filter(
    (entry) => entry.namespace === namespace && entry.labels === undefined,
  );
  const active = entries.find((entry) => entry.until >= today);
  if (active) return { state: "active", entry: active };
  const [entry] = entries;
  return entry && { state: "expired", entry };
}

/**
 * Whether a policy is what observation looks like, and what it selects is observed: all pods of a namespace, or one
 * workload's by exactly the entry's labels; both directions, one rule each that admits everything. Any other shape, or
 * a part that isn't known, is judged as everywhere else.
 */
export function isObservation(policy: NetworkPolicyFact, settings: Settings, today: string): boolean {
  const { namespace, podSelector, subject } = policy;
  if (!namespace.known || subject.partial) return false;
  const observed = settings.observe.some(
    (entry) =>
      entry.namespace === namespace.value && entry.until >= today && selects(podSelector, entry.labels ?? {}),
  );
  return observed && looksLikeObservation(policy);
}

/**
 * The lines of the pack's configuration that let a namespace wait for a month, where a policy is what observation looks like for all of its pods, but
 * nothing says so; undefined for any other policy. To be completed by whoever answers for it.
 */
export function linesToObserve(
  policy: NetworkPolicyFact,
  settings: Settings,
  today: string,
): string | undefined {
  const { namespace, podSelector, subject } = policy;
  if (!namespace.known || subject.partial || podSelector.length > 0 || !looksLikeObservation(policy))
    return undefined;
  if (observationOf(namespace.value, settings, today)?.state === "active") return undefined;
  const until = new Date(Date.parse(today) + MONTH).toISOString().slice(0, 10);
  const entry = {
    namespace: namespace.value,
    until,
    reason: "its flows are being watched",
    owner: "WHO ANSWERS FOR IT",
  };
  return JSON.stringify({ settings: { observe: [entry] } });
}

const MONTH = 30 * 24 * 60 * 60 * 1000;

/** Whether a policy admits everything in both directions, by one rule each. */
function looksLikeObservation(policy: NetworkPolicyFact): boolean {
  const { policyTypes } = policy;
  if (!policyTypes.known) return false;
  return DIRECTIONS.every((direction) => {
    const { rules } = policy[direction];
    const listed = policyTypes.value.some((type) => type.known && type.value === POLICY_TYPE[direction]);
    const [rule, ...others] = rules.known ? rules.value : [];
    if (!listed || rule === undefined || others.length > 0) return false;
    return [rule.peers, rule.ports].every((list) => list.known && list.value.length === 0);
  });
}

/** Whether a selector asks for exactly these labels. */
function selects(selector: SelectorFact, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(labels);
  return (
    selector.length === entries.length &&
    entries.every(([key, value]) =>
      selector.some((requirement) => {
        if (!requirement.known || requirement.value.key !== key) return false;
        const { operator, values } = requirement.value;
        return operator === "In" && values.known && values.value.length === 1 && values.value[0] === value;
      }),
    )
  );
}
