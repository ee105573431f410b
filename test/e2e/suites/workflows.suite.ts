import { strict as assert } from "node:assert";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { refusePort } from "../bench/faults";
import type { Cluster } from "../bench/cluster";
import type { Engine } from "../engine/engine";
import { editYaml, root } from "../engine/project";
import { inOrder } from "../machine/inOrder";
import { must, run, type Finished } from "../machine/process";
import { policy, Shop } from "../systems/shop";
import { Stacks } from "../systems/stacks";

describe("workflows: the ready workflows for GitHub are what actionlint takes for right", () => {
  const lint = async (change: (text: string) => string): Promise<Finished> => {
    const folder = join(bench().folder, `lint-${Date.now()}`);
    mkdirSync(join(folder, ".git"), { recursive: true });
    cpSync(join(root, "docs", "ci", "github"), join(folder, ".github"), { recursive: true });
    const file = join(folder, ".github", "workflows", "palisade.yml");
    writeFileSync(file, change(readFileSync(file, "utf8")));
    return run(join(bench().parts.path, "actionlint"), ["-shellcheck=", "-pyflakes="], { cwd: folder });
  };

  it("nothing is found in them", async () => {
    const { code, stdout, stderr } = await lint((text) => text);
    assert.equal(code, 0, stdout + stderr);
  });

  it("nothing is found in a workflow that uses the action for reviews, and an input that it doesn't have is", async () => {
    const folder = join(bench().folder, "lint-action");
    mkdirSync(join(folder, ".git"), { recursive: true });
    mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
    cpSync(join(root, "action.yml"), join(folder, "action.yml"));
    const linted = (inputs: string): Promise<Finished> => {
      writeFileSync(
        join(folder, ".github", "workflows", "review.yml"),
        `on: pull_request\njobs:\n  review:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./\n        with: { ${inputs} }\n`,
      );
      return run(join(bench().parts.path, "actionlint"), ["-shellcheck=", "-pyflakes="], { cwd: folder });
    };
    const { code, stdout, stderr } = await linted("stack: dev, fail-on: gained");
    assert.equal(code, 0, stdout + stderr);
    assert.match((await linted("stak: dev")).stdout, /input "stak" is not defined in action "Palisade"/);
  });

  it("an input that the stack's workflow doesn't have is found", async () => {
    const { code, stdout } = await lint((text) => text.replace("step: preview", "steps: preview"));
    assert.equal(code, 1);
    assert.match(stdout, /input "steps" is not defined in "\.\/\.github\/workflows\/palisade-stack\.yml"/);
  });
});

/** With the engine, the policy pack and its configuration, on a cluster whose API answers. */
describe("workflows: scripts/deploy.sh brings the shop up, and says what Pulumi doesn't", () => {
  inOrder();
  let cluster: Cluster;
  let project: string;
  let engine: Engine;
  let stacks: Stacks;

  before("a stack of the shop alone", async () => {
    const placing = { clusters: "api", only: "jewelry-shop", index: 37 } as const;
    stacks = await Stacks.layOut(bench(), "workflows", ["dev"], placing);
    ({ project, engine } = stacks);
    const [only] = stacks.clusters;
    assert.ok(only);
    cluster = only;
    await must(process.execPath, [join(root, "scripts", "build-policypack.mjs")]);
  });

  after(() => stacks.stop());

  const deploy = async (step: string): Promise<{ code: number; said: string }> => {
    const { code, stdout, stderr } = await run(join(project, "scripts", "deploy.sh"), [step, "dev"], {
      cwd: project,
      env: engine.environment,
    });
    return { code, said: stdout + stderr };
  };

  it("a plan needs no cluster", async () => {
    const { code, said } = await deploy("plan");
    assert.equal(code, 0, said);
    assert.match(said, /CLEAN {2}judged by palisade/);
  });

  it("a cluster that can't be reached stops a preview, which Pulumi alone would pass, and an update", async () => {
    const back = await refusePort(6442 + cluster.options.index);
    for (const step of ["preview", "up"]) {
      const { code, said } = await deploy(step);
      assert.equal(code, 2, said);
      assert.match(said, /k3d-dev: the API server can't be reached: [^]*Stopped: the clusters of dev/);
      assert.doesNotMatch(said, /pulumi (preview|up)/);
    }
    const alone = await engine.preview("dev");
    assert.equal(alone.code, 0, "Pulumi's preview succeeds");
    assert.match(alone.stdout, /cluster k3d-dev can't be seen/);
    await back();
  });

  it("preview, then up: what is live is what is planned", async () => {
    const preview = await deploy("preview");
    assert.equal(preview.code, 0, preview.said);
    assert.match(preview.said, /NetworkPolicy jewelry-shop\/isolation: is missing/);
    const up = await deploy("up");
    assert.equal(up.code, 0, up.said);
    assert.match(up.said, /CLEAN {2}what is live is what is planned\n/);
  });

  it("what somebody has appended fails the next up, and the command that it prints takes it back", async () => {
    const object = policy("isolation");
    await cluster.kube.patchJson(object, [{ op: "add", path: "/spec/ingress/-", value: {} }]);
    const { code, said } = await deploy("up");
    assert.equal(code, 1, said);
    assert.match(said, new RegExp(`NetworkPolicy ${Shop.namespace}/isolation: spec.ingress is `));
    assert.match(said, /What is live isn't what is planned\./);
    const [command] = /^ {2}(kubectl .*)$/m.exec(said)?.slice(1) ?? [];
    await must("sh", ["-c", command ?? "false"], { env: engine.environment });
    assert.equal((await deploy("drift")).code, 0);
  });

  it("the change from observe to enforce says to run palisade drift, before it and after it", async () => {
    const at = (stage: string) =>
      editYaml(join(project, "Pulumi.dev.yaml"), (document) => {
        const clusters = (document["config"] as Record<string, unknown>)["palisade:clusters"];
        const [shop] = clusters as { applications: Record<string, { stage: string }> }[];
        assert.ok(shop?.applications["jewelry-shop"]);
        shop.applications["jewelry-shop"].stage = stage;
      });
    at("observe");
    // Not by the script: the pack isn't told that the namespace is observed.
    assert.equal((await engine.up("dev")).code, 0);
    at("enforce");
    const { code, said } = await deploy("preview");
    assert.equal(code, 0, said);
    assert.match(
      said.replace(/\s+/g, " "),
      /namespace jewelry-shop goes from observe to enforce\. .*run palisade drift --stack dev before this update, and after it/,
    );
  });
});
