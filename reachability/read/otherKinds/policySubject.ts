// Tests: test/reachability/evidence/otherPolicies.test.ts
import {
  EVERYTHING,
  NAMESPACE_NAME_LABEL,
  type Requirement,
  type Selector,
  selector,
  UNKNOWN,
} from "../../../kubernetes";
import { fieldsOf } from "../../../data";
import type { FieldReader, Fields } from "../fields";
import { readSelector } from "../readLabels";
import { readCalicoSelector } from "./calicoSelector";
import type { SubjectSelector } from "./uncomputed";

/** Where a kind says whom it judges, by the shape that its field has. */
export type SubjectShape =
  /** network-policy-api: `{namespaces: LabelSelector}` or `{pods: {namespaceSelector, podSelector}}`. */
  | "namespacesOrPods"
  /** A LabelSelector of pods in its own namespace; absent means all of them. */
  | "podSelector"
  /** The same under `selector` or `workloadSelector`, as Istio has it; in the root namespace it means the whole mesh. */
  | "istioSelector"
  /** Cilium's LabelSelector, whose keys have a source (`k8s:app`) and may mean the namespace. */
  | "endpointSelector"
  /** Calico's expressions in `selector` and `namespaceSelector`. */
  | "calicoSelector"
  /** Antrea's list of `{podSelector, namespaceSelector, …}`. */
  | "appliedTo"
  /** A LabelSelector of namespaces. */
  | "namespaceSelector"
  | "ownNamespace"
  /** The namespace of the object's own name. */
  | "namespaceOfItsName"
  | "nodes"
  | "everything";

/** One policy whose subject is to be read. */
export interface SubjectSource {
  /** What holds the subject's field: a `spec`. */
  readonly spec: Fields;
  /** Its field's name there. */
  readonly field: string;
  /** Undefined for a kind without namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** Reads without a word: what it can't read makes the subject wider. */
  readonly quiet: (read: (fields: FieldReader) => Selector) => Selector | undefined;
}

const pods = (namespaces: string | Selector, selector: Selector): SubjectSelector => ({
  kind: "pods",
  namespaces,
  pods: selector,
});
const ALL_PODS = pods(EVERYTHING, EVERYTHING);

/** Whom a policy judges, or more where that can't be told. */
export function readSubjects(shape: SubjectShape, source: SubjectSource): readonly SubjectSelector[] {
  const { spec, field, namespace, name } = source;
  const own = namespace ?? EVERYTHING;
  switch (shape) {
    case "everything":
      return [ALL_PODS];
    case "nodes":
      return [{ kind: "nodes" }];
    case "ownNamespace":
      return [pods(own, EVERYTHING)];
    case "namespaceOfItsName":
      return [pods(name, EVERYTHING)];
    case "namespaceSelector":
      return [pods(labelSelector(source, spec, field), EVERYTHING)];
    case "podSelector":
      return [pods(own, labelSelector(source, spec, field))];
    case "istioSelector":
      return [pods(namespace === ROOT_NAMESPACE ? EVERYTHING : own, istioSelector(source))];
    case "namespacesOrPods":
      return [namespacesOrPods(source)];
    case "endpointSelector":
      return [endpointSelector(source, own)];
    case "calicoSelector":
      return [calicoSelector(source)];
    case "appliedTo":
      return appliedTo(source);
  }
}

/** Where Istio's policies mean the whole mesh, unless its configuration names another namespace. */
const ROOT_NAMESPACE = "istio-system";

const mapIn = (holder: Fields, field: string): Fields | undefined => fieldsOf(holder[field]);

function labelSelector({ quiet }: SubjectSource, holder: Fields, field: string): Selector {
  return quiet((fields) => readSelector(fields, holder, field, ["spec"])) ?? EVERYTHING;
}

function istioSelector(source: SubjectSource): Selector {
  const { spec, field } = source;
  const given = mapIn(spec, field);
  // An AuthorizationPolicy may name a Gateway or Service instead: which pods that is, no label tells.
  if (given === undefined || spec["targetRef"] !== undefined || spec["targetRefs"] !== undefined)
    return EVERYTHING;
  const labels = given["matchLabels"] ?? given["labels"];
  return labelSelector(source, { selector: { matchLabels: labels } }, "selector");
}

