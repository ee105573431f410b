// Tests: test/cli/verify.test.ts
import type { Resource } from "../../engine";
import type { PlainObject } from "../../verify";
import { plannedResources } from "../manifests/plan";
import { plain } from "../manifests/stackValues";

/** What a stack plans for its clusters: Kubernetes objects by the name of the cluster. */
export type ObjectsByCluster = ReadonlyMap<string, readonly PlainObject[]>;

/** What `drift` compares and `render` writes: everything that isolation is made of. */
const KINDS =
  /^kubernetes:.*:(Namespace|NamespacePatch|NetworkPolicy|SecurityGroupPolicy|ServiceAccount|ServiceAccountPatch)$/;

/** Whether a resource of a plan is an object that isolation is made of. */
export const isOfIsolation = ({ type, read }: Resource): boolean => KINDS.test(type) && !read;

/** The cluster that an object is for: the name of its provider. */
export const clusterOf = ({ provider }: Resource): string => provider.split("::").at(-2) ?? "";

/**
 * Plans a stack by the embedded preview. Values that aren't known before they are made are UNKNOWN.
 * @throws PalisadeInputError when the program fails
 */
export async function plannedObjects(stack: string, folder: string): Promise<ObjectsByCluster> {
  const byCluster = new Map<string, PlainObject[]>();
  for (const resource of await plannedResources(stack, folder)) {
    if (!isOfIsolation(resource)) continue;
    const cluster = clusterOf(resource);
    byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), objectOf(resource)]);
  }
  return byCluster;
}

function objectOf({ type, inputs }: Resource): PlainObject {
  const object = plain(inputs) as Omit<PlainObject, "kind">;
  return { ...object, kind: (type.split(":").at(-1) ?? "").replace(/(?<=.)Patch$/, "") };
}
