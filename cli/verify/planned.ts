// Tests: test/cli/verify.test.ts
import type { Resource } from "../../engine";
import type { PlainObject } from "../../verify";
import { plannedResources } from "../manifests/plan";
import { plain } from "../manifests/stackValues";

/** What a stack plans for its clusters: Kubernetes objects by the name of the cluster. */
export type ObjectsByCluster = ReadonlyMap<string, readonly PlainObject[]>;

/** What `drift` compares: everything that isolation is made of. */
const KINDS =
  /^kubernetes:.*:(Namespace|NamespacePatch|NetworkPolicy|SecurityGroupPolicy|ServiceAccount|ServiceAccountPatch)$/;

/**
 * Plans a stack by the embedded preview. Values that aren't known before they are made are UNKNOWN.
 * @throws PalisadeInputError when the program fails
 */
export async function plannedObjects(stack: string, folder: string): Promise<ObjectsByCluster> {
  const byCluster = new Map<string, PlainObject[]>();
  for (const resource of await plannedResources(stack, folder)) {
    if (!KINDS.test(resource.type) || resource.read) continue;
    const cluster = resource.provider.split("::").at(-2) ?? "";
    byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), objectOf(resource)]);
  }
  return byCluster;
}

function objectOf({ type, inputs }: Resource): PlainObject {
  const object = plain(inputs) as Omit<PlainObject, "kind">;
  return { ...object, kind: (type.split(":").at(-1) ?? "").replace(/(?<=.)Patch$/, "") };
}