function namespacesOrPods(source: SubjectSource): SubjectSelector {
  const subject = mapIn(source.spec, source.field);
  const both = subject && mapIn(subject, "pods");
  if (both !== undefined)
    return pods(labelSelector(source, both, "namespaceSelector"), labelSelector(source, both, "podSelector"));
  return subject?.["namespaces"] === undefined
    ? ALL_PODS
    : pods(labelSelector(source, subject, "namespaces"), EVERYTHING);
}

const NAMESPACE_KEY = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";

/**
 * Cilium's selector: keys may say where a label is from, and may be its namespace's name or labels. What is about
 * anything else than the pod's labels (an identity's cluster, a reserved label) is left out, which makes it wider.
 * Source: Cilium's documentation, "Layer 3 examples" and "Namespaces".
 */
function endpointSelector(source: SubjectSource, own: string | Selector): SubjectSelector {
  if (mapIn(source.spec, "nodeSelector") !== undefined) return { kind: "nodes" };
  const bare = withoutSources(mapIn(source.spec, source.field));
  const { requirements, complete } = labelSelector(source, { bare }, "bare");
  if (!complete) return pods(own, EVERYTHING);
  const ofPods: Requirement[] = [];
  const ofNamespaces: Requirement[] = [];
  for (const one of requirements) {
    if (one.key === NAMESPACE_KEY) ofNamespaces.push({ ...one, key: NAMESPACE_NAME_LABEL });
    else if (one.key.startsWith(NAMESPACE_LABELS))
      ofNamespaces.push({ ...one, key: one.key.slice(NAMESPACE_LABELS.length) });
    else if (!/^(io\.cilium\.|reserved|cidr|node)/.test(one.key)) ofPods.push(one);
  }
  return pods(typeof own === "string" ? own : selector(ofNamespaces), selector(ofPods));
}

const withoutSource = (key: string): string => key.replace(/^(k8s|any|container)[:.](?=.)/, "");

function withoutSources(selector: Fields | undefined): unknown {
  if (selector === undefined) return undefined;
  const labels = mapIn(selector, "matchLabels");
  const list = selector["matchExpressions"];
  return {
    ...selector,
    ...(labels && {
      matchLabels: Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [withoutSource(key), value]),
      ),
    }),
    ...(Array.isArray(list) && {
      matchExpressions: list.map((one: unknown) => {
        const key = (one as { key?: unknown } | null)?.key;
        return typeof key === "string" ? { ...(one as Fields), key: withoutSource(key) } : one;
      }),
    }),
  };
}

function calicoSelector({ spec, namespace }: SubjectSource): SubjectSelector {
  const read = (field: string) => {
    const text = spec[field] ?? "";
    return (typeof text === "string" ? readCalicoSelector(text) : undefined) ?? EVERYTHING;
  };
  return pods(namespace ?? read("namespaceSelector"), read("selector"));
}

/** Antrea's `appliedTo` of a policy, or of its rules where it has none. */
function appliedTo(source: SubjectSource): readonly SubjectSelector[] {
  const { spec, namespace } = source;
  const listIn = (holder: Fields): readonly unknown[] | undefined => {
    const list = holder["appliedTo"];
    return Array.isArray(list) && list.length > 0 ? (list as readonly unknown[]) : undefined;
  };
  const rules = ["ingress", "egress"].flatMap((side) =>
    Array.isArray(spec[side]) ? (spec[side] as readonly unknown[]) : [],
  );
  const ofRules = rules.map((rule) => listIn((rule ?? {}) as Fields));
  const items =
    listIn(spec) ?? (ofRules.includes(undefined) ? undefined : ofRules.flatMap((list) => list ?? []));
  const home = namespace ?? EVERYTHING;
  if (items === undefined) return [pods(home, EVERYTHING)];
  return items.map((item): SubjectSelector => {
    const one = item === UNKNOWN || typeof item !== "object" || item === null ? {} : (item as Fields);
    if (one["nodeSelector"] !== undefined) return { kind: "nodes" };
    const readable = one["podSelector"] !== undefined || one["namespaceSelector"] !== undefined;
    if (!readable) return pods(home, EVERYTHING);
    const namespaces =
      one["namespaceSelector"] === undefined ? home : labelSelector(source, one, "namespaceSelector");
    return pods(namespaces, labelSelector(source, one, "podSelector"));
  });
}
