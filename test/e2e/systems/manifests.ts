import { join } from "node:path";
import { preview, readProject } from "../../../engine";
import { root } from "../engine/project";
import type { KubeObject } from "../kube/client";

/**
 * What a stack registers on one of its clusters: every Kubernetes object that goes to the cluster's provider, as inputs.
 * (That `pulumi up` makes exactly these is the engine suite's to show.)
 * @param cluster the cluster's name in the stack's config
 */
export async function registeredObjects(stack: string, cluster: string): Promise<readonly KubeObject[]> {
  const project = readProject(root);
  const { resources } = await preview({
    project,
    stack,
    packs: [],
    answersFile: join(root, `Pulumi.${stack}.answers.json`),
    answerRemedy: "Record it",
    output: () => undefined,
  });
  const provider = resources.find(
    ({ type, name }) => type === "pulumi:providers:kubernetes" && name === cluster,
  );
  if (provider === undefined) throw new Error(`stack ${stack} has no cluster ${cluster}`);
  return resources
    .filter(({ custom, type, provider: by }) => {
      return custom && type.startsWith("kubernetes:") && by.startsWith(`${provider.urn}::`);
    })
    .map(({ inputs }) => inputs as unknown as KubeObject);
}
