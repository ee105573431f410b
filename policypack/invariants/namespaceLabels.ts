import * as z from "zod";
import type { NamespaceFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type RawProperties, resourceInvariant } from "../invariant";
import { filledText } from "../policyConfig";
import { isExempt, patternText } from "../namespacePattern";
import { isPlainMap, unreadOf } from "../values";
import { SYSTEM_NAMESPACES } from "../../kubernetes";
import { listText } from "../judgment";
import { REQUIRED_LABELS } from "../requiredLabels";

const labelMap = z.record(z.string(), filledText);

const config = z.strictObject({
  required: z
    .array(filledText)
    .min(1, { error: "names no label; disable the policy if none is required" })
    .default([...REQUIRED_LABELS])
    .describe("The labels that every namespace needs, each with a value."),
  values: labelMap
    .default({})
    .describe(
      "Values for missing labels of every namespace, used where the enforcement level is `remediate`.",
    ),
  namespaceValues: z
    .record(z.string(), labelMap)
    .default({})
    .describe("The same for single namespaces, by name; they come before `values`."),
  allowed: z
    .record(z.string(), z.array(filledText).min(1, { error: "allows no value; leave the label out" }))
    .default({})
    .describe("The only values that labels may have, by label; a label that isn't named here may have any."),
  exempt: z
    .array(patternText)
    .default([...SYSTEM_NAMESPACES])
    .describe("Namespaces that need no labels, by name; a trailing * stands for any ending."),
});

export const namespaceLabels = resourceInvariant({
  scope: "resource",
  name: "namespace-labels",
  description: "Every namespace says whose it is and which Pod Security level its pods have.",
  stops:
    "Namespaces without an owner, an environment, an application or a Pod Security level, so that policies, alerts and people can tell what is there. A label's value is never invented: with the level `remediate`, what is missing comes from the configuration, and a label without a configured value stays a violation. A NamespacePatch isn't judged by what it leaves out: the namespace that it patches may have it. Which values are right is judged by `allowed` alone: without it, a Pod Security level of `privileged`, by a patch too, is somebody's word like any other.",
  remedy: "Set the labels under metadata.labels, or configure their values and set the level to remediate.",
  severity: "medium",
  config,
  example: {
    required: ["palisade.dev/owner", "pod-security.kubernetes.io/enforce"],
    values: { "pod-security.kubernetes.io/enforce": "restricted" },
    allowed: { "pod-security.kubernetes.io/enforce": ["baseline", "restricted"] },
    namespaceValues: { shop: { "palisade.dev/owner": "team-shop" } },
  },

  judge(fact, { required, allowed, exempt }) {
    if (fact.kind !== "Namespace" || isExempt(fact.name, exempt)) return [];
    const { labels } = fact;
    const question = (names: readonly string[]) => `the namespace carries ${names.join(", ")}`;
    if (!labels.known) return [undecided(fact, [labels], question(required))];
    const missing = required.filter((label) => isMissing(fact, label));
    const open = required.flatMap((label) => {
      const value = labels.value.get(label);
      return value && !value.known ? [{ label, value }] : [];
    });
    const findings: Finding[] = [];
    if (missing.length > 0) {
      findings.push(
        violation(fact, {
          wrong: `lacks the ${missing.length === 1 ? "label" : "labels"} ${listText(missing, missing.length)}`,
          why: "nobody can tell whose it is or what may run there",
          evidence: `metadata.labels has ${listed([...labels.value.keys()])}`,
          remedy: `set metadata.labels: { ${missing.map((label) => `"${label}": VALUE`).join(", ")} }`,
        }),
      );
    }
    findings.push(...refusedValues(fact, allowed));
    if (open.length > 0) {
      const unread = unreadOf(open.map(({ value }) => value));
      findings.push(undecided(fact, unread, question(open.map(({ label }) => label))));
    }
    return findings;
  },

  remediate(fact, raw, { required, values, namespaceValues, exempt }) {
    if (fact.kind !== "Namespace" || !fact.labels.known || isExempt(fact.name, exempt)) return undefined;
    const own = fact.name.known && fact.name.value !== undefined ? namespaceValues[fact.name.value] : {};
    const added = required.flatMap((label) => {
      const value = own?.[label] ?? values[label];
      return value !== undefined && isMissing(fact, label) ? [[label, value] as const] : [];
    });
    // An item of a list has a path of its own; its list is left to a person.
    if (added.length === 0 || fact.subject.object.path !== "") return undefined;
    return withLabels(raw, Object.fromEntries(added));
  },
});

/** Labels with a value that isn't allowed. */
function refusedValues(fact: NamespaceFact, allowed: Readonly<Record<string, readonly string[]>>): Finding[] {
  return Object.entries(allowed).flatMap(([label, values]): Finding[] => {
    const value = fact.labels.known ? fact.labels.value.get(label) : undefined;
    if (value === undefined) return [];
    if (!value.known) return [undecided(fact, [value], `the label ${label} has an allowed value`)];
    if (values.includes(value.value)) return [];
    return [
      violation(fact, {
        wrong: `has a value of the label ${label} that isn't allowed`,
        why: "what the label stands for doesn't hold in this namespace",
        evidence: `metadata.labels["${label}"] is ${value.value}; namespace-labels.allowed has ${values.join(", ")}`,
        remedy: `write metadata.labels: { "${label}": "${values[0] ?? ""}" }`,
      }),
    ];
  });
}

/** The properties with more labels; undefined where a secret wraps what would have to change. */
function withLabels(raw: RawProperties, added: Record<string, string>): RawProperties | undefined {
  const metadata = raw["metadata"] ?? {};
  if (!isPlainMap(metadata)) return undefined;
  const labels = metadata["labels"] ?? {};
  if (!isPlainMap(labels)) return undefined;
  return { ...raw, metadata: { ...metadata, labels: { ...labels, ...added } } };
}

/** Absent, or empty, which says as little. What a patch leaves out may be there already. */
function isMissing({ labels, subject }: NamespaceFact, label: string): boolean {
  const value = labels.known ? labels.value.get(label) : undefined;
  if (value === undefined) return !subject.partial;
  return value.known && value.value.trim() === "";
}

const listed = (names: readonly string[]) => (names.length === 0 ? "no labels" : names.toSorted().join(", "));
