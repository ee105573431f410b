import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { root } from "../engine/project";
import { measure, type Cost } from "../machine/cost";
import { must } from "../machine/process";
import { Stacks } from "../systems/stacks";

/** Measured, never asserted: a loaded machine isn't a mistake of the product's. `npm run bench:e2e` prints it. */
describe("cost: a preview of the dev stack with the policy pack, by the engine and by the embedded preview", () => {
  const rounds = 3;

  it(`medians of ${rounds} rounds, both transpile-only`, async () => {
    const { project, pack, engine } = await Stacks.layOut(bench(), "cost", ["dev"], { clusters: "none" });
    const embedded = [join(root, "bin", "palisade.js"), "preview", "--stack", "dev", "--policy-pack", pack];
    await must(process.execPath, [...embedded.slice(0, 4), "--record"], {
      cwd: project,
      env: engine.environment,
    });
    const options = { cwd: project, env: { ...process.env, ...engine.environment } };
    const costs: { engine: Cost[]; embedded: Cost[] } = { engine: [], embedded: [] };
    for (let round = 0; round < rounds; round++) {
      const asked = ["preview", "--stack", "dev", "--non-interactive", "--policy-pack", pack];
      costs.engine.push(await measure("pulumi", asked, options));
      costs.embedded.push(await measure(process.execPath, embedded, options));
    }
    for (const { code } of [...costs.engine, ...costs.embedded])
      assert.equal(code, 0, "the preview succeeds");
    const median = (all: readonly Cost[]): Cost => {
      const middle = [...all].sort((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)];
      assert.ok(middle);
      return middle;
    };
    const [theirs, ours] = [median(costs.engine), median(costs.embedded)];
    process.stdout.write(
      [
        "",
        "            seconds  MB",
        `engine      ${theirs.seconds.toFixed(2).padStart(7)}  ${theirs.megabytes}`,
        `embedded    ${ours.seconds.toFixed(2).padStart(7)}  ${ours.megabytes}`,
        `embedded takes ${(ours.seconds / theirs.seconds).toFixed(2)} of the engine's time (wanted: at most 0.35)`,
        "",
      ].join("\n"),
    );
  });
});
