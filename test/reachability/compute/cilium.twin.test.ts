import { withCilium } from "../../twin/randomCilium";
import { randomWorld } from "../../twin/randomWorld";
import { compare, FIRST_SEED, WORLDS } from "./againstTwin";

describe("reachability: Cilium's own policies, as the twin", () => {
  it(`on ${WORLDS} random worlds from seed ${FIRST_SEED}`, function () {
    this.timeout(0);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      compare(withCilium(randomWorld(seed), seed), seed);
    }
  });
});
