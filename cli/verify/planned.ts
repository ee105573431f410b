// Tests: test/cli/verify.test.ts
import type { Resource } from "../../engine";
import type { PlainObject } from "../../verify";
import { placeText } from "../../problems";
import { judgedPlan } from "../manifests/plan";
import { plain } from "../manifests/stackValues";

/** What a stack plans for its clusters: Kubernetes objects by the name of the cluster. */
export type ObjectsByCluster = ReadonlyMap<string, readonly PlainObject[]>;

/** What a stack plans for its clusters, and the names of the parts that couldn't be run here: what they would make isn't known. */
export interface PlannedByCluster {
  readonly objects: ObjectsByCluster;
  readonly leftOut: readonly string[];
}

/** What `drift` compares and `render` writes: everything that isolation is made of. */
const KINDS =
  /^kubernetes:.*:(Namespace|NamespacePatch|NetworkPolicy|SecurityGroupPolicy|ServiceAccount|ServiceAccountPatch)$/;

/** Whether a resource of a plan is an object that isolation is made of. */
export const isOfIsolation = ({ type, read }: Resource): boolean => KINDS.test(type) && !read;

/** The cluster that an object is for: the name of its provider. */
export const clusterOf = ({ provider }: Resource): string => provider.split("::").at(-2) ?? "";

/**
 * Plans a stack by the embedded preview, without the parts that it can't run. Values that aren't known before they are made are UNKNOWN.
 * @throws PalisadeInputError when the program fails
 */
export async function plannedObjects(stack: string, folder: string): Promise<PlannedByCluster> {
  const byCluster = new Map<string, PlainObject[]>();
  const { resources, leftOut } = await judgedPlan(stack, folder, () => []);
  for (const resource of resources) {
    if (!isOfIsolation(resource)) continue;
    const cluster = clusterOf(resource);
    byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), objectOf(resource)]);
  }
  return { objects: byCluster, leftOut: leftOut.map(({ place }) => placeText(place)) };
}

function objectOf({ type, inputs }: Resource): PlainObject {
  const object = plain(inputs) as Omit<PlainObject, "kind">;
  return { ...object, kind: (type.split(":").at(-1) ?? "").replace(/(?<=.)Patch$/, "") };
}
