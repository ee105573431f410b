import { strict as assert } from "node:assert";
import { connection, verdictOf } from "../../../reachability/compute/analysis";
import { withTiers } from "../../twin/randomTiers";
import { randomWorld } from "../../twin/randomWorld";
import { TIER_CASES } from "../../twin/tierCases";
import { analysisOf } from "../worlds";
import { compare, finder, FIRST_SEED, WORLDS } from "./againstTwin";

describe("reachability: policies in tiers, as the twin", () => {
  for (const { why, world, from, to, protocol, port, answer } of TIER_CASES)
    it(`${why}: ${answer}`, () => {
      const analysis = analysisOf(world);
      const find = finder(analysis);
      assert.equal(verdictOf(connection(analysis, find(from), find(to)), protocol, port), answer);
    });

  it(`on ${WORLDS} random worlds from seed ${FIRST_SEED}`, function () {
    this.timeout(0);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      compare(withTiers(randomWorld(seed), seed), seed);
    }
  });
});
