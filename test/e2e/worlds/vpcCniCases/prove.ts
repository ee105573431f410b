import { strict as assert } from "node:assert";
import { bench } from "../../bench/bench";
import { Prediction } from "../../matrix/prediction";
import { manifestsOf } from "../../../twin/manifests";
import { questionOf } from "../predict";
import { vpcCniDepartures } from "../vpcCniDepartures";
import { VpcCniModel } from "../vpcCniModel";
import type { VpcCniWorldStage } from "../vpcCniStage";
import type { VpcCniCase } from "./case";
import { caseCells, caseWorld, observeCase, openLines } from "./observed";

/**
 * A case on the agents: its policies become the rules that it says, packets do what it says, and the analyzer says the same, but for the
 * departure that its title names, by which alone the difference is told.
 */
export async function proveCase(stage: VpcCniWorldStage, one: VpcCniCase): Promise<void> {
  const world = caseWorld(one);
  const { services = [], target = "w-a/p0" } = one;
  assert.deepEqual(await stage.agents.rules([...stage.objectsOf(world), ...services]), one.rules);
  const observed = await observeCase(stage, one);
  bench().count("VPC CNI differences", observed.join() === one.open.join() ? 0 : 1);
  assert.deepEqual(observed, one.open);

  const cells = caseCells(stage, one);
  const withoutServices = one.open.filter((line) => !line.startsWith("out the Service:"));
  const prediction = new Prediction(manifestsOf(world));
  const predicted = openLines(target, cells, ({ from, to, protocol, port }) => {
    return prediction.verdict(from.known, to.known, protocol, port) === "allowed";
  });
  const departure = /\(departure: (.*)\)$/.exec(one.what)?.[1];
  if (departure === undefined) {
    assert.deepEqual(predicted, withoutServices, "the analyzer says so");
    return;
  }
  assert.notDeepEqual(predicted, withoutServices, "a departure");
  const { name } = vpcCniDepartures.find((each) => each.name === departure) ?? assert.fail(departure);
  const model = new VpcCniModel(world, new Set([name]));
  const told = openLines(target, cells, (cell) => model.verdict(questionOf(cell)) === "allowed");
  assert.deepEqual(told, withoutServices, "the departure tells it");
}
