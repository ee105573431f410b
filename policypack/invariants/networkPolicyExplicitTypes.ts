import * as z from "zod";
import { type Direction, DIRECTIONS, POLICY_TYPE } from "../../kubernetes";
import type { NetworkPolicyFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { isPlainMap, unreadOf } from "../values";

export const networkPolicyExplicitTypes = resourceInvariant({
  scope: "resource",
  name: "network-policy-explicit-types",
  description: "Every NetworkPolicy states its policyTypes, and they match its rules.",
  stops:
    "Policies without policyTypes, where the API server decides: Ingress always, Egress only if there are egress rules, so that `egress: []` denies nothing. Also rules of a direction that policyTypes leaves out, which have no effect, and values that the API refuses. What it sets once it keeps: where rules of the other direction are added later to a policy without policyTypes, kubectl and Pulumi leave the old ones, and the new rules isolate nothing. With the level `remediate`, missing policyTypes become exactly what the API server would set.",
  remedy:
    "Write spec.policyTypes: [Ingress, Egress] and the rules of both, or only the direction that you mean.",
  severity: "medium",
  config: z.strictObject({}),

  judge(fact) {
    if (fact.kind !== "NetworkPolicy") return [];
    const { policyTypes } = fact;
    const question = "policyTypes is stated and matches the rules";
    if (!policyTypes.known) return [undecided(fact, [policyTypes], question)];
    if (policyTypes.value.length === 0) return fact.subject.partial ? [] : [unstated(fact)];
    const unread = unreadOf(policyTypes.value);
    return [
      ...refused(
        fact,
        policyTypes.value.flatMap((type) => (type.known ? [type.value] : [])),
      ),
      ...(unread.length > 0 ? [undecided(fact, unread, question)] : []),
    ];
  },

  remediate(fact, raw) {
    if (fact.kind !== "NetworkPolicy" || fact.subject.partial || fact.subject.object.path !== "") {
      return undefined;
    }
    const { policyTypes, egress } = fact;
    if (!policyTypes.known || policyTypes.value.length > 0 || !egress.rules.known) return undefined;
    const spec = raw["spec"];
    if (!isPlainMap(spec)) return undefined;
    const types = ["Ingress", ...(egress.rules.value.length > 0 ? ["Egress"] : [])];
    return { ...raw, spec: { ...spec, policyTypes: types } };
  },
});

function unstated(fact: NetworkPolicyFact): Finding {
  const { egress } = fact;
  const silent = egress.written && egress.rules.known && egress.rules.value.length === 0;
  return violation(fact, {
    wrong: "leaves policyTypes to the API server",
    why: silent
      ? "its empty egress list denies nothing, whatever it was meant to do"
      : "Kubernetes sets them by the rules of its first version and keeps them when rules of the other direction are added",
    evidence: silent ? "spec.policyTypes is absent and spec.egress is []" : "spec.policyTypes is absent",
    remedy: silent
      ? "write spec.policyTypes: [Ingress, Egress]"
      : "write spec.policyTypes: [Ingress], [Egress] or both",
  });
}

/** What is wrong with stated types, as far as they are known. */
function refused(fact: NetworkPolicyFact, types: readonly string[]): Finding[] {
  const wrong = types.filter((type) => type !== "Ingress" && type !== "Egress");
  const findings = wrong.map((type) =>
    violation(fact, {
      wrong: `has a policy type that doesn't exist: ${type}`,
      why: "the API server refuses the policy and nothing is isolated",
      evidence: `spec.policyTypes lists ${type}`,
      remedy: "write Ingress or Egress",
    }),
  );
  return [...findings, ...DIRECTIONS.flatMap((direction) => withoutEffect(fact, direction))];
}

function withoutEffect(fact: NetworkPolicyFact, direction: Direction): Finding[] {
  const { policyTypes } = fact;
  const { rules } = fact[direction];
  const type = POLICY_TYPE[direction];
  const allKnown = policyTypes.known && policyTypes.value.every((item) => item.known);
  const stated = policyTypes.known && policyTypes.value.some((item) => item.known && item.value === type);
  if (stated || !allKnown) return [];
  if (!rules.known) return [undecided(fact, [rules], `its ${direction} rules have any effect`)];
  if (rules.value.length === 0) return [];
  return [
    violation(fact, {
      wrong: `has ${direction} rules that do nothing`,
      why: `its pods' ${direction} stays as open as it was`,
      evidence: `spec.${direction} has ${rules.value.length} rules, but spec.policyTypes leaves ${type} out`,
      remedy: `add ${type} to spec.policyTypes, or remove spec.${direction}`,
    }),
  ];
}
