import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemon, eventually, type Daemon } from "../machine/process";
import type { Options } from "../options";
import { launchProviders, type ProviderInUse } from "../providers/launchers";
import type { Parts } from "../parts/prepare";
import { Prober } from "./prober";
import { buildRouter } from "./network";
import { Cluster, type ClusterOptions } from "./cluster";
import { startKubelets, wrapTools } from "./kubelet";
import { startPolicyControllers } from "./policyController";

const awsEndpoint = "http://127.0.0.1:5000";

/** What one run has: its parts, its files, and what was started, by whoever asks first. */
export class Bench {
  readonly prober: Prober;
  readonly providers: readonly ProviderInUse[];
  /** Rows of the closing table: what, and how much of it. */
  readonly totals = new Map<string, number>();
  /** What this machine can't run, and why: unproven, whatever else is green. */
  readonly cantRun = new Map<string, string>();
  readonly #clusters = new Map<string, Cluster>();

  #moto: Daemon | undefined;

  private constructor(
    readonly options: Options,
    readonly parts: Parts,
    readonly folder: string,
  ) {
    this.prober = new Prober(join(parts.path, "prober"));
    wrapTools(folder);
    this.providers = launchProviders(parts.path);
  }

  static async start(options: Options, parts: Parts, folder: string): Promise<Bench> {
    await buildRouter();
    return new Bench(options, parts, folder);
  }

  /**
   * Starts a cluster. `parts` says how much of it: the API alone; with kubelets, so that pods run; or with the policy
   * controllers too, so that policies are enforced.
   */
  async startCluster(options: ClusterOptions, parts: "api" | "pods" | "enforced"): Promise<Cluster> {
    // One that was kept makes room for the next of its name.
    await this.#clusters.get(options.name)?.stop();
    const cluster = await Cluster.start(options, this.parts, this.folder);
    this.#clusters.set(options.name, cluster);
    if (parts !== "api") await startKubelets(cluster);
    if (parts === "enforced") await startPolicyControllers(cluster);
    return cluster;
  }

  /** A kubeconfig file with a context for each of some clusters. */
  kubeconfig(clusters: readonly Cluster[]): string {
    const path = join(this.folder, `kubeconfig-${clusters.map(({ options }) => options.name).join("+")}`);
    const single = clusters.map(({ controlPlane }) => readFileSync(controlPlane.kubeconfig, "utf8"));
    const all = single.map(
      (text) => JSON.parse(text) as Record<"clusters" | "users" | "contexts", unknown[]>,
    );
    const merged = {
      apiVersion: "v1",
      kind: "Config",
      clusters: all.flatMap((each) => each.clusters),
      users: all.flatMap((each) => each.users),
      contexts: all.flatMap((each) => each.contexts),
    };
    writeFileSync(path, JSON.stringify(merged), { mode: 0o600 });
    return path;
  }

  /** Starts moto once; returns the address of its AWS API. */
  async aws(): Promise<string> {
    if (this.#moto === undefined) {
      const log = join(this.folder, "moto.log");
      this.#moto = daemon("moto", log, join(this.parts.path, "moto_server"), [
        "-H",
        "127.0.0.1",
        "-p",
        "5000",
      ]);
      await eventually("moto answers", async () => (await fetch(awsEndpoint)).ok || undefined);
    }
    return awsEndpoint;
  }

  get clusters(): readonly Cluster[] {
    return [...this.#clusters.values()];
  }

  /** Stops a cluster, unless everything is to be kept. Its pods' network namespaces go with the run. */
  async stopCluster(cluster: Cluster): Promise<void> {
    if (this.options.keep) return;
    await cluster.stop();
    this.#clusters.delete(cluster.options.name);
  }

  /** Adds to a row of the closing table. */
  count(what: string, howMany: number): void {
    this.totals.set(what, (this.totals.get(what) ?? 0) + howMany);
  }

  async stop(): Promise<void> {
    this.prober.stop();
    await this.#moto?.stop();
    await Promise.all(this.clusters.map((cluster) => cluster.stop()));
  }
}

let running: Bench | undefined;

/** The bench of this run, for the suites. */
export function bench(): Bench {
  if (running === undefined) throw new Error("the suites run on the bench: npm run e2e");
  return running;
}

export function setBench(started: Bench): void {
  running = started;
}
