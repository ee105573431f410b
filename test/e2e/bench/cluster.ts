import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { daemon, eventually, run, type Daemon } from "../machine/process";
import type { Parts } from "../parts/prepare";
import { planControlPlane, type ControlPlane, type Program } from "./controlPlane";
import { Kube, type KubeObject } from "../kube/client";
import { addNode, type NodeHost } from "./network";

/** What a cluster is made of. */
export interface ClusterOptions {
  /** Name of its kubeconfig context. */
  readonly name: string;
  /** 1, 2, …: sets its API server's port and its nodes' addresses apart from other clusters'. */
  readonly index: number;
  readonly serviceCidr: string;
}

/**
 * A Kubernetes cluster: the real API server on etcd, the controller manager's controllers of namespaces, garbage
 * collection and admission policies' types, the SecurityGroupPolicy definition, and two nodes. No scheduler and no kubelet: pods say where they run,
 * and KWOK (kubelet.ts) stands in for what would run them.
 */
export class Cluster {
  readonly nodes: readonly [NodeHost, NodeHost];
  readonly #daemons: Daemon[] = [];
  #kube: Kube | undefined;

  private constructor(
    readonly options: ClusterOptions,
    readonly folder: string,
    readonly parts: Parts,
    readonly controlPlane: ControlPlane,
  ) {
    const { name, index } = options;
    this.nodes = [
      { name: `${name}-a`, address: `10.0.${index}.11` },
      { name: `${name}-b`, address: `10.0.${index}.12` },
    ];
  }

  /** Starts the API server and what it needs, waits until it answers, and registers definitions and nodes. */
  static async start(options: ClusterOptions, parts: Parts, runFolder: string): Promise<Cluster> {
    const folder = join(runFolder, options.name);
    mkdirSync(folder);
    const cluster = new Cluster(options, folder, parts, planControlPlane(folder, options));
    await cluster.#startControlPlane();
    await cluster.#register();
    return cluster;
  }

  get kube(): Kube {
    if (this.#kube === undefined) throw new Error(`${this.options.name}: the API server hasn't answered yet`);
    return this.#kube;
  }

  /**
   * Starts one of the parts, its log in the cluster's folder, in a node's network namespace or beside the API server.
   * @param commands where it finds the commands that it starts itself, if not where everybody does
   */
  run({ name, args }: Program, namespace?: string, commands?: string): Daemon {
    const title = namespace === undefined ? name : `${name}@${namespace}`;
    const path = join(this.parts.path, name);
    const within = commands === undefined ? [] : ["env", `PATH=${commands}`];
    const [command, all] =
      namespace === undefined ? [path, args] : ["ip", ["netns", "exec", namespace, ...within, path, ...args]];
    return this.start(title, command, all);
  }

  /** Starts a command that ends with the cluster at the latest; its log is in the cluster's folder. */
  start(title: string, command: string, args: readonly string[]): Daemon {
    const started = daemon(title, join(this.folder, `${title}.log`), command, args, { cwd: this.folder });
    this.#daemons.push(started);
    return started;
  }

  /** Stops everything that it started, and makes room for another cluster of the same name. */
  async stop(): Promise<void> {
    await Promise.all(this.#daemons.map((each) => each.stop()));
    for (const node of this.nodes) await run("ip", ["netns", "delete", node.name]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #startControlPlane(): Promise<void> {
    this.run(this.controlPlane.etcd);
    const server = this.run(this.controlPlane.apiServer);
    const systemNamespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } };
    // What lets every account ask which kinds are served; the server makes it a moment after it answers.
    const discovery = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:discovery" },
    };
    this.#kube = await eventually(
      `${this.options.name}: the API server answers`,
      async () => {
        if (server.exited() !== undefined) throw new Error(readFileSync(server.log, "utf8").slice(-2000));
        const kube = Kube.open(this.controlPlane.kubeconfig);
        return (await kube.read(systemNamespace)) && (await kube.read(discovery)) && kube;
      },
      { timeoutMs: 90_000 },
    );
    this.run(this.controlPlane.controllerManager);
  }

  async #register(): Promise<void> {
    for (const file of ["securitygrouppolicies.yaml", "kwok-execs.yaml"]) {
      const path = this.parts.files.get(file);
      if (path === undefined) throw new Error(`${file} is missing from the parts`);
      for (const definition of loadAll(readFileSync(path, "utf8")))
        await this.kube.apply(definition as KubeObject);
    }
    for (const node of this.nodes) {
      await addNode(node);
      await this.kube.apply({ apiVersion: "v1", kind: "Node", metadata: { name: node.name } });
    }
  }
}
