import { strict as assert } from "node:assert";
import { withTiers } from "./randomTiers";
import { pairsOf, PROBES, randomWorld } from "./randomWorld";
import { TIER_CASES } from "./tierCases";
import { connected } from "./twin";
import type { TwinWorld } from "./world";

describe("twin: policies in tiers, by the words of their API", () => {
  for (const { why, world, from, to, protocol, port, answer } of TIER_CASES)
    it(`${why}: ${answer}`, () => {
      assert.equal(connected(world, from, to, protocol, port), answer);
    });

  it("random ones open, close and leave unknown what was either of the three", function () {
    this.timeout(0);
    const changes = new Set<string>();
    for (let seed = 1; seed <= 300 && changes.size < 9; seed++) {
      const judged = withTiers(randomWorld(seed), seed);
      const world = { ...judged, tierPolicies: [] };
      for (const [from, to] of pairsOf(world))
        for (const port of PROBES) {
          const verdict = (one: TwinWorld) => connected(one, from, to, "TCP", port);
          changes.add(`${verdict(world)} → ${verdict(judged)}`);
        }
    }
    const verdicts = ["allowed", "blocked", "unknown"];
    const all = verdicts.flatMap((before) => verdicts.map((after) => `${before} → ${after}`));
    assert.deepEqual([...changes].sort(), all.sort());
  });
});
