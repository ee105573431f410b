// Tests: test/reachability/read/ciliumPolicy.test.ts
import { EVERYTHING, type Match, selector, UNKNOWN } from "../../../kubernetes";
import { placeText } from "../../../problems";
import { FieldReader, type Fields, newFindings } from "../fields";
import type { UncomputedPolicy } from "../otherKinds/uncomputed";
import { type FieldPlace, type Source, under } from "../problems";
import { namespaceNamed } from "./ciliumPeers";
import type { CiliumDirection, CiliumObject, CiliumSpec } from "./ciliumPolicy";
import { readCiliumSelector } from "./ciliumSelector";
import { known } from "./known";
import { readCiliumRule } from "./readCiliumRule";

const KINDS = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"];
const VERSION = "cilium.io/v2";

type Side = "ingress" | "egress";

/**
 * Reads a policy of Cilium's own kinds. What Cilium's agent would refuse, or what isn't computed, makes all that the object may change
 * unknown. Undefined for any other object.
 * Source: Cilium 1.20.2, pkg/policy/api and its CustomResourceDefinitions.
 * @param otherwise what stands for the object where it isn't computed
 */
export function readCiliumPolicy(
  { kind, version }: { readonly kind: string; readonly version: unknown },
  object: Fields,
  source: Source,
  otherwise: readonly UncomputedPolicy[],
): CiliumObject | undefined {
  if (version !== VERSION || !KINDS.includes(kind)) return undefined;
  const metadata = (object["metadata"] ?? {}) as Fields;
  const { name, namespace } = metadata;
  const isClusterwide = kind === "CiliumClusterwideNetworkPolicy";
  const home = isClusterwide
    ? undefined
    : typeof namespace === "string" && namespace !== ""
      ? namespace
      : "default";
  const findings = newFindings();
  const fields = new FieldReader(source, [], kind, findings);
  if (typeof name !== "string" || name === "") fields.problem(["metadata", "name"], "isn't known");
  if (!isClusterwide && namespace === UNKNOWN) fields.problem(["metadata", "namespace"], "isn't known yet");
  const specs = readSpecs(fields, object, home);
  const [problem] = findings.problems;
  const fault =
    problem && `${placeText(problem.place.filter((part) => part.kind === "path"))}: ${problem.message}`;
  return {
    kind,
    namespace: home ?? "",
    name: typeof name === "string" ? name : "",
    source,
    specs: fault === undefined ? specs : [],
    fault,
    otherwise,
  };
}

function readSpecs(fields: FieldReader, object: Fields, home: string | undefined): readonly CiliumSpec[] {
  fields.only(object, ["apiVersion", "kind", "metadata", "spec", "specs", "status"], []);
  const several = fields.list(object["specs"], ["specs"]);
  if (several === UNKNOWN) fields.problem(["specs"], "isn't known yet");
  const own = object["spec"];
  const given: readonly (readonly [unknown, FieldPlace])[] = [
    ...(own === undefined || own === null ? [] : [[own, ["spec"]] as const]),
    ...(several === undefined || several === UNKNOWN ? [] : several).map(
      (one, i) => [one, ["specs", i]] as const,
    ),
  ];
  if (given.length === 0) fields.problem(["spec"], "is missing");
  return given.flatMap(([value, path]) => readSpec(fields, value, path, home) ?? []);
}

const SPEC_FIELDS = [
  "endpointSelector",
  "ingress",
  "ingressDeny",
  "egress",
  "egressDeny",
  "enableDefaultDeny",
  "labels",
  "description",
  "log",
];

function readSpec(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  home: string | undefined,
): CiliumSpec | undefined {
  const spec = known(fields, fields.map(value ?? {}, path), path);
  if (spec === undefined) return undefined;
  if (spec["nodeSelector"] !== undefined) {
    fields.problem(under(path, "nodeSelector"), "policies of nodes aren't computed");
    return undefined;
  }
  fields.only(spec, SPEC_FIELDS, path);
  const subject = readSubject(fields, spec, path, home);
  const ingress = readDirection(fields, spec, "ingress", path, home);
  const egress = readDirection(fields, spec, "egress", path, home);
  if (ingress === undefined && egress === undefined)
    fields.problem(path, "has none of ingress, ingressDeny, egress, egressDeny");
  return subject && { subject, ingress: ingress ?? SILENT, egress: egress ?? SILENT };
}

