import type { WorldOptions } from "../../../reachability/read/readWorld";
import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { addOutsideHost, forgetConnections } from "../bench/network";
import { announcePods, execReady, hostPods, type PodSpec, type RunningPod } from "../bench/pods";
import type { Listener, Prober } from "../bench/prober";
import type { KubeObject } from "../kube/client";
import { delay, eventually } from "../machine/process";
import { observe, type Cell, type End } from "../matrix/cells";
import { Prediction, type PredictedEnd } from "../matrix/prediction";
import { membersOf, type System } from "./system";

/** An end of a system: where it is on the bench, and what the analyzer knows it as. */
export interface SystemEnd extends End {
  readonly known: PredictedEnd;
}

/** How pods come into networks: by the bench's own links, or by a CNI plugin. */
export interface PodNetwork {
  host(prober: Prober, specs: readonly PodSpec[]): Promise<RunningPod[]>;
  announce(cluster: Cluster, pods: readonly RunningPod[]): Promise<void>;
  /** What the analyzer is told of who enforces policies there. */
  readonly enforcedBy: Pick<WorldOptions, "cni" | "cilium">;
}

const ownLinks: PodNetwork = { host: hostPods, announce: announcePods, enforcedBy: {} };

/** A system's pods, neighbours and outside hosts, all listening on every port that is asked about. */
export class SystemStage {
  private constructor(
    readonly system: System,
    readonly bench: Bench,
    readonly cluster: Cluster,
    readonly ends: readonly SystemEnd[],
    readonly listeners: readonly Listener[],
    readonly pods: readonly RunningPod[],
    readonly network: PodNetwork,
  ) {}

  /** Everything runs when this resolves, in namespaces that it makes. */
  static async build(
    bench: Bench,
    cluster: Cluster,
    system: System,
    network?: PodNetwork,
  ): Promise<SystemStage> {
    const stage = await SystemStage.prepare(bench, cluster, system, network);
    await cluster.kube.apply({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: system.kubeNamespace },
    });
    await stage.announce();
    return stage;
  }

  /** All hosts and servers, and the neighbours' namespaces; the API server knows no pod before `announce`. */
  static async prepare(
    bench: Bench,
    cluster: Cluster,
    system: System,
    network = ownLinks,
  ): Promise<SystemStage> {
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
    for (const name of new Set(system.neighbours.map(({ kubeNamespace }) => kubeNamespace))) {
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
    const pods = await network.host(bench.prober, specs);
    const ends: SystemEnd[] = pods.map(({ name, kubeNamespace, host }) => ({
      name: `${kubeNamespace}/${name}`,
      answer: `${kubeNamespace}/${name}`,
      host,
      known: { namespace: kubeNamespace, name },
    }));
    for (const [name, address] of Object.entries(system.outside)) {
      const host = await addOutsideHost(`${cluster.options.index}-${name}`, address);
      await bench.prober.serve(host, name, listeners);
      ends.push({ name, answer: name, host, known: { address } });
    }
    return new SystemStage(system, bench, cluster, ends, listeners, pods, network);
  }

  /** Tells the API server of the pods; the application's namespace must exist. */
  async announce(): Promise<void> {
    await this.network.announce(this.cluster, this.pods);
    await execReady(this.cluster, this.pods);
  }

  /** The analyzer's answers for some policies, whatever is live. */
  predictWith(policies: readonly KubeObject[]): Prediction {
    const namespaces = [...new Set(this.pods.map(({ kubeNamespace }) => kubeNamespace))].map((name) => {
      return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    });
    const pods = this.pods.map(({ name, kubeNamespace, labels, address, node }) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: kubeNamespace, labels },
      spec: { nodeName: node.name, containers: [] },
      status: { podIPs: [{ ip: address }] },
    }));
    return new Prediction([...namespaces, ...pods, ...policies], this.network.enforcedBy);
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

  /** Waits until the live policies are enforced on both nodes, and has the nodes forget what was open before. */
  async policiesInForce(): Promise<void> {
    // An unlabelled pod of the namespace is open until the controllers on both nodes have isolated it.
    const [a, b] = [this.end("unlabelled-0"), this.end("unlabelled-1")];
    const probe = [
      { from: a, to: b, protocol: "tcp", port: 22 },
      { from: b, to: a, protocol: "tcp", port: 22 },
    ] as const;
    await eventually(
      "the policies are in force",
      async () =>
        (await observe(this.bench.prober, probe)).every(({ observed }) => observed === "blocked") ||
        undefined,
    );
    await delay(2000);
    await forgetConnections(this.cluster.nodes);
  }

  /**
   * The analyzer's answers for what is live on the API server now.
   * @param groups what the account has: without it, groups aren't judged
   * @param policies false: as if there were no NetworkPolicy
   */
  async predict({
    groups,
    policies = true,
  }: { groups?: NonNullable<WorldOptions["groups"]>; policies?: boolean } = {}): Promise<Prediction> {
    const kinds = [
      ["v1", "Namespace"],
      ["v1", "Pod"],
      ["v1", "ServiceAccount"],
      ...(policies ? [["networking.k8s.io/v1", "NetworkPolicy"] as const] : []),
      ["vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"],
    ] as const;
    const lists = await Promise.all(kinds.map(([version, kind]) => this.cluster.kube.list(version, kind)));
    return new Prediction(lists.flat(), { ...this.network.enforcedBy, ...(groups && { groups }) });
  }
}
