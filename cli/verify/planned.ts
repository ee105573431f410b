import path from "node:path";
import { preview, PreviewError, readProject, type Resource } from "../../engine";
import type { PlainObject } from "../../verify";
import { BadInput } from "../manifests/load";
import { plain } from "../manifests/stackValues";

/** What a stack plans for its clusters: Kubernetes objects by the name of the cluster. */
export type PlannedObjects = ReadonlyMap<string, readonly PlainObject[]>;

/** What `drift` compares: everything that isolation is made of. */
const KINDS =
  /^kubernetes:.*:(Namespace|NamespacePatch|NetworkPolicy|SecurityGroupPolicy|ServiceAccount|ServiceAccountPatch)$/;

/**
 * Plans a stack by the embedded preview. Values that aren't known before they are made are UNKNOWN.
 * @throws BadInput when the program fails
 */
export async function plannedObjects(stack: string, folder: string): Promise<PlannedObjects> {
  const byCluster = new Map<string, PlainObject[]>();
  for (const resource of await planned(stack, folder)) {
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

async function planned(stack: string, folder: string): Promise<readonly Resource[]> {
  let printed = "";
  try {
    const project = readProject(folder);
    const { resources } = await preview({
      project,
      stack,
      packs: [],
      answersFile: path.resolve(project.root, `Pulumi.${stack.split("/").at(-1) ?? stack}.answers.json`),
      answerRemedy: `record it with palisade preview --stack ${stack} --record`,
      output: (text) => (printed += text),
    });
    return resources;
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    throw new BadInput([...error.problems, ...printed.split("\n").filter((line) => line !== "")]);
  }
}
