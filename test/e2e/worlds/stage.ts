import { isDeepStrictEqual } from "node:util";
import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { addOutsideHost, forgetConnections, type NodeHost } from "../bench/network";
import { type PodSpec, runPods, type RunningPod } from "../bench/pods";
import type { Kube } from "../kube/client";
import { eventually } from "../machine/process";
import type { End } from "../matrix/cells";
import type { PredictedEnd } from "../matrix/prediction";
import type { TwinWorld } from "../../twin/world";
import { listeners, namespaces, outside, pods } from "./randomWorld";

/** An end of a world: where it is on the bench, and what the analyzer and the twin know it as. */
export interface WorldEnd extends End {
  readonly known: Exclude<PredictedEnd, { readonly guarded: string } | { readonly node: string }>;
}

/** Its two pods tell when the controllers have caught up: one a node, open at a port that alternates. */
const canary = "w-canary";
const canaryPorts = [7000, 7001] as const;

/** A cluster with the pods of every random world, on which one world after the other is put. */
export class WorldStage {
  #generation = 0;

  private constructor(
    readonly bench: Bench,
    readonly cluster: Cluster,
    readonly ends: readonly WorldEnd[],
    private readonly canaries: readonly End[],
  ) {}

  static async build(bench: Bench, cluster: Cluster): Promise<WorldStage> {
    for (const name of [...namespaces, canary]) {
      await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    const [a, b] = cluster.nodes;
    const running = await runPods(cluster, bench.prober, podSpecs(a, b));
    const canaries = await runPods(
      cluster,
      bench.prober,
      [a, b].map((node, i) => ({
        name: `canary-${i}`,
        kubeNamespace: canary,
        labels: {},
        address: `10.42.${i}.250`,
        node,
        listeners: canaryPorts.map((port) => ({ protocol: "tcp" as const, port })),
      })),
    );
    const ends = await endsOf(bench, running);
    const canaryEnds = canaries.map(({ name, kubeNamespace, host }) => ({
      ...{ name, host, answer: `${kubeNamespace}/${name}` },
    }));
    return new WorldStage(bench, cluster, ends, canaryEnds);
  }

  /** Puts a world on: labels and policies as it says, and the controllers have seen them. */
  async show(world: TwinWorld): Promise<void> {
    await put(this.cluster.kube, world);
    await this.#caughtUp();
    await forgetConnections(this.cluster.nodes);
  }

  /** Waits until both controllers enforce a policy that was written after everything else. */
  async #caughtUp(): Promise<void> {
    const turn = ++this.#generation % 2;
    const [open, closed] = [canaryPorts[turn], canaryPorts[1 - turn]];
    if (open === undefined || closed === undefined) throw new Error("two canary ports");
    await this.cluster.kube.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "canary", namespace: canary },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports: [{ port: open }] }] },
    });
    // From the outside, so that each node's own controller is what decides.
    const from = this.ends.find((end) => end.name === "internet")?.host.namespace ?? "";
    const probes = this.canaries.flatMap(({ host }) =>
      [open, closed].map((port) => ({
        namespace: from,
        protocol: "tcp" as const,
        address: host.address,
        port,
      })),
    );
    await eventually(
      "the policy controllers have caught up",
      async () => {
        const seen = await this.bench.prober.probe(probes);
        return seen.every(({ verdict }, i) => (verdict === "connected") === (i % 2 === 0)) || undefined;
      },
      { everyMs: 50 },
    );
  }
}

/** The pods of every random world, on two nodes. */
export function podSpecs(a: NodeHost, b: NodeHost): readonly PodSpec[] {
  const named = (pod: (typeof pods)[number], listener: (typeof listeners)[number]) =>
    pod.containerPorts?.find(
      ({ containerPort, protocol = "TCP" }) =>
        containerPort === listener.port && protocol.toLowerCase() === listener.protocol,
    )?.name;
  return pods.map((pod) => ({
    name: pod.name,
    kubeNamespace: pod.namespace,
    labels: {},
    address: pod.ips[0],
    node: pod.node === "a" ? a : b,
    listeners: listeners.map((listener) => {
      const name = named(pod, listener);
      return name === undefined ? listener : { ...listener, name };
    }),
  }));
}

/**
 * The ends of every random world: its pods, and hosts outside, which are made.
 * @param prefix of those hosts' network namespaces, where another stage has them too
 */
export async function endsOf(bench: Bench, running: readonly RunningPod[], prefix = ""): Promise<WorldEnd[]> {
  const ends: WorldEnd[] = running.map(({ name, kubeNamespace, host }) => ({
    name: `${kubeNamespace}/${name}`,
    answer: `${kubeNamespace}/${name}`,
    host,
    known: { namespace: kubeNamespace, name },
  }));
  for (const { name, address } of outside) {
    const host = await addOutsideHost(`${prefix}${name}`, address);
    await bench.prober.serve(host, name, listeners);
    ends.push({ name, answer: name, host, known: { address } });
  }
  return ends;
}

/**
 * Makes an API server's objects those of a world: labels and policies as it says.
 * @param before what it has been shown before, whose labels needn't be written again
 */
export async function put(kube: Kube, world: TwinWorld, before?: TwinWorld): Promise<void> {
  const stays = ({ labels = {} }: { labels?: object }, was: { labels?: object } | undefined): boolean =>
    was !== undefined && isDeepStrictEqual(labels, was.labels ?? {});
  // Never changed in place: a policy that names no types would keep those that the one before it was given by default.
  await Promise.all(namespaces.map((name) => kube.removeAll("networking.k8s.io/v1", "NetworkPolicy", name)));
  await Promise.all([
    ...world.namespaces
      .filter(
        (each) =>
          !stays(
            each,
            before?.namespaces.find(({ name }) => name === each.name),
          ),
      )
      .map(({ name, labels = {} }) =>
        kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }),
      ),
    ...world.pods
      .filter(
        (each) =>
          !stays(
            each,
            before?.pods.find((was) => nameOf(was) === nameOf(each)),
          ),
      )
      .map(({ namespace, name, labels = {} }) =>
        // Of another owner than the one who made the pod: an apply takes away what its owner applied before, nothing else.
        kube.apply(
          { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels } },
          { manager: "worlds", force: true, dryRun: false },
        ),
      ),
    ...world.networkPolicies.map(({ metadata, spec = {} }) =>
      kube.apply({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" },
        spec,
      }),
    ),
  ]);
}

const nameOf = (named: { namespace?: string; name?: string } = {}): string =>
  `${named.namespace ?? ""}/${named.name ?? ""}`;
