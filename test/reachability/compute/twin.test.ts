import { strict as assert } from "node:assert";
import { explain } from "../../../reachability/answer/explain/explain";
import { targetsOf } from "../../../reachability/answer/services";
import { randomWorld, withServices } from "../../twin/randomWorld";
import { connectedByService } from "../../twin/twin";
import type { TwinWorld } from "../../twin/world";
import { analysisOf } from "../worlds";
import { compare, finder, FIRST_SEED, WORLDS } from "./againstTwin";

/** Asserts that both agree on every pod's way by every Service to every pod behind it. */
function compareWays(world: TwinWorld, seed: number): number {
  const analysis = analysisOf(world);
  const find = finder(analysis);
  let ways = 0;
  for (const service of world.services ?? []) {
    const own = analysis.world.services.find(({ name }) => name === service.name);
    assert.ok(own !== undefined);
    for (const target of targetsOf(analysis, own, service.protocol, service.port, "cluster") ?? []) {
      const pod = world.pods.find(({ namespace, name }) => target.to.id === `${namespace}/${name}[Pod]`);
      if (pod === undefined || target.way?.path === undefined) continue;
      for (const from of world.pods) {
        const question = {
          from: find(from),
          to: target.to,
          protocol: service.protocol,
          port: target.port,
          way: target.way,
        };
        const expected = connectedByService(world, from, service, pod);
        const { verdict, sentences } = explain(analysis, question);
        assert.equal(
          verdict,
          expected,
          `seed ${seed}: ${sentences.join("\n")}\n${JSON.stringify(world, null, 1)}`,
        );
        ways++;
      }
    }
  }
  return ways;
}

describe(`reachability: agrees with the twin`, () => {
  it(`on ${WORLDS} random worlds from seed ${FIRST_SEED}`, function () {
    this.timeout(0);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      compare(randomWorld(seed), seed);
    }
  });

  it(`on ${WORLDS} random worlds with Services, and on what these lead to`, function () {
    this.timeout(0);
    let ways = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      const world = withServices(randomWorld(seed), seed);
      compare(world, seed);
      ways += compareWays(world, seed);
    }
    assert.ok(ways > WORLDS / 4, `only ${ways} ways by Services`);
  });
});
