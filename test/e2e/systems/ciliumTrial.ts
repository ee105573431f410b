import { bench } from "../bench/bench";
import { Cilium } from "../bench/cilium";
import type { Cluster } from "../bench/cluster";
import { announcePods, hostUnplugged, type RunningPod } from "../bench/pods";
import type { KubeObject } from "../kube/client";

/** What is unproven where a machine can't run the agents. */
export const CILIUM = "Cilium's enforcement";

const namespace = "trial";

/** Two pods on two nodes that run Cilium's agents: the least that shows whether a machine can run them. */
export class CiliumTrial {
  private constructor(
    readonly cluster: Cluster,
    private readonly agents: Cilium,
    private readonly pods: readonly RunningPod[],
  ) {}

  /** @returns why this machine can't run the agents, as a text, where it can't */
  static async start(): Promise<CiliumTrial | string> {
    const options = { name: "cilium-trial", index: 52, serviceCidr: "10.43.0.0/16" };
    const cluster = await bench().startCluster(options, "pods");
    try {
      const agents = await Cilium.start(cluster);
      await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
      const listeners = [80, 81].map((port) => ({ protocol: "tcp" as const, port }));
      const specs = cluster.nodes.map((node, i) => ({
        ...{ name: `pod-${i}`, kubeNamespace: namespace, labels: { pod: String(i) }, node, listeners },
        address: `10.46.${i}.10`,
      }));
      const pods = await hostUnplugged(bench().prober, specs);
      await announcePods(cluster, pods, (pod, uid) => agents.plug(pod, uid));
      return new CiliumTrial(cluster, agents, pods);
    } catch (error) {
      await cluster.stop();
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Which ports of the second pod the first reaches under some ingress rules; undefined: under no policy. */
  async reached(ingress?: readonly object[]): Promise<readonly number[]> {
    const policy: KubeObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "ingress", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress },
    };
    const { kube } = this.cluster;
    await (ingress === undefined ? kube.remove(policy) : kube.apply(policy));
    await this.agents.inForce();
    const [from, to] = this.pods;
    if (from === undefined || to === undefined) throw new Error("two pods");
    const probes = to.listeners.map(({ protocol, port }) => ({
      ...{ namespace: from.host.namespace, address: to.address, protocol, port },
    }));
    const seen = await bench().prober.probe(probes, 2000);
    return to.listeners.flatMap(({ port }, i) => (seen[i]?.verdict === "connected" ? [port] : []));
  }
}
