import type { Cluster, Placement } from "../compile";
import { type Problem, throwProblems } from "../flows";
import { filesOfVariable, lookAt } from "../kube";

/** A cluster and what is placed on it, as far as looking at it needs. */
export interface ClusterToSee {
  readonly cluster: Pick<Cluster, "name" | "access">;
  readonly applications: readonly { readonly placement: Pick<Placement, "namespace" | "adopt"> }[];
}

/**
 * Looks at the clusters before anything is registered, because Pulumi's Kubernetes provider says nothing of three things: a preview whose cluster
 * can't be reached succeeds in silence, and so does an update that changes nothing on it; KUBECONFIG as a list of files is no kubeconfig to it, and a namespace to adopt that doesn't exist
 * is made, without the labels that ours have. The first is a warning, the others are refused. Nothing is looked at in the embedded preview.
 *
 * @throws PalisadeInputError with what is refused
 */
export async function seeClusters(
  clusters: readonly ClusterToSee[],
  warn: (text: string) => unknown,
): Promise<void> {
  if (process.env["PALISADE_PREVIEW"] === "true") return;
  throwProblems(kubeconfigProblems(clusters));
  const looks = clusters.map((given) => look(given, warn));
  throwProblems((await Promise.all(looks)).flat());
}

function kubeconfigProblems(clusters: readonly ClusterToSee[]): Problem[] {
  const files = filesOfVariable();
  if (files.length < 2 || clusters.every(({ cluster }) => cluster.access.kubeconfig !== undefined)) return [];
  return [
    {
      subject: "KUBECONFIG",
      value: `names ${files.length} files, and Pulumi's Kubernetes provider reads one`,
      remedy:
        "Merge them, kubectl config view --flatten > FILE, and set KUBECONFIG to that file; or write kubeconfig: for each cluster in the stack's config",
    },
  ];
}

async function look(
  { cluster, applications }: ClusterToSee,
  warn: (text: string) => unknown,
): Promise<Problem[]> {
  const adopted = applications.flatMap(({ placement }) => (placement.adopt ? [placement.namespace] : []));
  const found = await lookAt(cluster.access, adopted);
  if ("unseen" in found) {
    await warn(
      `cluster ${cluster.name} can't be seen: what Pulumi says of it is the stack's state, not what is there. ${found.unseen}`,
    );
    return [];
  }
  return found.missing.map((namespace) => ({
    subject: `${cluster.name}: namespace ${namespace}`,
    value: "doesn't exist, so it can't be adopted",
    remedy: "Make it first, or remove adopt: true, and it is made with everything else",
  }));
}
