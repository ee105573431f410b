import type { Bench } from "../bench/bench";
import { Cilium } from "../bench/cilium";
import type { AgentOptions } from "../bench/ciliumAgent";
import type { Cluster } from "../bench/cluster";
import { announcePods, hostUnplugged } from "../bench/pods";
import { observe, type Cell } from "../matrix/cells";
import { compare, type Expectation } from "../matrix/compare";
import { Prediction } from "../matrix/prediction";
import { addServices, endpointSlice, type ServiceEnd, throughServices } from "./services";
import { SystemStage, type PodNetwork, type SystemEnd } from "./stage";
import type { System } from "./system";

/** Where nodes listen: as an API server that runs on one, and elsewhere. */
const nodeListeners = [6443, 9999].flatMap((port) => [
  { protocol: "tcp" as const, port },
  { protocol: "udp" as const, port },
]);

/** Pods that Cilium's CNI plugin plugs in, and whose policies its agents enforce. */
export const pluggedBy = (agents: Cilium): PodNetwork => ({
  host: hostUnplugged,
  announce: (cluster, pods) => announcePods(cluster, pods, (pod, uid) => agents.plug(pod, uid)),
  enforcedBy: { cni: "cilium" },
});

/** A system whose nodes run Cilium's agents. */
export class CiliumStage {
  private constructor(
    readonly stage: SystemStage,
    readonly agents: Cilium,
    readonly nodes: readonly SystemEnd[],
    private readonly services: readonly ServiceEnd[],
  ) {}

  /** Everything runs when this resolves, and no policy is in force. */
  static async build(
    bench: Bench,
    cluster: Cluster,
    system: System,
    options?: AgentOptions,
  ): Promise<CiliumStage> {
    const agents = await Cilium.start(cluster, options);
    const stage = await SystemStage.build(bench, cluster, system, pluggedBy(agents));
    const nodes: SystemEnd[] = [];
    for (const { name, address } of cluster.nodes) {
      const host = { namespace: name, address };
      await bench.prober.serve(host, name, nodeListeners);
      nodes.push({ name, answer: name, host, known: { node: name } });
    }
    const services = await addServices(stage, "10.43.0");
    for (const service of services) await cluster.kube.apply(endpointSlice(stage, service));
    return new CiliumStage(stage, agents, nodes, services);
  }

  /** Waits until what is live is in force on both nodes. */
  inForce(): Promise<void> {
    return this.agents.inForce();
  }

  /** Every question: the system's own, and each pod to each node and back. */
  cells(): readonly CiliumCell[] {
    const pods = this.stage.ends.filter(({ known }) => !("address" in known));
    const withNodes = this.nodes.flatMap((node) =>
      pods.flatMap((pod) => [
        ...nodeListeners.map((listener) => ({ from: pod, to: node, ...listener })),
        ...this.stage.listeners.map((listener) => ({ from: node, to: pod, ...listener })),
      ]),
    );
    return [...this.stage.cells(), ...withNodes];
  }

  /** The analyzer's answers for what is live now, enforced by Cilium as it is set. */
  async predict(): Promise<Prediction> {
    const kinds = [
      ["v1", "Namespace"],
      ["v1", "Node"],
      ["v1", "Pod"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
    ] as const;
    const lists = await Promise.all(
      kinds.map(([version, kind]) => this.stage.cluster.kube.list(version, kind)),
    );
    return new Prediction(lists.flat(), this.stage.network.enforcedBy);
  }

  /** Every cell with what the analyzer says of it now. */
  async expectations(): Promise<readonly (Expectation & { readonly cell: CiliumCell })[]> {
    const prediction = await this.predict();
    return this.cells().map((cell) => ({
      cell,
      expected: prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port),
    }));
  }

  /** Every pod to every Service but its own, by the Service's address: the agents make it the pod's. */
  async throughServices(): Promise<readonly Expectation[]> {
    return throughServices(this.stage, this.services, await this.predict());
  }

  compare(title: string, expectations: readonly Expectation[]): Promise<void> {
    const about = { layer: "Cilium", rerun: title, refusal: "silent" as const };
    return compare(this.stage.bench, about, expectations);
  }

  /** How many cells packets decide otherwise than expected: for a mistake that must show. */
  async different(expectations: readonly Expectation[]): Promise<number> {
    const cells = expectations.map(({ cell }) => cell);
    const seen = await observe(this.stage.bench.prober, cells, "silent");
    return expectations.filter(({ expected }, i) => seen[i]?.observed !== expected).length;
  }

  stop(): Promise<void> {
    return this.stage.bench.stopCluster(this.stage.cluster);
  }
}

type CiliumCell = Cell & { readonly from: SystemEnd; readonly to: SystemEnd };
