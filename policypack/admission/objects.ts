// Tests: test/policypack/admission.test.ts
import { configured } from "../configuration";
import type { Policy } from "../policy";
import type { PolicySetting } from "../policyReport";
import type { Exemption } from "../settings";
import { all, any, not, text } from "./cel";
import { everyoneRule } from "./everyone";
import { labelsRule } from "./namespaces";
import { untilEndOf } from "./networkPolicies";
import { nodeAccessRules } from "./nodeAccess";
import { protectedEndsRules } from "./protectedEnds";
import type { AdmissionRule, TwinContext } from "./rule";
import { metadataRule, trustedRules, typesRule } from "./rules";

/** Whose policies they are: two stacks in one cluster each have their own. */
export interface AdmissionOwner {
  readonly project: string;
  readonly stack: string;
}

/** A ValidatingAdmissionPolicy or its binding, as it is applied. */
export interface AdmissionObject {
  readonly kind: "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding";
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** The objects that an exemption by a resource's name stands for: their namespace and name, as far as the plan shows them. */
export type ExemptObjects = (
  resource: string,
) => readonly { readonly namespace: string; readonly name: string }[];

type Twin = (given: TwinContext<never>) => AdmissionRule | readonly AdmissionRule[];

/** The twin of each policy that one object can violate. */
const TWINS: Readonly<Record<string, Twin>> = {
  "namespace-labels": labelsRule,
  "network-policy-explicit-types": typesRule,
  "network-policy-no-everyone-ingress": (given) => everyoneRule("ingress", given),
  "network-policy-no-everyone-egress": (given) => everyoneRule("egress", given),
  "network-policy-no-metadata-egress": metadataRule,
  "network-policy-trusted-namespace-selectors": trustedRules,
  "protected-ends": protectedEndsRules,
  "workload-no-host-network": nodeAccessRules,
};

/**
 * The ValidatingAdmissionPolicies of the policies that are enforced, each with its binding, in the policies' order. A mandatory policy denies, an
 * advisory one warns, a disabled one isn't there; with `onlyWarn` none denies. Needs Kubernetes 1.31, whose CEL knows blocks of addresses.
 * Source: Kubernetes documentation, "Validating Admission Policy" and "Common Expression Language in Kubernetes".
 * @param given the configuration by policy; of a wrong one the defaults hold, so it is checked before
 * @param exempt what an exemption by a resource's name stands for
 * @param today `YYYY-MM-DD`, UTC: exemptions and observations that have run out by then aren't written; the others hold for what is created up to their last day
 */
export function admissionObjects(
  given: ReadonlyMap<string, PolicySetting>,
  owner: AdmissionOwner,
  { exempt, today, onlyWarn = false }: { exempt: ExemptObjects; today: string; onlyWarn?: boolean },
): readonly AdmissionObject[] {
  const { settings, enforced } = configured(given);
  return enforced.flatMap(({ policy, level, config }) => {
    const twin = TWINS[policy.name];
    if (twin === undefined) return [];
    const rules = [
      twin({ config, settings, today } as TwinContext<never>),
    ].flat() as readonly AdmissionRule[];
    const exemptions = settings.exemptions.filter((one) => one.policy === policy.name && one.until >= today);
    return rules
      .filter(({ validations }) => validations.length > 0)
      .flatMap((rule) =>
        objectsOf(
          rule,
          policy,
          owner,
          conditionsOf(rule, exemptions, exempt),
          onlyWarn || level === "advisory",
        ),
      );
  });
}

function objectsOf(
  rule: AdmissionRule,
  policy: Policy,
  owner: AdmissionOwner,
  conditions: readonly object[],
  isAdvice: boolean,
): AdmissionObject[] {
  const { part, resources, variables, validations, warns = false } = rule;
  const name = [owner.project, owner.stack, policy.name, ...(part === undefined ? [] : [part])]
    .map(nameOf)
    .join("-");
  const apiVersion = "admissionregistration.k8s.io/v1";
  return [
    {
      kind: "ValidatingAdmissionPolicy",
      name,
      object: {
        apiVersion,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          failurePolicy: "Fail",
          matchConstraints: {
            resourceRules: resources.map((one) => ({ ...one, operations: ["CREATE", "UPDATE"] })),
          },
          matchConditions: conditions,
          ...(variables.length === 0 ? {} : { variables }),
          validations: validations.map(({ expression, message }) => ({
            expression,
            message: `${message}. ${policy.remedy}`,
          })),
        },
      },
    },
    {
      kind: "ValidatingAdmissionPolicyBinding",
      name,
      object: {
        apiVersion,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: { policyName: name, validationActions: [warns || isAdvice ? "Warn" : "Deny", "Audit"] },
      },
    },
  ];
}

/** A part of an object's name. */
const nameOf = (value: string): string =>
  value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** When a twin is asked at all: of what changes, and of what isn't exempt. */
function conditionsOf(
  { decidedBy, namespace }: AdmissionRule,
  exemptions: readonly Exemption[],
  exempt: ExemptObjects,
): readonly object[] {
  return [
    { name: "changed", expression: any(["oldObject == null", ...decidedBy.map(isChanged)]) },
    ...exemptions.map((one, index) => ({
      name: `exemption-${index + 1}`,
      expression: not(all([any(scopeOf(one, exempt, namespace)), untilEndOf(one.until)])),
    })),
  ];
}

/** Whether an update changes a field, which may be absent before or after. */
function isChanged(field: string): string {
  const before = `oldObject.${field}`;
  const after = `object.${field}`;
  return `has(${before}) != has(${after}) || (has(${after}) && ${before} != ${after})`;
}

function scopeOf({ namespace, resource }: Exemption, exempt: ExemptObjects, about?: string): string[] {
  if (namespace !== undefined && about !== undefined) return [`(${about}) == ${text(namespace)}`];
  if (namespace !== undefined)
    return [
      `has(object.metadata.namespace) ? object.metadata.namespace == ${text(namespace)} : object.metadata.name == ${text(namespace)}`,
    ];
  return exempt(resource ?? "").map(({ namespace: where, name }) =>
    all([
      `object.metadata.name == ${text(name)}`,
      `(has(object.metadata.namespace) ? object.metadata.namespace : "") == ${text(where)}`,
    ]),
  );
}
