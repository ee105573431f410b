import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { say } from "../machine/progress";
import { cellText, observe } from "../matrix/cells";
import { Prediction } from "../matrix/prediction";
import { manifestsOf } from "../../twin/manifests";
import type { TwinWorld } from "../../twin/world";
import { questionOf, twinVerdict, type WorldCell } from "./predict";
import { randomWorld } from "./randomWorld";
import { vpcCniDepartures } from "./vpcCniDepartures";
import { VpcCniModel } from "./vpcCniModel";
import type { VpcCniWorldStage } from "./vpcCniStage";

const all = new Set(vpcCniDepartures.map(({ name }) => name));

/** Which departures have decided a cell, alone: for the proof that each has been seen. */
type Seen = Map<string, number>;

/** What each cell of a world should do, by analyzer and model; the disagreements of those that must agree. */
function expected(world: TwinWorld, cells: readonly WorldCell[], seen: Seen) {
  const prediction = new Prediction(manifestsOf(world));
  const departing = new VpcCniModel(world, all);
  const faithful = new VpcCniModel(world, new Set());
  const single = vpcCniDepartures.map(({ name }) => ({
    name,
    model: new VpcCniModel(world, new Set([name])),
  }));
  const wrong: string[] = [];
  const expectations = cells.map((cell) => {
    const predicted = prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port);
    if (twinVerdict(world, cell) !== predicted)
      wrong.push(`${cellText(cell)}: the twin disagrees with ${predicted}`);
    const question = questionOf(cell);
    if (faithful.verdict(question) !== predicted) wrong.push(`${cellText(cell)}: the model disagrees`);
    const word = departing.verdict(question);
    if (word !== predicted)
      for (const { name, model } of single)
        if (model.verdict(question) !== predicted) seen.set(name, (seen.get(name) ?? 0) + 1);
    return { cell, predicted, word };
  });
  return { wrong, expectations };
}

/** Shows a world and compares every cell that the agent decides in an order; returns what differs. */
async function differences(
  stage: VpcCniWorldStage,
  world: TwinWorld,
  seen: Seen,
): Promise<readonly string[]> {
  const { wrong, expectations } = expected(world, stage.cells(), seen);
  await stage.show(world);
  const sure = expectations.filter(({ word }) => word !== "unsure");
  const observed = await observe(
    bench().prober,
    sure.map(({ cell }) => cell),
    "silent",
    (_, i) => sure[i]?.word === "allowed",
  );
  const different = sure.filter(({ word }, i) => observed[i]?.observed !== word);
  bench().count("VPC CNI cells compared", sure.length);
  bench().count(
    "cells where the VPC CNI departs, as predicted",
    sure.filter(({ word, predicted }) => word !== predicted).length,
  );
  bench().count("VPC CNI differences", wrong.length + different.length);
  return [
    ...wrong,
    ...different.map(({ cell, word }) => `${cellText(cell)}: expected ${word}, observed otherwise`),
  ];
}

/**
 * Every cell of every random world, and that each departure decided some.
 * @param usual how many worlds, where the command line doesn't say
 * @throws AssertionError with the first that differ
 */
export async function compareWorlds(stage: VpcCniWorldStage, usual = 200): Promise<void> {
  const { seed, worlds = usual, world: only } = bench().options;
  const numbers = only === undefined ? Array.from({ length: worlds }, (_, i) => i + 1) : [only];
  const failures: string[] = [];
  const seen: Seen = new Map();
  for (const number of numbers) {
    const world = stage.worldHere(randomWorld(seed, number));
    const different = await differences(stage, world, seen);
    bench().count("VPC CNI random worlds", 1);
    if (different.length > 0) {
      failures.push(
        `world ${number}: ${different.length} cells; rerun: npm run e2e -- --only vpccni --seed ${seed} --world ${number}`,
        ...different.slice(0, 12).map((line) => `  ${line}`),
      );
      if (only !== undefined) say(JSON.stringify(world, undefined, 1));
    }
    if (number % 20 === 0) say(`${number} random worlds, ${failures.length} lines of differences`);
  }
  assert.equal(failures.length, 0, `\n${failures.slice(0, 120).join("\n")}`);
  if (only === undefined && worlds >= usual)
    assert.deepEqual([...seen.keys()].sort(), [...all].sort(), "each departure has decided a cell alone");
}
