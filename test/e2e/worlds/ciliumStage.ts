import { AddressSet } from "../../../net/addressSet";
import type { Bench } from "../bench/bench";
import { Cilium, type CidrMatch } from "../bench/cilium";
import type { Cluster } from "../bench/cluster";
import { announcePods, hostUnplugged } from "../bench/pods";
import type { KubeObject } from "../kube/client";
import type { Cell, End } from "../matrix/cells";
import type { PredictedEnd } from "../matrix/prediction";
import type { TwinPod, TwinWorld } from "../../twin/world";
import { blocks as randomBlocks, listeners, namespaces } from "./randomWorld";
import { endsOf, podSpecs, put } from "./stage";

/** An end of a world on Cilium: its nodes are ends too. */
export interface CiliumEnd extends End {
  readonly known: Exclude<PredictedEnd, { readonly guarded: string }>;
}

/** Every block of IPv4 that random worlds name, and every exception. */
const worldBlocks = Object.entries(randomBlocks)
  .flatMap(([cidr, except]) => [cidr, ...except])
  .filter((cidr) => !cidr.includes(":"));

const anchor = "w-blocks";

/**
 * A namespace without pods, whose policy names every block of every random world. Where blocks match pods, an agent knows a pod by the longest
 * block that any policy names, and tells other agents at most every ten seconds who it is now: so no world changes that.
 */
const everyBlock: KubeObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "blocks", namespace: anchor },
  spec: {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [{ from: worldBlocks.map((cidr) => ({ ipBlock: { cidr } })) }],
  },
};

/** How Cilium calls the labels of a pod's namespace. */
const ofNamespace = "io.cilium.k8s.namespace.labels.";

/** Whether a label of an identity is the pod's or its namespace's, and none that Cilium adds. */
const isUsers = (label: string): boolean =>
  label.startsWith(`k8s:${ofNamespace}`) || /^k8s:(?!io\.)(?!.*kubernetes\.io)/.test(label);

/** A cluster whose nodes run Cilium's agents, with the pods of every random world, on which one world after the other is put. */
export class CiliumWorldStage {
  #shown: TwinWorld | undefined;

  private constructor(
    readonly cluster: Cluster,
    /** What blocks match beside addresses outside. */
    readonly cidrMatch: CidrMatch,
    private readonly agents: Cilium,
    private readonly ends: readonly CiliumEnd[],
  ) {}

  static async build(bench: Bench, cluster: Cluster, cidrMatch: CidrMatch): Promise<CiliumWorldStage> {
    for (const name of [...namespaces, anchor])
      await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    await cluster.kube.apply(everyBlock);
    const agents = await Cilium.start(cluster, { cidrMatch });
    const [a, b] = cluster.nodes;
    const pods = await hostUnplugged(bench.prober, podSpecs(a, b));
    await announcePods(cluster, pods, (pod, uid) => agents.plug(pod, uid));
    const ends: CiliumEnd[] = [...(await endsOf(bench, pods, `${cluster.options.index}-`))];
    for (const { name, address } of cluster.nodes) {
      const host = { namespace: name, address };
      await bench.prober.serve(host, name, listeners);
      ends.push({ name, answer: name, host, known: { node: name } });
    }
    return new CiliumWorldStage(cluster, cidrMatch, agents, ends);
  }

  /** Every question: all pairs of which at least one is a pod, on every port. */
  cells(): readonly (Cell & { readonly from: CiliumEnd; readonly to: CiliumEnd })[] {
    return this.ends.flatMap((from) =>
      this.ends
        .filter((to) => to !== from && ("name" in from.known || "name" in to.known))
        .flatMap((to) => listeners.map((listener) => ({ from, to, ...listener }))),
    );
  }

  /** A random world as it is here: its pods on these nodes. */
  worldHere(world: TwinWorld): TwinWorld {
    const [a, b] = this.cluster.nodes;
    const pods = world.pods.map((pod) => ({ ...pod, node: (pod.node === "a" ? a : b).name }));
    return { ...world, pods };
  }

  /** Puts a world on: labels and policies as it says, in force on both nodes. */
  async show(world: TwinWorld): Promise<void> {
    const pods = new Map(world.pods.map((pod) => [pod.ips?.[0], pod]));
    const blocks = longestFirst([...worldBlocks, ...blocksOf(world)]);
    const isIdentity = (address: string, labels: readonly string[]): boolean => {
      const pod = pods.get(address);
      if (pod === undefined) return true;
      if (labels.filter(isUsers).sort().join() !== identityOf(world, pod).join()) return false;
      // A pod that blocks match is known by the longest of them that holds its address.
      const [longest = "0.0.0.0/0"] = blocks.filter((cidr) => AddressSet.of(cidr).containsAddress(address));
      return !this.cidrMatch.includes("pods") || labels.includes(`cidr:${longest}`);
    };
    const before = this.#shown;
    this.#shown = world;
    await this.agents.inForce(isIdentity, () => put(this.cluster.kube, world, before));
  }
}

/** What Cilium knows a pod by: its labels and its namespace's, sorted. */
function identityOf(world: TwinWorld, pod: TwinPod): readonly string[] {
  const namespace = world.namespaces.find(({ name }) => name === pod.namespace);
  const around = { ...namespace?.labels, "kubernetes.io/metadata.name": pod.namespace };
  const all = [
    ...Object.entries(pod.labels ?? {}),
    ...Object.entries(around).map(([key, value]) => [`${ofNamespace}${key}`, value] as const),
  ];
  return all.map(([key, value]) => (value === "" ? `k8s:${key}` : `k8s:${key}=${value}`)).sort();
}

/** Every block of a world's policies, and every exception. */
const blocksOf = ({ networkPolicies }: TwinWorld): readonly string[] =>
  networkPolicies
    .flatMap(({ spec = {} }) => [
      ...(spec.ingress ?? []).flatMap(({ from = [] }) => from),
      ...(spec.egress ?? []).flatMap(({ to = [] }) => to),
    ])
    .flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock.cidr, ...(ipBlock.except ?? [])]))
    .filter((cidr) => !cidr.includes(":"));

function longestFirst(blocks: readonly string[]): readonly string[] {
  const length = (cidr: string) => Number(cidr.split("/")[1]);
  return [...blocks].sort((a, b) => length(b) - length(a));
}
