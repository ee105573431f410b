import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import {
  cilium,
  type Opinion,
  referenceEngine,
  referenceOlderTiers,
  referenceTiers,
} from "../opinions/opinions";
import { Prediction } from "../opinions/prediction";
import { isolationSpec } from "../../../compile/networkPolicy/isolation";
import { NAMESPACES, PROBED_PROTOCOLS, PROBES } from "../../twin/randomWorld";
import type { TwinPolicy } from "../../twin/world";
import { Tally } from "../opinions/tally";
import { Analyzer } from "../opinions/analyzer";
import { endText } from "../opinions/cells";
import { opinionsOf } from "../opinions/opinion";
import { ciliumWorld, placedWorld } from "../opinions/placedWorld";
import { mistakesOf, proposalsFor } from "../opinions/proposals";

/** What must show: policies of which the analyzer is told otherwise. */
const mistakes: readonly {
  readonly what: string;
  readonly change: (policies: readonly TwinPolicy[]) => readonly TwinPolicy[];
}[] = [
  { what: "is left out", change: (policies) => policies.slice(1) },
  {
    what: "is wider",
    change: (policies) =>
      policies.map((policy, i) =>
        i > 0 ? policy : { ...policy, spec: { ...policy.spec, ingress: [{}], egress: [{}] } },
      ),
  },
];

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

  const inTiers = [referenceTiers, referenceOlderTiers];
  const comparisons = new Map<Opinion, Promise<{ tally: Tally; prediction: Prediction }>>();

  /** An implementation's answers on every random world held against the analyzer and, with policies in tiers, the twin: asked once. */
  function compared(opinion: Opinion): Promise<{ tally: Tally; prediction: Prediction }> {
    const known = comparisons.get(opinion) ?? compare(opinion);
    comparisons.set(opinion, known);
    return known;
  }

  async function compare(opinion: Opinion): Promise<{ tally: Tally; prediction: Prediction }> {
    const { seed } = bench().options;
    const [tally, prediction] = [new Tally(opinion), new Prediction(opinion)];
    for (const batch of numbers()) {
      const worlds = batch.map((number) => opinion.world(seed, number));
      const answers = await opinionsOf(program(opinion), worlds, asked);
      for (const [i, world] of worlds.entries()) {
        const [own, again] = [answers[i] ?? [], rerun(batch[i] ?? 0)];
        tally.add(world, own, asked, again);
        if (inTiers.includes(opinion)) prediction.add(world, own, asked, again);
      }
    }
    return { tally, prediction };
  }

  for (const opinion of [referenceEngine, cilium, ...inTiers]) {
    it(`every cell of every random world: ${opinion.title}`, async () => {
      const { tally } = await compared(opinion);
      bench().count(`cells held against ${opinion.part}`, tally.cells);
      bench().count(`cells where ${opinion.part} departs, as predicted`, tally.count("departure"));
      bench().count(`cells of ${opinion.part} known to be open`, tally.count("open"));
      bench().count("opinion differences", tally.wrong.length);
      assert.equal(tally.wrong.length, 0, `\n${tally.wrong.slice(0, 60).join("\n")}`);
      if (isWholeRun())
        assert.deepEqual(tally.needless(), [], "each departure and each open mistake is still met");
    });
  }

  for (const opinion of inTiers) {
    it(`every random world, by the twin: ${opinion.title}`, async () => {
      const { prediction } = await compared(opinion);
      bench().count("cells with policies in tiers, twin against kube-network-policies", prediction.cells);
      bench().count("opinion differences", prediction.wrong.length);
      assert.equal(prediction.wrong.length, 0, `\n${prediction.wrong.slice(0, 60).join("\n")}`);
      if (isWholeRun()) assert.deepEqual(prediction.needless(), [], "each departure is still met");
    });
  }

  it(`every cell of every random world with policies of Cilium's own kinds, all of it told: ${cilium.title}`, async () => {
    const { seed } = bench().options;
    const wrong: string[] = [];
    let cells = 0;
    for (const batch of numbers()) {
      const worlds = batch.map((number) => ciliumWorld(seed, number));
      const answers = await opinionsOf(program(cilium), worlds, asked);
      for (const [i, world] of worlds.entries()) {
        const analyzer = new Analyzer(world, cilium.options);
        for (const { from, to, verdicts } of answers[i] ?? []) {
          // A pod reaches itself without its packets meeting a policy.
          if (endText(from) === endText(to)) continue;
          const own = analyzer.verdicts(from, to, asked);
          cells += verdicts.length;
          const differing = verdicts.filter((theirs, k) => own[k] !== theirs).length;
          if (differing > 0)
            wrong.push(`${endText(from)} → ${endText(to)}: ${differing} cells; ${rerun(batch[i] ?? 0)}`);
        }
      }
    }
    bench().count("cells with policies of Cilium's own kinds held against its code", cells);
    bench().count("opinion differences", wrong.length);
    assert.deepEqual(wrong.slice(0, 60), []);
  });

  for (const opinion of [referenceEngine, cilium])
    it(`the isolation that is provisioned, with its rules for nobody, closes every pod: ${opinion.title}`, async () => {
      const { seed } = bench().options;
      const networkPolicies = NAMESPACES.map((namespace) => ({
        metadata: { name: "isolation", namespace },
        spec: isolationSpec("enforce"),
      }));
      const worlds = Array.from({ length: 20 }, (_, i) => {
        const { running, told, ...world } = placedWorld(seed, i + 1);
        return { ...world, running: { ...running, networkPolicies }, told: { ...told, networkPolicies } };
      });
      const answers = await opinionsOf(program(opinion), worlds, asked);
      const tally = new Tally(opinion);
      let closed = 0;
      for (const [i, world] of worlds.entries()) {
        const pairs = answers[i] ?? [];
        tally.add(world, pairs, asked, rerun(i + 1));
        const own = world.running.pods.filter(({ hostNetwork }) => hostNetwork !== true);
        const isolated = new Set(own.map(({ namespace, name }) => `${namespace}/${name}`));
        for (const { from, to, verdicts } of pairs) {
          if (from === to || !isolated.has(endText(from)) || !isolated.has(endText(to))) continue;
          assert.ok(!verdicts.includes("allowed"), `${endText(from)} → ${endText(to)}`);
          closed += verdicts.length;
        }
      }
      assert.ok(closed > 1000, `${closed} cells`);
      assert.deepEqual(tally.wrong, []);
    });

  for (const opinion of [referenceEngine, cilium])
    for (const { what, change } of mistakes)
      it(`a policy that ${what} is seen: ${opinion.title}`, async () => {
        const { seed } = bench().options;
        const worlds = Array.from({ length: 20 }, (_, i) => placedWorld(seed, i + 1));
        const changed = worlds.map((world) => {
          const { networkPolicies } = world.running;
          return { ...world, running: { ...world.running, networkPolicies: change(networkPolicies) } };
        });
        const answers = await opinionsOf(program(opinion), changed, asked);
        const tally = new Tally(opinion);
        for (const [i, world] of worlds.entries()) tally.add(world, answers[i] ?? [], asked, rerun(i + 1));
        assert.notEqual(tally.wrong.length, 0);
      });

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
