import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { addOutsideHost } from "../bench/network";
import { runPods, type PodSpec } from "../bench/pods";
import type { Listener } from "../bench/prober";
import type { Cell, End } from "../matrix/cells";
import { Prediction, type PredictedEnd } from "../matrix/prediction";
import { membersOf, type System } from "./system";

/** An end of a system: where it is on the bench, and what the analyzer knows it as. */
export interface SystemEnd extends End {
  readonly known: PredictedEnd;
}

/** A system's pods, neighbours and outside hosts, all listening on every port that is asked about. */
export class SystemStage {
  private constructor(
    readonly system: System,
    readonly bench: Bench,
    readonly cluster: Cluster,
    readonly ends: readonly SystemEnd[],
    readonly listeners: readonly Listener[],
  ) {}

  static async build(bench: Bench, cluster: Cluster, system: System): Promise<SystemStage> {
    const { members, ports } = membersOf(system.application);
    const listeners = [...new Set([...ports, 53, ...system.otherPorts])].flatMap((port) => [
      { protocol: "tcp" as const, port },
      { protocol: "udp" as const, port },
    ]);
    const own = [...members, { name: "unlabelled", labels: {} }].map((member) => ({
      ...member,
      kubeNamespace: system.kubeNamespace,
    }));
    const all = [...own, ...system.neighbours];
    for (const name of new Set(all.map(({ kubeNamespace }) => kubeNamespace))) {
      await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    // Two of each, one on each node: a policy that holds between nodes only, or within one only, shows.
    const specs: PodSpec[] = all.flatMap(({ name, kubeNamespace, labels }, i) =>
      cluster.nodes.map((node, n) => ({
        name: `${name}-${n}`,
        ...{ kubeNamespace, labels, node, listeners },
        address: `${system.podNetworks[n] ?? ""}.${10 + i}`,
      })),
    );
    const pods = await runPods(cluster, bench.prober, specs);
    const ends: SystemEnd[] = pods.map(({ name, kubeNamespace, host }) => ({
      name: `${kubeNamespace}/${name}`,
      answer: `${kubeNamespace}/${name}`,
      host,
      known: { namespace: kubeNamespace, name },
    }));
    for (const [name, address] of Object.entries(system.outside)) {
      const host = await addOutsideHost(`${cluster.options.index}-${name}`, address);
      await bench.prober.serve(host.namespace, name, listeners);
      ends.push({ name, answer: name, host, known: { address } });
    }
    return new SystemStage(system, bench, cluster, ends, listeners);
  }

  /** Every question about the system: all pairs of which at least one is a pod, on every port. */
  cells(): readonly (Cell & { readonly from: SystemEnd; readonly to: SystemEnd })[] {
    return this.ends.flatMap((from) =>
      this.ends
        .filter((to) => to !== from && !("address" in from.known && "address" in to.known))
        .flatMap((to) => this.listeners.map((listener) => ({ from, to, ...listener }))),
    );
  }

  /** The end of that name; of a workload, its pod on the first or second node. */
  end(name: string): SystemEnd {
    const found = this.ends.find(
      (end) => end.name === name || end.name === `${this.system.kubeNamespace}/${name}`,
    );
    if (found === undefined) throw new Error(`${this.system.application} has no end ${name}`);
    return found;
  }

  /** The analyzer's answers for what is live on the API server now. */
  async predict(): Promise<Prediction> {
    const kinds = [
      ["v1", "Namespace"],
      ["v1", "Pod"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
    ] as const;
    const lists = await Promise.all(kinds.map(([version, kind]) => this.cluster.kube.list(version, kind)));
    return new Prediction(lists.flat());
  }
}
