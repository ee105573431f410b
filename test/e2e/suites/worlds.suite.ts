import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { delay } from "../machine/process";
import { cellText, observe } from "../matrix/cells";
import { Prediction } from "../matrix/prediction";
import { say } from "../machine/progress";
import { questionOf, twinVerdict, type WorldCell } from "../worlds/predict";
import { departures } from "../worlds/departures";
import { KubeRouter } from "../worlds/kubeRouter";
import { listeners, randomWorld } from "../worlds/randomWorld";
import { WorldStage } from "../worlds/stage";
import { manifestsOf } from "../../twin/manifests";
import type { TwinWorld } from "../../twin/world";

describe("worlds: what the analyzer predicts is what packets do, on random policies", () => {
  let cluster: Cluster;
  let stage: WorldStage;
  let cells: readonly WorldCell[];

  before("a cluster with twelve pods in four namespaces and two hosts outside", async () => {
    cluster = await bench().startCluster(
      { name: "worlds", index: 8, serviceCidr: "10.43.0.0/16" },
      "enforced",
    );
    stage = await WorldStage.build(bench(), cluster);
    cells = stage.ends.flatMap((from) =>
      stage.ends
        .filter((to) => to !== from && !("address" in from.known && "address" in to.known))
        .flatMap((to) => listeners.map((listener) => ({ from, to, ...listener }))),
    );
  });

  after(() => bench().stopCluster(cluster));

  const all = new Set(departures.map(({ name }) => name));

  /** Cells where packets don't do what is predicted. A difference is looked at again: a controller may lag. */
  async function differences(world: TwinWorld): Promise<string[]> {
    const prediction = new Prediction(manifestsOf(world));
    const controller = new KubeRouter(world, all);
    const faithful = new KubeRouter(world, new Set());
    const wrong: string[] = [];
    let open = cells.map((cell) => {
      const predicted = prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port);
      if (twinVerdict(world, cell) !== predicted)
        wrong.push(`${cellText(cell)}: the twin disagrees with ${predicted}`);
      if (faithful.verdict(questionOf(cell)) !== predicted)
        wrong.push(`${cellText(cell)}: the model disagrees`);
      const expected = controller.verdict(questionOf(cell));
      if (expected !== predicted) bench().count("cells where the controller departs, as predicted", 1);
      return { cell, expected };
    });
    for (let look = 0; open.length > 0 && look < 4; look++) {
      if (look > 0) await delay(500 * look);
      const observed = await observe(
        bench().prober,
        open.map(({ cell }) => cell),
      );
      open = open.filter(({ expected }, i) => observed[i]?.observed !== expected);
    }
    // Here, before anything is asserted: the closing table has them even where a test then fails.
    bench().count("random differences", wrong.length + open.length);
    return [
      ...wrong,
      ...open.map(({ cell, expected }) => `${cellText(cell)}: expected ${expected}, observed otherwise`),
    ];
  }

  it("control: without policies every probe to a listening port succeeds", async () => {
    const world = { ...randomWorld(bench().options.seed, 0), networkPolicies: [] };
    await stage.show(world);
    const blocked = (await observe(bench().prober, cells)).filter(({ observed }) => observed === "blocked");
    assert.deepEqual(blocked.map(cellText), []);
  });

  it("every cell of every random world", async () => {
    const { seed, worlds = 200, world: only } = bench().options;
    const numbers = only === undefined ? Array.from({ length: worlds }, (_, i) => i + 1) : [only];
    const failures: string[] = [];
    for (const number of numbers) {
      const world = randomWorld(seed, number);
      await stage.show(world);
      const different = await differences(world);
      bench().count("random worlds", 1);
      bench().count("random cells compared", cells.length);
      if (different.length > 0) {
        failures.push(
          `world ${number}: ${different.length} of ${cells.length} cells; rerun: npm run e2e -- --only worlds --seed ${seed} --world ${number}`,
          ...different.slice(0, 12).map((line) => `  ${line}`),
        );
        if (only !== undefined) say(JSON.stringify(world, undefined, 1));
      }
      if (number % 20 === 0) say(`${number} random worlds, ${failures.length} lines of differences`);
    }
    assert.equal(failures.length, 0, `\n${failures.slice(0, 120).join("\n")}`);
  });
});
