import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { PROBED_PROTOCOLS, PROBES } from "../../twin/randomWorld";
import { cilium, type Opinion, referenceEngine } from "../opinions/opinions";
import { Tally } from "../opinions/tally";
import { opinionsOf } from "../opinions/opinion";
import { placedWorld } from "../opinions/placedWorld";
import { mistakesOf, proposalsFor } from "../opinions/proposals";

describe("opinions: what the analyzer answers is what other implementations' code answers, on random worlds", () => {
  const asked = { protocols: PROBED_PROTOCOLS, ports: PROBES };
  /** Worlds that are asked about at a time: all at once would be hundreds of megabytes. */
  const BATCH = 50;

  function numbers(): number[][] {
    const { worlds = 400, world: only } = bench().options;
    const all = only === undefined ? Array.from({ length: worlds }, (_, i) => i + 1) : [only];
    return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) =>
      all.slice(i * BATCH, (i + 1) * BATCH),
    );
  }
  const isWholeRun = () => bench().options.world === undefined && bench().options.worlds === undefined;
  const program = ({ part }: Opinion) => join(bench().parts.path, part);
  const rerun = (number: number) =>
    `npm run e2e -- --only opinions --seed ${bench().options.seed} --world ${number}`;

  for (const opinion of [referenceEngine, cilium]) {
    it(`every cell of every random world: ${opinion.title}`, async () => {
      const { seed } = bench().options;
      const tally = new Tally(opinion);
      for (const batch of numbers()) {
        const worlds = batch.map((number) => placedWorld(seed, number));
        const answers = await opinionsOf(program(opinion), worlds, asked);
        for (const [i, world] of worlds.entries())
          tally.add(world, answers[i] ?? [], asked, rerun(batch[i] ?? 0));
      }
      bench().count(`cells held against ${opinion.part}`, tally.cells);
      bench().count(`cells where ${opinion.part} departs, as predicted`, tally.count("departure"));
      bench().count(`cells of ${opinion.part} known to be open`, tally.count("open"));
      bench().count("opinion differences", tally.wrong.length);
      assert.equal(tally.wrong.length, 0, `\n${tally.wrong.slice(0, 60).join("\n")}`);
      if (isWholeRun())
        assert.deepEqual(tally.needless(), [], "each departure and each open mistake is still met");
    });
  }

  it(`what explain proposes opens what was asked about, and nothing that isn't listed: ${referenceEngine.title}`, async () => {
    const { seed } = bench().options;
    const failures: string[] = [];
    let applied = 0;
    for (const batch of numbers()) {
      const worlds = batch.map((number) => placedWorld(seed, number));
      const before = await opinionsOf(program(referenceEngine), worlds, asked);
      const proposals = worlds.flatMap((world, i) =>
        proposalsFor(world, asked, batch[i] ?? 0, 2).map((proposal) => ({ proposal, i })),
      );
      const after = await opinionsOf(
        program(referenceEngine),
        proposals.map(({ proposal }) => proposal.after),
        asked,
      );
      for (const [n, { proposal, i }] of proposals.entries()) {
        const mistakes = mistakesOf(proposal, asked, before[i] ?? [], after[n] ?? []);
        failures.push(...mistakes.map((mistake) => `${mistake}; ${rerun(batch[i] ?? 0)}`));
      }
      applied += proposals.length;
    }
    bench().count("proposals of explain applied", applied);
    bench().count("opinion differences", failures.length);
    assert.equal(failures.length, 0, `\n${failures.slice(0, 30).join("\n")}`);
    assert.ok(!isWholeRun() || applied > 100, `only ${applied} proposals`);
  });
});
