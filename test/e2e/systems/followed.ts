import type { Bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import type { RunningPod } from "../bench/pods";
import { VpcCni } from "../bench/vpcCni";
import { delay } from "../machine/process";
import { liveObjects } from "./vpcCni";

/** How often the API server is looked at: a controller that watches it, and agents that do, are a moment behind it too. */
const EVERY_MS = 50;

/** The VPC CNI's agents, enforcing whatever is live on a cluster, a moment after it is. */
export class FollowedCluster {
  #running = true;
  readonly #finished: Promise<void>;

  private constructor(
    private readonly cluster: Cluster,
    private readonly agents: VpcCni,
  ) {
    this.#finished = this.#follow();
    // Whoever stops it is told.
    this.#finished.catch(() => undefined);
  }

  /** Puts the programs on the links of pods, and begins to enforce. */
  static async start(bench: Bench, cluster: Cluster, pods: readonly RunningPod[]): Promise<FollowedCluster> {
    const agents = await VpcCni.start(bench.parts, cluster.nodes);
    await agents.attach(pods);
    return new FollowedCluster(cluster, agents);
  }

  async #follow(): Promise<void> {
    let known = "";
    while (this.#running) {
      const live = await liveObjects(this.cluster);
      const versions = live.map(
        ({ metadata }) => `${String(metadata["uid"])} ${String(metadata["resourceVersion"])}`,
      );
      const seen = versions.join();
      if (seen !== known) await this.agents.enforce(live);
      known = seen;
      await delay(EVERY_MS);
    }
  }

  /** Has the agents forget every flow that they have let through. */
  forget(): Promise<void> {
    return this.agents.forget();
  }

  /** @throws whatever ended it before */
  async stop(): Promise<void> {
    this.#running = false;
    try {
      await this.#finished;
    } finally {
      this.agents.stop();
    }
  }
}