const SILENT: CiliumDirection = { isolates: "no", rules: [], denies: [] };

/** Whom a policy selects: of a namespaced one only pods of its namespace, whatever its selector says. */
function readSubject(
  fields: FieldReader,
  spec: Fields,
  above: FieldPlace,
  home: string | undefined,
): CiliumSpec["subject"] | undefined {
  const path = under(above, "endpointSelector");
  const value = spec["endpointSelector"];
  if (value === undefined || value === null) {
    fields.problem(path, "is missing");
    return undefined;
  }
  const read = readCiliumSelector(fields, value, path);
  if (read === undefined) return undefined;
  // Ends of these sorts (health checks, pods that start) aren't asked about.
  if (read.kind === "reserved") return { namespaces: EVERYTHING, pods: NO_POD };
  const own = home === undefined ? [] : namespaceNamed(home).requirements;
  const others = isOverruled(value, home) ? [] : read.namespaces;
  return { namespaces: selector([...own, ...others]), pods: read.pods };
}

/** No pod has a label and has it not. */
const NO_POD = selector([
  { key: "app", operator: "Exists", values: [] },
  { key: "app", operator: "DoesNotExist", values: [] },
]);

/** Whether a namespaced policy's selector names a namespace by the very key that Cilium then sets itself. */
const isOverruled = (value: unknown, home: string | undefined): boolean => {
  const labels = (value as Fields)["matchLabels"];
  return (
    home !== undefined &&
    typeof labels === "object" &&
    labels !== null &&
    (labels as Fields)["k8s:io.kubernetes.pod.namespace"] !== undefined
  );
};

/** Undefined where a policy says nothing of a direction. */
function readDirection(
  fields: FieldReader,
  spec: Fields,
  side: Side,
  path: FieldPlace,
  home: string | undefined,
): CiliumDirection | undefined {
  const admitting = rulesOf(fields, spec, side, path);
  const denying = rulesOf(fields, spec, `${side}Deny`, path);
  const isNamed = admitting.length + denying.length > 0;
  const isolates = readIsolates(fields, spec, side, path, isNamed);
  if (!isNamed) return undefined;
  const rules = admitting.map(({ map, at }) => readCiliumRule(fields, map, side, "admits", home, at));
  const denials = denying.map(({ map, at }) => readCiliumRule(fields, map, side, "denies", home, at));
  return {
    isolates,
    rules: rules.flatMap((rule) => rule.admits),
    denies: [...rules, ...denials].flatMap((rule) => rule.denies),
  };
}

/** Whether a policy sets default deny: by itself where it has rules of that direction, unless `enableDefaultDeny` says otherwise. */
function readIsolates(
  fields: FieldReader,
  spec: Fields,
  side: Side,
  above: FieldPlace,
  isNamed: boolean,
): Match {
  const path = under(above, "enableDefaultDeny");
  const map = known(fields, fields.map(spec["enableDefaultDeny"], path), path);
  if (map !== undefined) fields.only(map, ["ingress", "egress"], path);
  const set = fields.boolean(map?.[side], under(path, side));
  if (set === UNKNOWN) return isNamed ? "maybe" : "no";
  return isNamed && set !== false ? "yes" : "no";
}

function rulesOf(fields: FieldReader, spec: Fields, field: string, above: FieldPlace) {
  const path = under(above, field);
  const list = known(fields, fields.list(spec[field], path), path) ?? [];
  return list.flatMap((one, i) => {
    const at = under(path, i);
    const map = known(fields, fields.map(one ?? {}, at), at);
    return map === undefined ? [] : [{ map, at }];
  });
}
