import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { say } from "../machine/progress";
import { cellText, observe } from "../matrix/cells";
import { Prediction } from "../matrix/prediction";
import { ciliumDepartures } from "../opinions/ciliumDepartures";
import type { OpinionEnd } from "../opinions/cells";
import type { PlacedWorld } from "../opinions/placedWorld";
import { verdictOf } from "../opinions/question";
import { manifestsOf } from "../../twin/manifests";
import type { TwinWorld } from "../../twin/world";
import type { CiliumEnd, CiliumWorldStage } from "./ciliumStage";
import { randomWorld } from "./randomWorld";

const asOpinion = ({ known, host }: CiliumEnd): OpinionEnd => ({ ...known, ips: [host.address] });

/** Shows a world and compares every cell: analyzer, brute-force twin with Cilium's departures, packets; returns what differs. */
async function differences(stage: CiliumWorldStage, world: TwinWorld): Promise<readonly string[]> {
  const { cidrMatch, cluster } = stage;
  const nodes = cluster.nodes.map(({ name, address }) => ({ name, ips: [address] }));
  const placed: PlacedWorld = { running: world, told: world, nodes, nodesTold: true };
  const objects = [
    ...manifestsOf(world),
    ...nodes.map(({ name, ips }) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: ips.map((address) => ({ type: "InternalIP", address })) },
    })),
  ];
  const prediction = new Prediction(objects, { cni: "cilium", cilium: { cidrMatch, sctp: false } });
  const asWritten = new Prediction(objects);
  const undone = new Set(cidrMatch.map((what) => `blocks-and-${what}`));
  const views = ciliumDepartures.filter(({ name }) => !undone.has(name)).map(({ view }) => view);
  const wrong: string[] = [];
  let departing = 0;
  const expectations = stage.cells().map((cell) => {
    const { from, to, port } = cell;
    const protocol = cell.protocol === "tcp" ? "TCP" : "UDP";
    const expected = prediction.verdict(from.known, to.known, cell.protocol, port);
    const asked = { from: asOpinion(from), to: asOpinion(to), protocol, port } as const;
    if (verdictOf(placed, asked, views) !== expected)
      wrong.push(`${cellText(cell)}: the twin disagrees with ${expected}`);
    if (asWritten.verdict(from.known, to.known, cell.protocol, port) !== expected) departing++;
    return { cell, expected };
  });
  await stage.show(world);
  const observed = await observe(
    bench().prober,
    expectations.map(({ cell }) => cell),
    "silent",
    (_, i) => expectations[i]?.expected === "allowed",
  );
  const different = expectations.filter(({ expected }, i) => observed[i]?.observed !== expected);
  bench().count("Cilium cells compared", expectations.length);
  bench().count("cells where Cilium departs, as predicted", departing);
  bench().count("Cilium differences", wrong.length + different.length);
  return [
    ...wrong,
    ...different.map(({ cell, expected }) => `${cellText(cell)}: expected ${expected}, observed otherwise`),
  ];
}

/** How many worlds have the same labels. */
const labelsLast = 50;

/** Every cell of one world. @throws AssertionError with what differs */
export async function compareCiliumWorld(stage: CiliumWorldStage, world: TwinWorld): Promise<void> {
  assert.deepEqual(await differences(stage, stage.worldHere(world)), []);
}

/**
 * Every cell of every random world.
 * @param usual how many worlds, where the command line doesn't say
 * @throws AssertionError with the first that differ
 */
export async function compareCiliumWorlds(stage: CiliumWorldStage, usual: number): Promise<void> {
  const { seed, worlds = usual, world: only } = bench().options;
  const numbers = only === undefined ? Array.from({ length: worlds }, (_, i) => i + 1) : [only];
  const failures: string[] = [];
  for (const number of numbers) {
    // Labels change seldom: an agent tells those of other nodes at most every ten seconds who a pod is now.
    const { namespaces, pods } = randomWorld(seed, Math.ceil(number / labelsLast));
    const { networkPolicies } = randomWorld(seed, number);
    const world = stage.worldHere({ namespaces, pods, networkPolicies });
    const different = await differences(stage, world);
    bench().count("Cilium random worlds", 1);
    if (different.length > 0) {
      failures.push(
        `world ${number}: ${different.length} cells; rerun: npm run e2e -- --only cilium --seed ${seed} --world ${number}`,
        ...different.slice(0, 12).map((line) => `  ${line}`),
      );
      if (only !== undefined) say(JSON.stringify(world, undefined, 1));
    }
    if (number % 20 === 0) say(`${number} random worlds, ${failures.length} lines of differences`);
  }
  assert.equal(failures.length, 0, `\n${failures.slice(0, 120).join("\n")}`);
}
