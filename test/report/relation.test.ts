import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import path from "node:path";
import { loadPaths } from "../../cli/manifests/load";
import { loadStack } from "../../cli/manifests/stack";
import { jsonFormat } from "../../reachability/answer/formats";
import { explainWithDepartures } from "../../reachability/answer/explain";
import { analyze, type Analysis } from "../../reachability/compute";
import type { World } from "../../reachability/read";
import { decodeWorld, encodeWorld } from "../../report";
import { AskedWorld } from "../../report/browser/ask";

const SCENARIOS = path.join(__dirname, "..", "scenarios");

const json = ({ units }: Analysis): string => [...jsonFormat(units, { warnings: [] })].join("");

/** That a page of a world holds its relation to the letter, and answers as explain does for some pairs of its ends. */
function assertSame(world: World, pairs: number): void {
  const analysis = analyze(world);
  const text = encodeWorld(world);
  assert.equal(json(analyze(decodeWorld(text))), json(analysis));
  const page = new AskedWorld(text);
  const ends = analysis.ends.filter(({ kind }) => kind !== "IPBlock");
  for (let number = 0; number < Math.min(pairs, ends.length ** 2); number++) {
    const [from, to] = [
      ends[number % ends.length],
      ends[Math.floor((number * 7) / ends.length) % ends.length],
    ];
    if (from === undefined || to === undefined) return;
    const port = [80, 5432, 8080, 53][number % 4] ?? 80;
    const { verdict, sentences } = explainWithDepartures(analysis, { from, to, protocol: "TCP", port });
    const answers = page.ask(from.id, to.id, "TCP", port);
    assert.ok(!("problems" in answers), `${from.id} ${to.id}`);
    const [answer] = answers;
    assert.equal(answer?.verdict, verdict);
    // What the words of the question mean may be said before.
    assert.deepEqual(answer.sentences.slice(-sentences.length), sentences);
  }
}

describe("what a page holds is what reach prints, and what it answers is what explain says", () => {
  const scenarios = readdirSync(SCENARIOS, { withFileTypes: true }).filter((one) => one.isDirectory());

  it("of every scenario", () => {
    assert.ok(scenarios.length >= 20);
    for (const { name } of scenarios) {
      const { world } = loadPaths([path.join(SCENARIOS, name, "manifests.yaml")], {});
      assertSame(world, 20);
    }
  });

  it("of both systems' stacks", async () => {
    const loaded = await loadStack("dev", { cwd: path.join(__dirname, "..", "..") });
    assert.deepEqual(loaded.map(({ cluster }) => cluster).sort(), ["eks-dev", "k3d-dev"]);
    for (const { world } of loaded) assertSame(world, 40);
  }).timeout(120_000);
});
