// Tests: test/reachability/evidence/otherPolicies.test.ts
import type { Direction } from "../../../kubernetes";
import type { Fields } from "../fields";
import type { EffectShape, PolicyRow } from "./policyTable";
import type { Effect } from "./uncomputed";
import { mentions } from "./walk";

/** What a policy may do in each direction; undefined for a direction in which it has no say. */
export interface Effects {
  readonly ingress: Effect | undefined;
  readonly egress: Effect | undefined;
  readonly outsideOnly: boolean;
}

/** What one part of a policy may do, from its fields; what can't be read may do either. */
export function readEffects(shape: EffectShape, spec: Fields): Effects {
  const both = (of: (side: Direction) => Effect | undefined): Effects => ({
    ingress: of("ingress"),
    egress: of("egress"),
    outsideOnly: false,
  });
  switch (shape.by) {
    case "kind":
      return { ingress: shape.ingress, egress: shape.egress, outsideOnly: shape.outsideOnly === true };
    case "sections":
      return both((side) => bySections(spec, side));
    case "types":
      return both((side) => (isOfType(spec, shape.field, side) ? shape.effect : undefined));
    case "actions":
      return both((side) => byActions(spec, side, shape.tier));
  }
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Cilium: rules isolate and admit; without default deny they only admit; deny rules only deny. */
function bySections(spec: Fields, side: Direction): Effect | undefined {
  const isGiven = (field: string) => spec[field] !== undefined && spec[field] !== null;
  const denies = isGiven(`${side}Deny`) && !isEmpty(spec[`${side}Deny`]);
  const admits = isGiven(side);
  const byDefault = (spec["enableDefaultDeny"] as Fields | null | undefined)?.[side];
  if (admits && byDefault === false && !denies) return "widens";
  if (admits) return "either";
  if (!denies) return undefined;
  // With a default deny, which a deny rule brings unless told otherwise, and without: it only closes.
  return "narrows";
}

/** The directions that a list of types names; without one, ingress always and egress where there are rules for it. */
function isOfType(spec: Fields, field: "policyTypes" | "types", side: Direction): boolean {
  const types = spec[field];
  const name = side === "ingress" ? "Ingress" : "Egress";
  if (types === undefined || types === null || isEmpty(types)) {
    const hasRules = spec["egress"] !== undefined && !isEmpty(spec["egress"]);
    if (side === "egress") return hasRules;
    // Calico takes a policy of egress rules alone for one of egress.
    return field === "policyTypes" || !hasRules || spec["ingress"] !== undefined;
  }
  return !Array.isArray(types) || types.some((one) => one === name || typeof one !== "string");
}

/** What each action may do. `Pass` leaves the decision to what comes after, `Log` too. */
const ACTIONS: Readonly<Record<string, "narrows" | "widens" | "nothing">> = {
  Allow: "widens",
  Accept: "widens",
  Deny: "narrows",
  Drop: "narrows",
  Reject: "narrows",
  Pass: "nothing",
};

function byActions(
  spec: Fields,
  side: Direction,
  tier: Extract<EffectShape, { by: "actions" }>["tier"],
): Effect | undefined {
  const rules = spec[side];
  if (rules === undefined || rules === null || isEmpty(rules)) return undefined;
  const baseline = tier === "baseline" || (tier === "field" && spec["tier"] === "Baseline");
  const found = new Set(
    (Array.isArray(rules) ? (rules as readonly unknown[]) : [undefined]).flatMap((rule) => {
      const action = (rule as { action?: unknown } | null | undefined)?.action;
      const known = typeof action === "string" ? ACTIONS[action] : undefined;
      return known === undefined ? (["narrows", "widens"] as const) : [known];
    }),
  );
  if (baseline) return found.has("narrows") ? "baseline" : undefined;
  if (found.has("narrows")) return found.has("widens") ? "either" : "narrows";
  return found.has("widens") ? "widens" : undefined;
}

/** Whether an object of a kind of which only some bear on connections does. What can't be read does. */
export function isConcerned(when: NonNullable<PolicyRow["when"]>, object: Fields): boolean {
  const given = object["spec"] ?? {};
  if (typeof given !== "object") return true;
  const spec = given as Fields;
  switch (when) {
    case "strictTls":
      return mentions(spec, (text) => text === "STRICT");
    case "tenantPolicies":
      return spec["networkPolicies"] !== undefined;
    case "primaryNetwork":
      return mentions(spec, (text) => text === "Primary");
    case "privateSubnet":
      return spec["private"] === true || spec["acls"] !== undefined;
    case "generatesPolicies":
      return generates(spec["rules"]);
  }
}

/** Kyverno's rules that make policies, from a template or as copies of others. */
const generates = (rules: unknown): boolean =>
  typeof rules === "symbol" ||
  (Array.isArray(rules) &&
    rules.some((rule: unknown) =>
      mentions((rule as { generate?: unknown } | null)?.generate, (text) => text.includes("NetworkPolicy")),
    ));
