import { endId } from "./identity";
import type { FieldReader, Fields } from "./fields";
import { kindNamed } from "./kinds";
import { type KnownLabels, matches, type Selector, UNKNOWN } from "../../kubernetes";
import { type FieldPlace, under } from "./problems";
import { readSelector } from "./readLabels";
import type { Warnings } from "./warnings";
import type { PodShape, PodSet } from "./world";

/** A Pod or workload as read, before pods join their owners. */
export interface ReadWorkload {
  /** As ends call it. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What its templates describe: one pod for each. */
  readonly shapes: readonly PodShape[];
  readonly owner: Owner | undefined;
  /** Which pods a Deployment takes for its own; undefined for other kinds, and where it doesn't say. */
  readonly selector: Selector | undefined;
}

/** Who owns an object, as its own metadata tell. */
interface Owner {
  readonly kind: string;
  readonly name: string;
}

const REFERENCES: FieldPlace = ["metadata", "ownerReferences"];

/** The controller among `metadata.ownerReferences`, or the first owner. Owners of other API groups are none of ours. */
export function readOwner(fields: FieldReader, object: Fields): Owner | undefined {
  const metadata = object["metadata"] as Fields;
  const list = fields.list(metadata["ownerReferences"], REFERENCES);
  if (!Array.isArray(list)) return undefined;
  const owners = list.filter((one): one is Fields => typeof one === "object" && one !== null);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  const { kind, name, apiVersion } = owner ?? {};
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  const ours = kindNamed(kind, typeof apiVersion === "string" ? apiVersion : undefined);
  return ours === undefined ? undefined : { kind: ours, name };
}

const SPEC: FieldPlace = ["spec"];

/** The selector of a Deployment, by which it knows its pods. */
export function readPodSelector(fields: FieldReader, object: Fields, kind: string): Selector | undefined {
  if (kind !== "Deployment") return undefined;
  const spec = fields.map(object["spec"], SPEC);
  if (spec === undefined || spec === UNKNOWN) return undefined;
  return fields.map(spec["selector"], under(SPEC, "selector")) === undefined
    ? undefined
    : readSelector(fields, spec, "selector", SPEC);
}

/**
 * Folds pods (and ReplicaSets of Deployments, Jobs of CronJobs) into the outermost owner that was read. A workload
 * with pods of its own is what these are; one without is what its template says.
 */
export function foldOwned(read: readonly ReadWorkload[], warnings: Warnings): PodSet[] {
  const all = new Map<string, ReadWorkload>();
  const pods = new Map<ReadWorkload, PodShape[]>();
  const owned = new Set<ReadWorkload>();
  const children = read.filter(({ owner }) => owner !== undefined);
  if (children.length > 0)
    for (const one of read) all.set(endId(one.kind, { namespace: one.namespace, name: one.name }), one);
  for (const one of children) {
    const root = rootOf(one, all, warnings);
    if (root === one) continue;
    owned.add(one);
    if (one.kind !== "Pod") continue;
    const shapes = pods.get(root) ?? [];
    shapes.push(...one.shapes);
    pods.set(root, shapes);
  }
  return read
    .filter((one) => !owned.has(one))
    .map((one) => ({
      kind: one.kind,
      namespace: one.namespace,
      name: one.name,
      variants: pods.get(one) ?? one.shapes,
      representative: false,
    }));
}

/** The outermost owner. Those that own each other in a circle have none: each is its own. */
function rootOf(
  start: ReadWorkload,
  all: ReadonlyMap<string, ReadWorkload>,
  warnings: Warnings,
): ReadWorkload {
  const passed = new Set([start]);
  let at = start;
  for (;;) {
    const next = ownerOf(at, all);
    if (next === undefined) return at;
    if (passed.has(next)) {
      const subject = endId(next.kind, { namespace: next.namespace, name: next.name });
      warnings.add("workloads own each other in a circle; each was read as its own", subject);
      return next;
    }
    passed.add(next);
    at = next;
  }
}

function ownerOf({ owner, namespace, shapes }: ReadWorkload, all: ReadonlyMap<string, ReadWorkload>) {
  if (owner === undefined) return undefined;
  const direct = all.get(endId(owner.kind, { namespace, name: owner.name }));
  if (direct !== undefined) return direct;
  // Saved manifests often leave out what stands between a pod and the workload that people write.
  const [shape] = shapes;
  for (const { kind, name: pattern } of ABOVE[owner.kind] ?? []) {
    const [, name, suffix = ""] = pattern.exec(owner.name) ?? [];
    const outer = name === undefined ? undefined : all.get(endId(kind, { namespace, name }));
    if (outer !== undefined && shape !== undefined && mayOwn(outer, shape.labels, suffix)) return outer;
  }
  return undefined;
}

/** A hash of a pod template, as names show it. */
const HASHED = /^(.+)-([bcdfghjklmnpqrstvwxz2456789]{1,10})$/;

/**
 * How controllers name what they make: a Deployment its ReplicaSets by a hash of the template, a CronJob its Jobs by
 * the time, a DeploymentConfig its ReplicationControllers by a counter.
 * Source: k8s.io/apimachinery, util/rand SafeEncodeString; kubernetes, cronjob getJobName.
 */
const ABOVE: Readonly<
  Record<string, readonly { readonly kind: string; readonly name: RegExp }[] | undefined>
> = {
  ReplicaSet: [
    { kind: "Deployment", name: HASHED },
    { kind: "Rollout", name: HASHED },
  ],
  Job: [{ kind: "CronJob", name: /^(.+)-(\d+)$/ }],
  ReplicationController: [{ kind: "DeploymentConfig", name: /^(.+)-(\d+)$/ }],
};

/** Whether a pod may belong to a workload that only its owner's name tells of: its labels have to be such a pod's. */
function mayOwn({ kind, selector, shapes }: ReadWorkload, labels: KnownLabels, suffix: string): boolean {
  const hash = labels.known.get("pod-template-hash");
  if (kind === "Deployment" && typeof hash === "string" && hash !== suffix) return false;
  // A template may have changed since the pod was made; a Deployment's selector can't.
  if (selector !== undefined) return matches(selector, labels) !== "no";
  return shapes.some((shape) =>
    [...shape.labels.known].every(([key, value]) => value === UNKNOWN || labels.known.get(key) === value),
  );
}
