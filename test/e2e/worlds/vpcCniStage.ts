import type { Bench } from "../bench/bench";
import { addNode, addOutsideHost, forwardPorts, type NodeHost } from "../bench/network";
import { hostPods } from "../bench/pods";
import { VpcCni, type EnforcingMode } from "../bench/vpcCni";
import { manifestsOf } from "../../twin/manifests";
import type { TwinPod, TwinWorld } from "../../twin/world";
import { listeners, namespaces, outside, pods } from "./randomWorld";
import { inIPv6, worldInIPv6 } from "./ipv6";
import type { WorldCell } from "./predict";
import type { WorldEnd } from "./stage";

/** In half of the namespaces, pods' names differ only after a dash, as a Deployment's do: on one node they share a rule set. */
const renamed: Readonly<Record<string, string>> = { p0: "p-0", p1: "p-1", p2: "p-2" };
const sharing: readonly string[] = namespaces.slice(2);

const withName = <Pod extends TwinPod>(pod: Pod): Pod =>
  sharing.includes(pod.namespace) ? { ...pod, name: renamed[pod.name] ?? pod.name } : pod;

/** The pods of the random worlds, as they are called here. */
export const vpcCniPods = pods.map(withName);

/** A world with pods as they are called here. */
const withNames = (world: TwinWorld): TwinWorld => ({ ...world, pods: world.pods.map(withName) });

/** The address families that a stage's cluster may be of, each with its nodes' names and its way with the worlds' addresses. */
const families = {
  IPv4: { prefix: "vpc", address: (text: string) => text, world: (world: TwinWorld) => world },
  IPv6: { prefix: "vpc6", address: inIPv6, world: worldInIPv6 },
};
type AddressFamily = keyof typeof families;

/** Two nodes with the pods of the random worlds: no API server, the agents get what it would list. */
export class VpcCniWorldStage {
  private constructor(
    readonly agents: VpcCni,
    readonly ends: readonly WorldEnd[],
    private readonly nodes: Readonly<Record<"a" | "b", NodeHost>>,
    private readonly bench: Bench,
    private readonly family: AddressFamily,
  ) {}

  static async build(bench: Bench, family: AddressFamily = "IPv4"): Promise<VpcCniWorldStage> {
    const { prefix, address: addressOf } = families[family];
    const a = { name: `${prefix}-a`, address: addressOf("10.0.44.11") };
    const b = { name: `${prefix}-b`, address: addressOf("10.0.44.12") };
    await addNode(a);
    await addNode(b);
    const specs = vpcCniPods.map(({ name, namespace, ips, node }) => ({
      ...{ name, kubeNamespace: namespace, labels: {}, address: addressOf(ips[0]), listeners },
      node: node === "a" ? a : b,
    }));
    const running = await hostPods(bench.prober, specs);
    const ends: WorldEnd[] = running.map(({ name, kubeNamespace, host }) => ({
      name: `${kubeNamespace}/${name}`,
      answer: `${kubeNamespace}/${name}`,
      host,
      known: { namespace: kubeNamespace, name },
    }));
    for (const { name, address: text } of outside) {
      const address = addressOf(text);
      const host = await addOutsideHost(`${prefix}-${name}`, address);
      await bench.prober.serve(host, name, listeners);
      ends.push({ name, answer: name, host, known: { address } });
    }
    const agents = await VpcCni.start(bench.parts, [a, b]);
    await agents.attach(running);
    return new VpcCniWorldStage(agents, ends, { a, b }, bench, family);
  }

  /** A random world as it is here: with the names of these pods, and addresses of this family. */
  worldHere(world: TwinWorld): TwinWorld {
    return families[this.family].world(withNames(world));
  }

  /** Every question: all pairs of which at least one is a pod, on every port. */
  cells(): readonly WorldCell[] {
    return this.ends.flatMap((from) =>
      this.ends
        .filter((to) => to !== from && !("address" in from.known && "address" in to.known))
        .flatMap((to) => listeners.map((listener) => ({ from, to, ...listener }))),
    );
  }

  /** @throws Error for a name that nobody has */
  end(name: string): WorldEnd {
    const found = this.ends.find((end) => end.name === name);
    if (found === undefined) throw new Error(`no end ${name}`);
    return found;
  }

  /** Makes an address a pod's on both nodes, as kube-proxy makes a Service's: ports of the address to ports of the pod. */
  async forward(
    address: string,
    pod: WorldEnd,
    ports: readonly (readonly [port: number, target: number])[],
  ): Promise<void> {
    for (const { name } of Object.values(this.nodes))
      await forwardPorts(name, address, pod.host.address, ports);
  }

  /** Starts a pod on the first node; nothing is enforced on it yet. @returns it as an end, no part of `ends` */
  async start(pod: TwinPod & { readonly ips: readonly [string] }, mode: EnforcingMode): Promise<WorldEnd> {
    const { name, namespace, ips } = pod;
    const spec = {
      name,
      kubeNamespace: namespace,
      labels: {},
      address: ips[0],
      node: this.nodes.a,
      listeners,
    };
    const [running] = await hostPods(this.bench.prober, [spec]);
    if (running === undefined) throw new Error(`${name} doesn't run`);
    await this.agents.attach([running], mode);
    const full = `${namespace}/${name}`;
    return { name: full, answer: full, host: running.host, known: { namespace, name } };
  }

  /** What an API server would list of a world: each pod on its node. */
  objectsOf(world: TwinWorld): readonly object[] {
    const hostOf = new Map(
      world.pods.map(({ ips = [], node }) => [ips[0], this.nodes[node === "a" ? "a" : "b"].address]),
    );
    return manifestsOf(world).map((object) => {
      if (!("status" in object)) return object;
      const { podIP } = object.status as { podIP?: string };
      return { ...object, status: { ...(object.status as object), hostIP: hostOf.get(podIP) } };
    });
  }

  /** Enforces a world, from no flow on that was there before. */
  async show(world: TwinWorld, more: readonly object[] = []): Promise<void> {
    await this.agents.enforce([...this.objectsOf(world), ...more]);
    await this.agents.forget();
  }
}
