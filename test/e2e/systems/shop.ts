import { strict as assert } from "node:assert";
import { join } from "node:path";
import { withoutLayout } from "../../../compile/networkPolicy/names";
import { bench } from "../bench/bench";
import { Cilium } from "../bench/cilium";
import type { Cluster } from "../bench/cluster";
import { Engine } from "../engine/engine";
import { editYaml } from "../engine/project";
import type { Kube, KubeObject } from "../kube/client";
import { delay, must } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { pluggedBy } from "./cilium";
import { LiveCommand } from "./live";
import { succeeded } from "./outcomes";
import { SystemStage } from "./stage";
import { systems } from "./system";
import { watchSystem, type WatchOptions } from "./watched";

/**
 * Versions of the application. From 1 to 2 peers come and go on ports that their policies have already, as when monitoring
 * moves and a workload gets a neighbour's port: no rule of a policy changes its place. Version 3 has rules on other ports, and
 * other peers on the ports before.
 */
export type Version = 1 | 2 | 3;

const prometheus = { "app.kubernetes.io/name": "prometheus" };

const flowsOf: Readonly<Record<Version, readonly object[]>> = {
  1: [],
  2: [
    { from: "celery-beat", to: "pgbouncer", ports: ["tcp/5432"], because: "version 2 pools its connections" },
  ],
  3: [
    { from: "nginx", to: "redis", ports: ["tcp/6379"], because: "version 3 caches pages" },
    {
      from: { kind: "pods", namespace: "monitoring", pods: prometheus },
      to: "nginx",
      ports: ["tcp/80"],
      because: "version 3 is asked whether its pages are there",
    },
  ],
};

/** Whose spelling its policies have, and who enforces them. */
export type ShopCni = "k3s" | "aws-vpc-cni" | "cilium";

/** Overrides of flows that a cluster has to admit otherwise than by a NetworkPolicy. */
export const leftOut: Partial<Record<ShopCni, object>> = {
  cilium: { "postgresql -> kubernetes-api": { removed: "a CiliumNetworkPolicy admits the API server" } },
};

/** The jewelry shop alone, provisioned by the real engine on a cluster that enforces, with its pods ready to run. */
export class Shop {
  readonly #policies = new Map<Version, readonly KubeObject[]>();

  private constructor(
    readonly cluster: Cluster,
    readonly stage: SystemStage,
    readonly command: LiveCommand,
    readonly engine: Engine,
    private readonly cni: ShopCni,
  ) {}

  static readonly namespace = "jewelry-shop";

  /**
   * @param stateOnOwnDisk gives the engine's state a small file system of its own, so that it can be filled
   * @param cni whose spelling the policies have; on the VPC CNI nobody enforces them until its agents do (systems/followed.ts)
   */
  static async create(
    name: string,
    index: number,
    {
      stateOnOwnDisk = false,
      cni = "k3s",
    }: { readonly stateOnOwnDisk?: boolean; readonly cni?: ShopCni } = {},
  ): Promise<Shop> {
    const [system] = systems;
    assert.ok(system?.application === "jewelry-shop");
    const enforced = cni === "k3s" ? "enforced" : "pods";
    const cluster = await bench().startCluster({ name, index, serviceCidr: "10.43.0.0/16" }, enforced);
    const network = cni === "cilium" ? pluggedBy(await Cilium.start(cluster)) : undefined;
    const stage = await SystemStage.prepare(bench(), cluster, system, network);
    const command = LiveCommand.create(cluster, system.cluster);
    editYaml(join(command.project, "Pulumi.dev.yaml"), (document) => {
      (document["config"] as Record<string, unknown>)["palisade:applications"] = ["jewelry-shop"];
    });
    command.configure((config) => Object.assign(config, { context: name, cni }));
    const env = { KUBECONFIG: cluster.controlPlane.kubeconfig };
    const engine = new Engine(
      command.project,
      join(bench().folder, `engine-${name}`),
      bench().parts.path,
      env,
    );
    if (stateOnOwnDisk)
      await must("mount", ["-t", "tmpfs", "-o", "size=64m", "state", join(engine.work, "state")]);
    await engine.init("dev");
    return new Shop(cluster, stage, command, engine, cni);
  }

