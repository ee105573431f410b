import { about, atCluster, atSource, type Problem, throwProblems } from "../problems";
import type { Cluster, Placement } from "../compile";
import { ISOLATION, STAGE_ANNOTATION } from "../compile/networkPolicy";
import { filesOfVariable, lookAt, type Seen } from "../kube";

/** A cluster and what is placed on it, as far as looking at it needs. */
export interface ClusterToSee {
  readonly cluster: Pick<Cluster, "name" | "access">;
  readonly applications: readonly { readonly placement: Pick<Placement, "namespace" | "adopt" | "stage"> }[];
}

/**
 * Looks at the clusters before anything is registered, because Pulumi's Kubernetes provider says nothing of four things: a preview whose cluster
 * can't be reached succeeds in silence, and so does an update that changes nothing on it; KUBECONFIG as a list of files isn't a kubeconfig to it; a
 * namespace to adopt that doesn't exist is made, without the labels that ours have; and what somebody has appended to a policy by hand outlives the
 * change from observe to enforce. The first and the last are warnings, the others are refused. Nothing is looked at in the embedded preview.
 *
 * @param stack the stack's name, for what to run
 * @throws PalisadeInputError with what is refused
 */
export async function seeClusters(
  clusters: readonly ClusterToSee[],
  stack: string,
  warn: (text: string) => unknown,
): Promise<void> {
  if (process.env["PALISADE_PREVIEW"] === "true") return;
  throwProblems(kubeconfigProblems(clusters));
  const looks = clusters.map((given) => look(given, stack, warn));
  throwProblems((await Promise.all(looks)).flat());
}

function kubeconfigProblems(clusters: readonly ClusterToSee[]): Problem[] {
  const files = filesOfVariable();
  if (files.length < 2 || clusters.every(({ cluster }) => cluster.access.kubeconfig !== undefined)) return [];
  return [
    {
      place: atSource("KUBECONFIG"),
      message: `names ${files.length} files, and Pulumi's Kubernetes provider reads one`,
      remedy:
        "Merge them, kubectl config view --flatten > FILE, and set KUBECONFIG to that file; or write kubeconfig: for each cluster in the stack's config",
    },
  ];
}

async function look(
  { cluster, applications }: ClusterToSee,
  stack: string,
  warn: (text: string) => unknown,
): Promise<Problem[]> {
  const placements = applications.map(({ placement }) => placement);
  const adopted = placements.filter(({ adopt }) => adopt);
  const enforced = placements.filter(({ stage }) => stage === "enforce");
  const found = await lookAt(cluster.access, [
    ...adopted.map(({ namespace }) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    })),
    ...enforced.map(({ namespace }) => ({
      ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
      metadata: { name: ISOLATION, namespace },
    })),
  ]);
  if ("unseen" in found) {
    await warn(
      `cluster ${cluster.name} can't be seen: what Pulumi says of it is the stack's state, not what is there. ${found.unseen}`,
    );
    return [];
  }
  const isolations = found.seen.slice(adopted.length);
  for (const [i, { namespace }] of enforced.entries()) {
    if (!isObserved(isolations[i])) continue;
    await warn(
      `${cluster.name}: namespace ${namespace} goes from observe to enforce. Pulumi doesn't see rules, peers and groups that somebody has appended by hand: ` +
        `run palisade drift --stack ${stack} before this update, and after it`,
    );
  }
  return adopted.flatMap(({ namespace }, i) =>
    found.seen[i] === "missing"
      ? [
          {
            place: about(atCluster(cluster.name), `namespace ${namespace}`),
            message: "doesn't exist, so it can't be adopted",
            remedy: "Create it first, or remove adopt: true to have it created with everything else",
          },
        ]
      : [],
  );
}

/** Whether a live `isolation` is that of a namespace that is observed. */
function isObserved(seen: Seen | undefined): boolean {
  if (typeof seen !== "object") return false;
  const annotations = seen.metadata["annotations"] as Readonly<Record<string, unknown>> | undefined;
  return annotations?.[STAGE_ANNOTATION] === "observe";
}
