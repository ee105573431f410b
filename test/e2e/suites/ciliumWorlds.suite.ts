import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { cellText, observe } from "../matrix/cells";
import { CILIUM } from "../systems/ciliumTrial";
import { CiliumWorldStage } from "../worlds/ciliumStage";
import { compareCiliumBlocks, compareCiliumWorlds, emptyWorld, mistakesShow } from "../worlds/ciliumWorlds";

/** What blocks match beside addresses outside, each on a cluster of its own, and which of the random worlds are shown there. */
const modes = [
  { what: "addresses outside only", cidrMatch: [], part: [0, 0.7] },
  { what: "nodes too", cidrMatch: ["nodes"], part: [0.7, 0.85] },
  { what: "pods too", cidrMatch: ["pods"], part: [0.85, 1] },
] as const;

describe("cilium: random worlds on Cilium's own agents", () => {
  for (const [i, { what, cidrMatch, part }] of modes.entries())
    describe(`on twelve pods, two nodes and two hosts outside, where blocks match ${what}`, () => {
      let cluster: Cluster;
      let stage: CiliumWorldStage;

      before("their agents, if this machine can run them", async function () {
        if (bench().cantRun.has(CILIUM)) this.skip();
        const options = { name: `cilium-worlds-${i}`, index: 54 + i, serviceCidr: "10.43.0.0/16" };
        cluster = await bench().startCluster(options, "pods");
        const built = await orWhyNot(() => CiliumWorldStage.build(bench(), cluster, cidrMatch));
        if (typeof built !== "string") {
          stage = built;
          return;
        }
        bench().cantRun.set(CILIUM, built);
        this.skip();
      });

      after(() => bench().stopCluster(cluster));

      it("control: without policies, every probe to a listening port succeeds", async () => {
        await stage.show(emptyWorld(stage, part));
        const seen = await observe(bench().prober, stage.cells());
        assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
      });

      it("blocks that hold nodes, an API server on one, hosts outside and pods", () =>
        compareCiliumBlocks(stage, part));

      it("a policy that is left out, and one that is wider, is seen", () => mistakesShow(stage, part));

      it("every cell of random worlds", () => compareCiliumWorlds(stage, part));
    });
});

/** What something makes, or why it can't be made here. */
async function orWhyNot<T>(make: () => Promise<T>): Promise<T | string> {
  try {
    return await make();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
