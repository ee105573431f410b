import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { forwardPorts } from "../bench/network";
import { VpcCni, type EnforcingMode } from "../bench/vpcCni";
import type { KubeObject } from "../kube/client";
import { observe, type Cell, type End, type Verdict } from "../matrix/cells";
import { compare, type Expectation } from "../matrix/compare";
import type { Prediction } from "../matrix/prediction";
import { addServices, type ServiceEnd, throughServices } from "./services";
import type { System } from "./system";
import { SystemStage, type SystemEnd } from "./stage";

/** What the agents' controller reads from the API server. */
const read = [
  ["v1", "Namespace"],
  ["v1", "Pod"],
  ["v1", "Service"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
] as const;

/** Everything that is live on a cluster and that the agents' controller reads. */
export async function liveObjects({ kube }: Cluster): Promise<readonly KubeObject[]> {
  return (await Promise.all(read.map(([version, kind]) => kube.list(version, kind)))).flat();
}

/**
 * A system whose nodes run the VPC CNI's agents: no policy controller, no proxy but what this adds for its Services. On both nodes a
 * Service's address becomes the first pod's, as kube-proxy does it.
 */
export class VpcCniStage {
  private constructor(
    readonly stage: SystemStage,
    readonly agents: VpcCni,
    readonly services: readonly ServiceEnd[],
  ) {}

  static async build(bench: Bench, cluster: Cluster, system: System): Promise<VpcCniStage> {
    const stage = await SystemStage.build(bench, cluster, system);
    const agents = await VpcCni.start(bench.parts, cluster.nodes);
    const services = await addServices(stage, "172.20.0");
    for (const { host, pod, ports } of services)
      for (const node of cluster.nodes)
        await forwardPorts(
          node.name,
          host.address,
          pod.host.address,
          ports.map(({ port, target }) => [port, target]),
        );
    return new VpcCniStage(stage, agents, services);
  }

  /** Everything that is live and that the controller reads. */
  async live(): Promise<readonly KubeObject[]> {
    return liveObjects(this.stage.cluster);
  }

  /** Enforces some objects, from no flow on that was there before. */
  async enforce(objects: readonly KubeObject[], mode: EnforcingMode = "standard"): Promise<void> {
    await this.agents.enforce(objects, mode);
    await this.agents.forget();
  }

  /** The system's own cells. */
  expectations(prediction: Prediction): readonly (Expectation & { readonly cell: SystemCell })[] {
    return this.stage.cells().map((cell) => ({
      cell,
      expected: prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port),
    }));
  }

  /** Every pod to every Service but its own. */
  throughServices(prediction: Prediction): readonly Expectation[] {
    return throughServices(this.stage, this.services, prediction);
  }

  /** Each node to each pod, as kubelets probe: its own node always reaches it, the other one as policies say. */
  fromNodes(own: (pod: SystemEnd) => Verdict, other: Verdict): readonly Expectation[] {
    return this.stage.cluster.nodes.flatMap(({ name, address }) => {
      const from: End = { name, answer: name, host: { namespace: name, address } };
      return this.stage.pods.flatMap(({ kubeNamespace, name: pod, node }) => {
        const to = this.stage.end(`${kubeNamespace}/${pod}`);
        const expected = node.name === name ? own(to) : other;
        return [8080, 9999].map((port) => ({ cell: { from, to, protocol: "tcp" as const, port }, expected }));
      });
    });
  }

  compare(title: string, expectations: readonly Expectation[]): Promise<void> {
    const about = { layer: "VPC CNI", rerun: title, refusal: "silent" as const };
    return compare(this.stage.bench, about, expectations);
  }

  /** How many cells packets decide otherwise than expected: for a mistake that must show. */
  async different(expectations: readonly Expectation[]): Promise<number> {
    const seen = await observe(
      this.stage.bench.prober,
      expectations.map(({ cell }) => cell),
      "silent",
    );
    return expectations.filter(({ expected }, i) => seen[i]?.observed !== expected).length;
  }

  async stop(): Promise<void> {
    this.agents.stop();
    await this.stage.bench.stopCluster(this.stage.cluster);
  }
}

type SystemCell = Cell & { readonly from: SystemEnd; readonly to: SystemEnd };
