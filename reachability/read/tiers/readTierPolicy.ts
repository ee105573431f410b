// Tests: test/reachability/read/tierPolicy.test.ts
import { UNKNOWN } from "../../../kubernetes";
import { placeText } from "../../../problems";
import { FieldReader, type Fields, newFindings, shown } from "../fields";
import type { UncomputedPolicy } from "../otherKinds/uncomputed";
import { type FieldPlace, type ObjectProblem, type Source, under } from "../problems";
import { atMost, readOne, readPeers } from "./tierPeers";
import type { Tier, TierAction, TierPolicy, TierRule } from "./tierPolicy";
import { readTierPorts } from "./tierPorts";

/** How the kinds of the API differ: in what they call the same. */
interface Dialect {
  readonly tier: Tier | "of spec.tier";
  readonly accept: "Accept" | "Allow";
  readonly ports: "protocols" | "ports";
  readonly versions: readonly string[];
  /** Rules of a direction, peers of a rule and items of its ports that an API server takes. */
  readonly most: number;
  readonly hasPriority: boolean;
}

const GROUP = "policy.networking.k8s.io";
const ADMIN = { accept: "Allow", ports: "ports", versions: [`${GROUP}/v1alpha1`], most: 100 } as const;

const DIALECTS: Readonly<Record<string, Dialect>> = {
  ClusterNetworkPolicy: {
    tier: "of spec.tier",
    accept: "Accept",
    ports: "protocols",
    versions: [`${GROUP}/v1alpha2`, `${GROUP}/v1beta1`],
    most: 25,
    hasPriority: true,
  },
  AdminNetworkPolicy: { ...ADMIN, tier: "admin", hasPriority: true },
  BaselineAdminNetworkPolicy: { ...ADMIN, tier: "baseline", hasPriority: false },
};

/** The only name that a BaselineAdminNetworkPolicy may have. */
const BASELINE_NAME = "default";
const MAX_PRIORITY = 1000;
const SPEC: FieldPlace = ["spec"];

/** A policy that is computed, or what stands for it where it isn't. */
export type ReadTier = { readonly tier: TierPolicy } | { readonly uncomputed: readonly UncomputedPolicy[] };

/**
 * Reads a policy of a tier, where an object is one. What an API server would refuse makes all that it may change unknown, as does what
 * isn't known yet. Source: network-policy-api v0.3.0, the types' documentation and validation.
 * @param uncomputed what stands for the object where it isn't computed.
 */
export function readTierPolicy(
  { kind, group, version }: { readonly kind: string; readonly group: string; readonly version: unknown },
  object: Fields,
  source: Source,
  uncomputed: readonly UncomputedPolicy[],
): ReadTier {
  const dialect = group === GROUP && Object.hasOwn(DIALECTS, kind) ? DIALECTS[kind] : undefined;
  if (dialect === undefined || typeof version !== "string" || !dialect.versions.includes(version))
    return { uncomputed };
  const findings = newFindings();
  const read = readSpec(new FieldReader(source, [], kind, findings), object, dialect);
  const [problem] = findings.problems;
  if (problem !== undefined)
    return { uncomputed: uncomputed.map((one) => ({ ...one, because: "refused", ...detailOf(problem) })) };
  const name = nameOf(object);
  if (read === undefined || name === undefined)
    return { uncomputed: uncomputed.map((one) => ({ ...one, because: "not yet known" })) };
  const otherwise = uncomputed.map((one) => ({ ...one, because: "plugin" as const }));
  return { tier: { kind, name, source, ...read, otherwise } };
}

/** Where in the object it is, and what is wrong there. */
const detailOf = ({ place, message }: ObjectProblem): { readonly detail: string } => ({
  detail: `${placeText(place.filter(({ kind }) => kind === "path"))}: ${message}`,
});

