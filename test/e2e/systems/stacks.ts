import { join } from "node:path";
import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { Engine } from "../engine/engine";
import { editYaml, linkProject, packPolicies, readYaml, root } from "../engine/project";
import { layOutAccount } from "./account";
import { deployReferredStacks } from "./network";

/** Names of the kubeconfig contexts that a stack's clusters have: all, or those that an application is placed on. */
export function contextsOf(stack: string, application?: string): readonly string[] {
  const { config } = readYaml(join(root, `Pulumi.${stack}.yaml`)) as {
    config: { "palisade:clusters": readonly { context: string; applications: object }[] };
  };
  return config["palisade:clusters"]
    .filter(({ applications }) => application === undefined || application in applications)
    .map(({ context }) => context);
}

/** How stacks are laid out. */
interface LayOut {
  /** How much of the stacks' clusters runs; "none": a preview says what it knows, and nothing can be made. */
  readonly clusters: "api" | "pods" | "none";
  /** The only application to provision, on the only cluster that it is placed on. */
  readonly only?: string;
  /** The first cluster's: see ClusterOptions. */
  readonly index?: number;
}

/** The repository's own stacks on the bench: a project whose config fits the test account, the packed policies, an engine. */
export class Stacks {
  private constructor(
    readonly bench: Bench,
    readonly project: string,
    readonly pack: string,
    readonly engine: Engine,
    readonly clusters: readonly Cluster[],
  ) {}

  /** @param name of the folder, unique on the bench */
  static async layOut(
    bench: Bench,
    name: string,
    stacks: readonly string[],
    { clusters, only, index = 1 }: LayOut,
  ): Promise<Stacks> {
    const running: Cluster[] = [];
    const contexts = clusters === "none" ? [] : stacks.flatMap((stack) => contextsOf(stack, only));
    for (const [i, context] of contexts.entries()) {
      const options = { name: context, index: index + i, serviceCidr: "10.43.0.0/16" };
      running.push(await bench.startCluster(options, clusters === "pods" ? "pods" : "api"));
    }
    const work = join(bench.folder, name);
    const project = linkProject(root, join(work, "project"));
    const pack = await packPolicies(join(work, "pack"));
    const endpoint = await bench.aws();
    const engine = new Engine(project, work, bench.parts.path, {
      AWS_ENDPOINT_URL: endpoint,
      ...(clusters !== "none" ? { KUBECONFIG: bench.kubeconfig(running) } : {}),
    });
    for (const stack of stacks) {
      await layOutAccount(endpoint, join(project, `Pulumi.${stack}.yaml`));
      await deployReferredStacks(endpoint, project, stack, { work, parts: bench.parts.path });
      await engine.init(stack);
      if (only === undefined) continue;
      editYaml(join(project, `Pulumi.${stack}.yaml`), (document) => {
        (document["config"] as Record<string, unknown>)["palisade:applications"] = [only];
      });
    }
    return new Stacks(bench, project, pack, engine, running);
  }

  /** A stack's config file: a copy, to be changed by tests. */
  config(stack: string): string {
    return join(this.project, `Pulumi.${stack}.yaml`);
  }

  /** @throws Error for a context of no stack here */
  cluster(context: string): Cluster {
    const found = this.clusters.find(({ options }) => options.name === context);
    if (found === undefined) throw new Error(`no cluster ${context} runs`);
    return found;
  }

  async stop(): Promise<void> {
    for (const cluster of this.clusters) await this.bench.stopCluster(cluster);
  }
}
