// Tests: test/reachability/read/ciliumPolicy.test.ts
import {
  NAMESPACE_NAME_LABEL,
  type Requirement,
  type Selector,
  selector,
  UNKNOWN,
} from "../../../kubernetes";
import type { FieldReader, Fields } from "../fields";
import { type FieldPlace, under } from "../problems";
import { readSelector } from "../readLabels";

/** What one of Cilium's label selectors means. */
export type CiliumSelector =
  | {
      readonly kind: "labels";
      readonly pods: Selector;
      readonly namespaces: readonly Requirement[];
      /** Whether it says anything of namespaces: if not, a namespaced policy means its own. */
      readonly speaksOfNamespaces: boolean;
    }
  /** What has one of Cilium's reserved labels: `host`, `world`, … */
  | { readonly kind: "reserved"; readonly name: string };

const NAMESPACE_KEY = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";
const CLUSTER_KEY = "io.cilium.k8s.policy.cluster";
const RESERVED = "reserved:";

/**
 * Reads a LabelSelector whose keys may say where a label is from (`k8s:app`), and may be about the namespace. Undefined, with a
 * problem, where it is about anything else.
 * Source: Cilium 1.20.2, pkg/k8s/apis/cilium.io/utils, pkg/policy/api/selector.go.
 */
export function readCiliumSelector(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
): CiliumSelector | undefined {
  const map = fields.map(value ?? {}, path);
  if (map === undefined) return undefined;
  if (map === UNKNOWN) {
    fields.problem(path, "isn't known yet");
    return undefined;
  }
  const reserved = reservedName(map);
  if (reserved !== undefined) return { kind: "reserved", name: reserved };
  const [name, above] = lastStep(path);
  const holder = { [name]: withoutSources(fields, map, path) };
  const { requirements, complete } = readSelector(fields, holder, name, above);
  const pods: Requirement[] = [];
  const namespaces: Requirement[] = [];
  let isOfThisCluster = true;
  for (const one of requirements) {
    if (one.key === NAMESPACE_KEY) namespaces.push({ ...one, key: NAMESPACE_NAME_LABEL });
    else if (one.key.startsWith(NAMESPACE_LABELS))
      namespaces.push({ ...one, key: one.key.slice(NAMESPACE_LABELS.length) });
    // What the cluster is called, no manifest tells.
    else if (one.key === CLUSTER_KEY) isOfThisCluster = false;
    else pods.push(one);
  }
  return {
    kind: "labels",
    pods: selector(pods, complete && isOfThisCluster),
    namespaces,
    speaksOfNamespaces: namespaces.length > 0,
  };
}

function lastStep(path: FieldPlace): readonly [string | number, FieldPlace] {
  if ("above" in path) return [path.step, path.above];
  return [path.at(-1) ?? "", path.slice(0, -1)];
}

/** The reserved label that a selector asks for, and nothing else. */
function reservedName(map: Fields): string | undefined {
  const labels = (map["matchLabels"] ?? {}) as Fields;
  const list = (Array.isArray(map["matchExpressions"]) ? map["matchExpressions"] : []) as readonly unknown[];
  const [key, ...others] = typeof labels === "object" ? Object.keys(labels) : [];
  const [expression, ...more] = list as readonly (Fields | null)[];
  if (key !== undefined && others.length + list.length === 0 && labels[key] === "") return nameIn(key);
  if (key !== undefined || more.length > 0 || expression?.["operator"] !== "Exists") return undefined;
  return nameIn(expression["key"]);
}

const nameIn = (key: unknown): string | undefined =>
  typeof key === "string" && key.startsWith(RESERVED) ? key.slice(RESERVED.length) : undefined;

/** A selector with bare keys. Where two keys of `matchLabels` are one, both have to hold. */
function withoutSources(fields: FieldReader, map: Fields, path: FieldPlace): unknown {
  const given = map["matchLabels"];
  const list = map["matchExpressions"];
  const labels = new Map<string, unknown>();
  const more: unknown[] = [];
  if (typeof given === "object" && given !== null)
    for (const [written, value] of Object.entries(given)) {
      const key = bareKey(fields, written, under(under(path, "matchLabels"), written));
      if (labels.has(key)) more.push({ key, operator: "In", values: [value] });
      else labels.set(key, value);
    }
  const expressions = Array.isArray(list)
    ? (list as readonly unknown[]).map((one, i) => {
        const key = (one as { readonly key?: unknown } | null)?.key;
        const at = under(under(under(path, "matchExpressions"), i), "key");
        return typeof key === "string" ? { ...(one as Fields), key: bareKey(fields, key, at) } : one;
      })
    : list;
  return {
    ...map,
    ...(labels.size > 0 && { matchLabels: Object.fromEntries(labels) }),
    ...(more.length > 0 || expressions !== undefined
      ? {
          matchExpressions: Array.isArray(expressions)
            ? [...(expressions as readonly unknown[]), ...more]
            : (expressions ?? more),
        }
      : {}),
  };
}

/** A key without its source, where that is Kubernetes or any. */
function bareKey(fields: FieldReader, written: string, path: FieldPlace): string {
  const at = written.indexOf(":");
  if (at <= 0) return written.slice(at + 1);
  const source = written.slice(0, at);
  if (source !== "k8s" && source !== "any")
    fields.problem(path, `asks for labels of the source ${source} together with others`);
  return written.slice(at + 1);
}