function nameOf({ metadata }: Fields): string | undefined {
  const name = typeof metadata === "object" && metadata !== null ? (metadata as Fields)["name"] : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

type Spec = Pick<TierPolicy, "tier" | "priority" | "subject" | "ingress" | "egress">;

/** Undefined where something that decides everything isn't known yet. */
function readSpec(fields: FieldReader, object: Fields, dialect: Dialect): Spec | undefined {
  fields.only(object, ["apiVersion", "kind", "metadata", "spec", "status"], []);
  const spec = fields.map(object["spec"] ?? {}, SPEC);
  if (spec === undefined || spec === UNKNOWN) return undefined;
  const own = [
    ...(dialect.tier === "of spec.tier" ? ["tier"] : []),
    ...(dialect.hasPriority ? ["priority"] : []),
  ];
  fields.only(spec, [...own, "subject", "ingress", "egress"], SPEC);
  if (!dialect.hasPriority && nameOf(object) !== BASELINE_NAME)
    fields.problem(["metadata", "name"], `has to be ${BASELINE_NAME}`);
  const tier = dialect.tier === "of spec.tier" ? readTier(fields, spec["tier"]) : dialect.tier;
  const priority = dialect.hasPriority ? readPriority(fields, spec["priority"]) : 0;
  const subject = readSubject(fields, spec["subject"]);
  const ingress = readRules(fields, spec, "ingress", dialect);
  const egress = readRules(fields, spec, "egress", dialect);
  if (
    tier === undefined ||
    priority === undefined ||
    subject === undefined ||
    ingress === undefined ||
    egress === undefined
  )
    return undefined;
  return { tier, priority, subject, ingress, egress };
}

function readTier(fields: FieldReader, value: unknown): Tier | undefined {
  if (value === UNKNOWN) return undefined;
  if (value === "Admin") return "admin";
  if (value === "Baseline") return "baseline";
  fields.problem(["spec", "tier"], `${shown(value)} is neither Admin nor Baseline`);
  return undefined;
}

function readPriority(fields: FieldReader, value: unknown): number | undefined {
  if (value === UNKNOWN) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_PRIORITY)
    return value;
  fields.problem(["spec", "priority"], `${shown(value)} isn't a whole number from 0 to ${MAX_PRIORITY}`);
  return undefined;
}

function readSubject(fields: FieldReader, value: unknown): TierPolicy["subject"] | undefined {
  const path = under(SPEC, "subject");
  const subject = fields.map(value ?? {}, path);
  if (subject === undefined || subject === UNKNOWN) return undefined;
  const [peer] = readOne(fields, subject, path, ["namespaces", "pods"]);
  return peer?.kind === "pods" && peer.namespaces !== "own"
    ? { namespaces: peer.namespaces, pods: peer.pods }
    : undefined;
}

/** The rules of one direction; undefined where the list, or what some rule does, isn't known yet. */
function readRules(
  fields: FieldReader,
  spec: Fields,
  side: "ingress" | "egress",
  dialect: Dialect,
): readonly TierRule[] | undefined {
  const path = under(SPEC, side);
  const list = fields.list(spec[side], path);
  if (list === UNKNOWN) return undefined;
  atMost(fields, list, dialect.most, path, "rules");
  const rules: TierRule[] = [];
  for (const [i, value] of (list ?? []).entries()) {
    const rule = readRule(fields, value, under(path, i), side, dialect);
    if (rule === undefined) return undefined;
    rules.push({ ...rule, place: `spec.${side}[${i}]` });
  }
  return rules;
}

function readRule(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  side: "ingress" | "egress",
  dialect: Dialect,
): Omit<TierRule, "place"> | undefined {
  const rule = fields.map(value ?? {}, path);
  if (rule === undefined || rule === UNKNOWN) return undefined;
  const peersField = side === "ingress" ? "from" : "to";
  fields.only(rule, ["name", "action", peersField, dialect.ports], path);
  const action = readAction(fields, rule["action"], under(path, "action"), dialect.accept);
  const peers = readPeers(fields, rule[peersField], under(path, peersField), side, dialect.most);
  const ports = readTierPorts(fields, rule[dialect.ports], under(path, dialect.ports), dialect);
  return action === undefined ? undefined : { action, peers, ports };
}

function readAction(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  accept: string,
): TierAction | undefined {
  const actions: Readonly<Record<string, TierAction>> = { [accept]: "accept", Deny: "deny", Pass: "pass" };
  if (value === UNKNOWN) return undefined;
  const action = typeof value === "string" && Object.hasOwn(actions, value) ? actions[value] : undefined;
  if (action === undefined) fields.problem(path, `${shown(value)} is none of ${accept}, Deny, Pass`);
  return action;
}
