import { createHash } from "node:crypto";
import { eventually, run } from "../machine/process";
import type { Cluster } from "./cluster";
import type { KubeObject } from "../kube/client";
import { addressAnnotation } from "./kubelet";
import { addPodHost, addUnpluggedHost, type Host, type NodeHost } from "./network";
import type { Listener, Prober } from "./prober";

/** A pod to run: an object on the API server, a network namespace with its address, and servers in it. */
export interface PodSpec {
  readonly name: string;
  readonly kubeNamespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly node: NodeHost;
  /** Where it listens, by port name or not; the names become container ports. */
  readonly listeners: readonly (Listener & { readonly name?: string })[];
  /** Whether its image has tools to exec; absent: all that the bench wraps. */
  readonly tools?: "all" | "none";
}

export interface RunningPod extends PodSpec {
  readonly host: Host;
}

let namespaces = 0;

/** What a node calls its end of a pod's link: as the VPC CNI does, whose agent finds it by that name. */
export const linkOf = ({ kubeNamespace, name }: Pick<PodSpec, "kubeNamespace" | "name">): string =>
  `eni${createHash("sha1").update(`${kubeNamespace}.${name}`).digest("hex").slice(0, 11)}`;

/** Runs pods, and waits until the API server shows their addresses. Their Kubernetes namespaces must exist. */
export async function runPods(
  cluster: Cluster,
  prober: Prober,
  specs: readonly PodSpec[],
): Promise<RunningPod[]> {
  const running = await hostPods(prober, specs);
  await announcePods(cluster, running);
  return running;
}

/** The networks and servers of pods that the API server doesn't know yet. */
export async function hostPods(prober: Prober, specs: readonly PodSpec[]): Promise<RunningPod[]> {
  const running: RunningPod[] = [];
  for (const spec of specs) {
    const host = await addPodHost(`p${++namespaces}`, spec.address, spec.node, linkOf(spec));
    await prober.serve(host, `${spec.kubeNamespace}/${spec.name}`, spec.listeners);
    running.push({ ...spec, host });
  }
  return running;
}

/** The servers of pods in namespaces that have no link yet. */
export async function hostUnplugged(prober: Prober, specs: readonly PodSpec[]): Promise<RunningPod[]> {
  const running: RunningPod[] = [];
  for (const spec of specs) {
    const host = await addUnpluggedHost(`p${++namespaces}`, spec.address, spec.node);
    await prober.serve(host, `${spec.kubeNamespace}/${spec.name}`, spec.listeners);
    running.push({ ...spec, host });
  }
  return running;
}

/**
 * Makes the pods' objects, and waits until the API server shows their addresses.
 * @param plug gives a pod its link, where it has none: as a kubelet has it done, before anybody is told the address
 */
export async function announcePods(
  cluster: Cluster,
  pods: readonly RunningPod[],
  plug?: (pod: RunningPod, uid: string) => Promise<void>,
): Promise<void> {
  for (const pod of pods) {
    await cluster.kube.apply({
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "Exec",
      metadata: { name: pod.name, namespace: pod.kubeNamespace },
      spec: {
        execs: [
          {
            local: {
              envs: [
                { name: "POD_NETWORK", value: pod.host.namespace },
                { name: "POD_TOOLS", value: pod.tools ?? "all" },
              ],
            },
          },
        ],
      },
    });
    if (plug !== undefined) {
      const { metadata } = await cluster.kube.apply(podObject(pod, {}));
      await plug(pod, String(metadata["uid"]));
    }
    await cluster.kube.apply(podObject(pod));
  }
  const wanted = new Set(pods.map((pod) => `${pod.kubeNamespace}/${pod.name}=${pod.address}`));
  await eventually("the pods run", async () => {
    for (const pod of await cluster.kube.list("v1", "Pod")) {
      const { podIP } = (pod["status"] ?? {}) as { podIP?: string };
      wanted.delete(`${pod.metadata.namespace ?? ""}/${pod.metadata.name}=${podIP ?? ""}`);
    }
    if (wanted.size > 0) throw new Error(`missing: ${[...wanted].join(", ")}`);
    return true;
  });
}

/**
 * Waits until `kubectl exec` finds these pods. KWOK reads what exec is to do from a watch of its own, which may come
 * after the pods' addresses: a pod that runs isn't yet one to exec in. The watch keeps its order, so the last tells of all.
 */
export async function execReady(cluster: Cluster, pods: readonly RunningPod[]): Promise<void> {
  const last = pods.at(-1);
  if (last === undefined) return;
  const asked = ["exec", "-n", last.kubeNamespace, last.name, "--", "true"];
  await eventually("kubectl exec finds the pods", async () => {
    const { stderr } = await run("kubectl", ["--kubeconfig", cluster.controlPlane.kubeconfig, ...asked]);
    if (stderr.includes("no exec found")) throw new Error(stderr.trim());
    return true;
  });
}

/** @param annotations with its address it runs (kubelet.ts) */
function podObject(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>> = { [addressAnnotation]: spec.address },
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: spec.name,
      namespace: spec.kubeNamespace,
      labels: { ...spec.labels },
      annotations,
    },
    spec: {
      nodeName: spec.node.name,
      automountServiceAccountToken: false,
      containers: [
        {
          name: "main",
          image: "palisade.test/none",
          ports: spec.listeners
            .filter((listener) => listener.name !== undefined)
            .map((listener) => ({
              name: listener.name ?? "",
              containerPort: listener.port,
              protocol: listener.protocol.toUpperCase(),
            })),
        },
      ],
    },
  };
}
