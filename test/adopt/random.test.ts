import { strict as assert } from "node:assert";
import { AddressSet } from "../../net";
import { manifestsOf } from "../twin/manifests";
import { randomWorld } from "../twin/randomWorld";
import { importOfObjects, linesOf, unexplained } from "./importing";
import { teamObjects } from "./teams";

/** `IMPORT_WORLDS=300 npx mocha test/adopt/random.test.ts` takes longer. */
const WORLDS = Number(process.env["IMPORT_WORLDS"] ?? 25);

describe("import of random policy sets: the relation stays, and what can't be said is named", () => {
  it(`of ${WORLDS} sets as teams write them, isolated in both directions: identical, with nothing that can't be said`, function () {
    this.timeout(600_000);
    for (let seed = 1; seed <= WORLDS; seed++) {
      const imported = importOfObjects(teamObjects(seed));
      const { plan, proof } = imported;
      assert.deepEqual(
        {
          seed,
          verdict: proof.verdict,
          problems: proof.problems.map(({ message }) => message),
          unexpressed: plan.unexpressed.map(({ message }) => message),
          wider: linesOf(proof.wider),
          narrower: linesOf(proof.narrower),
        },
        { seed, verdict: "identical", problems: [], unexpressed: [], wider: [], narrower: [] },
      );
    }
  });

  it(`of ${WORLDS} sets in which all occurs that the API has: nothing is wider but name resolution, and all that is narrower is named`, function () {
    this.timeout(600_000);
    const verdicts = new Map<string, number>();
    for (let seed = 1; seed <= WORLDS; seed++) {
      const world = randomWorld(seed);
      const ranges = (world.podCidrs ?? []).map((cidr) => AddressSet.of(cidr));
      const imported = importOfObjects(manifestsOf(world), { podRanges: ranges });
      const { proof } = imported;
      verdicts.set(proof.verdict, (verdicts.get(proof.verdict) ?? 0) + 1);
      assert.deepEqual(
        { seed, problems: proof.problems.map(({ message }) => message) },
        { seed, problems: [] },
      );
      const wider = linesOf(proof.wider).filter(
        (line) =>
          !/^[^→]+ → kube-system\/\{k8s-app=kube-dns\}\[Pod\]: (TCP 53; UDP 53|TCP 53|UDP 53)$/.test(line),
      );
      assert.deepEqual({ seed, wider }, { seed, wider: [] });
      assert.deepEqual({ seed, unexplained: unexplained(imported) }, { seed, unexplained: [] });
    }
    assert.ok(verdicts.size > 1, JSON.stringify([...verdicts]));
  });
});
