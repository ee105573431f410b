// Tests: test/cli/gitops/files.test.ts
import { append } from "../../data";
import { writeKubernetesYaml } from "../../yaml";
import type { RenderedCluster, RenderedObject } from "./rendered";

/** Files by their path in a cluster's folder. */
export type RenderedFiles = ReadonlyMap<string, string>;

/** The file by which Kustomize, Argo CD and Flux know a folder. */
export const KUSTOMIZATION = "kustomization.yaml";

/** The files of one cluster: a folder a namespace with a file an object, and a kustomization in each. The same objects give the same bytes. */
export function filesOf({ objects }: RenderedCluster, stack: string): RenderedFiles {
  const head = `# Written by palisade render --stack ${stack}: change what the stack declares, then render again.\n`;
  const files = new Map<string, string>();
  const namespaces = new Map<string, RenderedObject[]>();
  for (const object of objects) append(namespaces, object.namespace, object);
  const folders = [...namespaces.keys()].sort();
  files.set(KUSTOMIZATION, head + kustomization(folders));
  for (const folder of folders) {
    const own = namespaces.get(folder) ?? [];
    files.set(`${folder}/${KUSTOMIZATION}`, head + kustomization(own.map(fileName)));
    for (const each of own) files.set(`${folder}/${fileName(each)}`, head + writeKubernetesYaml(each.object));
  }
  return files;
}

/** "networkpolicy-isolation.yaml"; of the namespace itself "namespace.yaml". */
const fileName = ({ kind, name }: RenderedObject): string =>
  kind === "Namespace" ? "namespace.yaml" : `${kind.toLowerCase()}-${name}.yaml`;

const kustomization = (resources: readonly string[]): string =>
  writeKubernetesYaml({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources,
  });
