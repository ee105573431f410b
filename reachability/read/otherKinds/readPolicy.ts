// Tests: test/reachability/evidence/otherPolicies.test.ts
import { FieldReader, type Fields, newFindings } from "../fields";
import type { Source } from "../problems";
import type { Selector } from "../../../kubernetes";
import { HARMLESS, makesPolicies, POLICY_TABLE, type PolicyRow } from "./policyTable";
import { isConcerned, readEffects } from "./policyEffect";
import { readSubjects, type SubjectSource } from "./policySubject";
import type { UncomputedPolicy } from "./uncomputed";
import { contentOf } from "./walk";

const byKind = new Map(
  POLICY_TABLE.flatMap((row) => row.groups.map((group) => [`${group}/${row.kind}`, row] as const)),
);

/** Any policy of a network that no row knows: it may judge everybody, both ways. */
const unknownPolicy = (kind: string, isNamespaced: boolean): PolicyRow => ({
  kind,
  groups: [],
  scope: isNamespaced ? "namespace" : "cluster",
  subject: { shape: isNamespaced ? "ownNamespace" : "everything" },
  effect: { by: "kind", ingress: "either", egress: "either" },
});

const SHARED_NAMES = new Set([
  "NetworkPolicy",
  "GlobalNetworkPolicy",
  "ClusterNetworkPolicy",
  "ClusterPolicy",
  "Policy",
]);

const ANY_EFFECT = { ingress: "either", egress: "either", outsideOnly: false } as const;
const whole = (namespace: string | undefined) => (namespace === undefined ? "everything" : "ownNamespace");

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * Reads an object of a kind that changes what NetworkPolicies decide, and isn't computed. Undefined for all others.
 * Nothing here is a problem: what can't be read makes the policy wider.
 */
export function readUncomputed(
  { kind, group }: { readonly kind: string; readonly group: string },
  object: Fields,
  source: Source,
): readonly UncomputedPolicy[] | undefined {
  const metadata = (object["metadata"] ?? {}) as Fields;
  const given = textOf(metadata["namespace"]);
  const name = textOf(metadata["name"]) || `${textOf(metadata["generateName"])}*`;
  const known = byKind.get(`${group}/${kind}`);
  const row = known ?? (isOfNetwork(kind, group) ? unknownPolicy(kind, given !== "") : undefined);
  if (row === undefined) return undefined;
  if (row.when !== undefined && !isConcerned(row.when, object)) return undefined;
  const namespace = row.scope === "namespace" ? given || "default" : undefined;
  return specsOf(object).flatMap((spec): UncomputedPolicy[] => {
    const effects = spec === undefined ? ANY_EFFECT : readEffects(row.effect, spec);
    if (effects.ingress === undefined && effects.egress === undefined) return [];
    const subject: SubjectSource = {
      spec: spec ?? {},
      field: row.subject.field ?? "",
      namespace,
      name,
      quiet,
    };
    return [
      {
        kind: fullName(kind, group),
        namespace: namespace ?? "",
        name,
        source,
        subjects: readSubjects(spec === undefined ? whole(namespace) : row.subject.shape, subject),
        ...effects,
        content: contentOf(spec) ?? `${source.file} ${source.document}`,
        because: "kind",
      },
    ];
  });
}

/** What kubectl calls a kind that several projects have one of. */
const fullName = (kind: string, group: string): string =>
  SHARED_NAMES.has(kind) ? `${kind}.${group}` : kind;

/** Whether objects of a kind judge connections themselves, and not by NetworkPolicies that are made of them. */
export const judgesConnections = (kind: string, group: string): boolean => {
  const row = byKind.get(`${group}/${kind}`);
  return row === undefined ? isOfNetwork(kind, group) : !makesPolicies(row);
};

/** What stands for all objects of such a kind on a cluster that doesn't let us list them. */
export function unseenPolicies(kind: string, group: string, file: string): UncomputedPolicy {
  const effect = byKind.get(`${group}/${kind}`)?.effect;
  const source: Source = { file, document: 0, isLive: true };
  const subject: SubjectSource = { spec: {}, field: "", namespace: undefined, name: "*", quiet };
  return {
    kind: fullName(kind, group),
    namespace: "",
    name: "*",
    source,
    subjects: readSubjects("everything", subject),
    ...(effect?.by === "kind" ? readEffects(effect, {}) : ANY_EFFECT),
    content: "",
    because: "unseen",
  };
}

/** Kinds of other vendors that are called a network's policy. */
const isOfNetwork = (kind: string, group: string): boolean =>
  kind.endsWith("NetworkPolicy") &&
  !["networking.k8s.io", "extensions"].includes(group) &&
  !HARMLESS.has(`${group}/${kind}`);

/** A policy's `spec`; Cilium's may have several. One that isn't known yet isn't a map. */
function specsOf(object: Fields): readonly (Fields | undefined)[] {
  const several = object["specs"];
  const given = [object["spec"], ...(Array.isArray(several) ? (several as readonly unknown[]) : [several])];
  const specs = given.filter((one) => one !== undefined && one !== null);
  if (specs.length === 0) return [{}];
  return specs.map((one) => (typeof one === "object" && !Array.isArray(one) ? (one as Fields) : undefined));
}

function quiet(read: (fields: FieldReader) => Selector): Selector | undefined {
  const findings = newFindings();
  const selector = read(new FieldReader({ file: "", document: 0 }, [], "", findings));
  return findings.problems.length === 0 ? selector : undefined;
}
