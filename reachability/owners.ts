import type { FieldReader, Fields } from "./fields";
import type { Place } from "./problems";
import type { PodShape, Workload, WorkloadKind } from "./world";

/** A Pod or workload as read, before pods join their owners. */
export interface ReadWorkload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly shape: PodShape;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
}

const REFERENCES: Place = ["metadata", "ownerReferences"];

/** The controller among `metadata.ownerReferences`, or the first owner. */
export function readOwner(fields: FieldReader, object: Fields): ReadWorkload["owner"] {
  const metadata = object["metadata"] as Fields;
  const list = fields.list(metadata["ownerReferences"], REFERENCES);
  if (!Array.isArray(list)) return undefined;
  const owners = list.filter((one): one is Fields => typeof one === "object" && one !== null);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  const { kind, name } = owner ?? {};
  return typeof kind === "string" && typeof name === "string" ? { kind, name } : undefined;
}

const keyOf = (kind: string, namespace: string, name: string) => `${namespace}/${name}[${kind}]`;

/**
 * Folds pods (and ReplicaSets of Deployments, Jobs of CronJobs) into the outermost owner that was read. A workload
 * with pods of its own is what these are; one without is what its template says.
 */
export function foldOwned(read: readonly ReadWorkload[]): Workload[] {
  const all = new Map<string, ReadWorkload>();
  const pods = new Map<ReadWorkload, PodShape[]>();
  const owned = new Set<ReadWorkload>();
  const children = read.filter(({ owner }) => owner !== undefined);
  if (children.length > 0) for (const one of read) all.set(keyOf(one.kind, one.namespace, one.name), one);
  for (const one of children) {
    const root = rootOf(one, all);
    if (root === one) continue;
    owned.add(one);
    if (one.kind !== "Pod") continue;
    const shapes = pods.get(root) ?? [];
    shapes.push(one.shape);
    pods.set(root, shapes);
  }
  return read
    .filter((one) => !owned.has(one))
    .map((one) => ({
      kind: one.kind,
      namespace: one.namespace,
      name: one.name,
      variants: pods.get(one) ?? [one.shape],
      representative: false,
    }));
}

function rootOf(start: ReadWorkload, all: ReadonlyMap<string, ReadWorkload>): ReadWorkload {
  const passed = new Set([start]);
  let at = start;
  for (;;) {
    const next = ownerOf(at, all);
    if (next === undefined || passed.has(next)) return at;
    passed.add(next);
    at = next;
  }
}

function ownerOf({ owner, namespace }: ReadWorkload, all: ReadonlyMap<string, ReadWorkload>) {
  if (owner === undefined) return undefined;
  const direct = all.get(keyOf(owner.kind, namespace, owner.name));
  if (direct !== undefined || owner.kind !== "ReplicaSet") return direct;
  // A Deployment names its ReplicaSets after itself and a hash; saved manifests often leave these out.
  return all.get(keyOf("Deployment", namespace, owner.name.replace(/-[a-z0-9]+$/, "")));
}