  /** Sets the config to a version and a stage. */
  configure(version: Version, stage: "observe" | "enforce" = "enforce"): void {
    this.command.configure(({ applications, platform }) => {
      platform["monitoring"] = { namespace: version === 2 ? "watch" : "monitoring", pods: prometheus };
      const extraFlows = flowsOf[version];
      const overrides = {
        ...(extraFlows.length > 0 ? { extraFlows } : {}),
        ...(version === 3 ? { monitoring: false } : {}),
        ...(leftOut[this.cni] && { flows: leftOut[this.cni] }),
      };
      applications["jewelry-shop"] = { stage, ...(Object.keys(overrides).length > 0 ? { overrides } : {}) };
    });
  }

  /** The policies that a version plans; the config is left at it. */
  async policies(version: Version): Promise<readonly KubeObject[]> {
    this.configure(version);
    const known = this.#policies.get(version);
    if (known !== undefined) return known;
    const planned = (await this.command.planned()).filter(({ kind }) => kind === "NetworkPolicy");
    this.#policies.set(version, planned);
    return planned;
  }

  /** Starts to probe what none of some versions admits, and what all do; the config is left at the first. */
  async watch(versions: readonly [Version, ...Version[]], options: WatchOptions = {}): Promise<Watch> {
    const [first, ...others] = versions;
    const policies: (readonly KubeObject[])[] = [];
    for (const version of [...others, first]) policies.push(await this.policies(version));
    return watchSystem(this.stage, policies, options);
  }

  /**
   * What is live and what is planned differ in nothing, and there are the policies of this version and no others: none of a
   * version before, whose name has another hash of ports.
   */
  async assertConverged(version: Version): Promise<void> {
    const { code, stdout, stderr } = await this.command.palisade("drift", ["--application", "jewelry-shop"]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(await this.livePolicies(), namesOf(await this.policies(version)));
  }

  /** Names of the policies that are live, sorted. */
  async livePolicies(): Promise<readonly string[]> {
    return namesOf(await this.cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy", Shop.namespace));
  }

  async namespaceExists(): Promise<boolean> {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: Shop.namespace } };
    return (await this.cluster.kube.read(namespace)) !== undefined;
  }

  /** A live policy by what it is called in every version: "redis-ingress". @throws AssertionError without one */
  async policyCalled(called: string): Promise<KubeObject> {
    return livePolicy(this.cluster.kube, called);
  }

  /** Destroys it. `last` is when isolation itself was there for the last time. */
  async destroy(): Promise<{ readonly began: number; readonly last: number }> {
    const began = Date.now();
    let last = began;
    const going = { on: true };
    const looking = (async () => {
      while (going.on && (await this.isolation()) !== undefined) {
        last = Date.now();
        await delay(20);
      }
    })();
    succeeded(await this.engine.destroy("dev"));
    going.on = false;
    await looking;
    return { began, last };
  }

  /** The isolation, as its live object. */
  isolation(): Promise<KubeObject | undefined> {
    return this.cluster.kube.read(policy("isolation"));
  }
}

const namesOf = (policies: readonly KubeObject[]): readonly string[] =>
  policies.map(({ metadata }) => metadata.name).sort();

/** A policy of the shop by its name, with parts of it. */
export const policy = (name: string, spec?: object): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: Shop.namespace },
  ...(spec === undefined ? {} : { spec }),
});

/** As Shop.policyCalled, on any cluster. */
export async function livePolicy(kube: Kube, called: string): Promise<KubeObject> {
  const all = await kube.list("networking.k8s.io/v1", "NetworkPolicy", Shop.namespace);
  const found = all.filter(({ metadata }) => withoutLayout(metadata.name) === called);
  const [first] = found;
  assert.ok(first !== undefined && found.length === 1, `${found.length} policies are called ${called}`);
  return policy(first.metadata.name);
}
