import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { preview, readPackSource, readProject, type Preview } from "../../../engine";
import { programFixture, registered } from "../../engine/support";
import { Engine } from "../engine/engine";
import { editYaml, linkProject, root } from "../engine/project";
import { comparable } from "../engine/agreement";
import { registeredByEngine } from "../engine/registrations";
import { reportedByEngine, reportedHere } from "../engine/violations";
import { must } from "../machine/process";
import { Stacks } from "../systems/stacks";

const brokenProgram = `import "./index";
import * as k8s from "@pulumi/kubernetes";
new k8s.core.v1.Namespace("open", { metadata: { name: "open" } });
new k8s.networking.v1.NetworkPolicy("temporary", {
  metadata: { name: "temporary", namespace: "jewelry-shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
});
`;

/** A pack that finds something in each of the small programs. */
const things = join(root, "test", "e2e", "packs", "things");

/** By what a stack is judged, and which of its program's texts are secret. */
interface Judging {
  readonly pack?: string;
  readonly secrets?: readonly string[];
}

describe("parity: the embedded preview and the engine agree", () => {
  const work = (name: string): string => join(bench().folder, "parity", name);

  function embedded(project: string, stack = "dev", packs: readonly string[] = []): Promise<Preview> {
    return preview({
      project: readProject(project),
      stack,
      packs: packs.map((pack) => readPackSource(pack)),
      answersFile: join(project, `Pulumi.${stack}.answers.json`),
      answerRemedy: "Record it",
      output: () => undefined,
    });
  }

  /** Both previews of a stack with a policy pack: the same registrations and the same violations. Returns these. */
  async function agree(
    project: string,
    engine: Engine,
    stack: string,
    { pack = things, secrets = [] }: Judging = {},
  ): Promise<readonly string[]> {
    const here = await embedded(project, stack, [pack]);
    const there = await engine.plan(stack, [pack]);
    const { ours, theirs } = comparable(registered(here), registeredByEngine(there.resources));
    assert.deepEqual(ours, theirs);
    bench().count("registrations compared", Object.keys(ours).length);
    const violations = reportedHere(here);
    assert.deepEqual(violations, reportedByEngine(there.violations, secrets));
    bench().count("violations compared", violations.length);
    return violations;
  }

  /** As agree, for a small program: it violates a mandatory policy, an advisory one, and one of the whole stack. */
  async function agreeOn(project: string, engine: Engine, secrets: readonly string[] = []): Promise<void> {
    const violations = (await agree(project, engine, "dev", { secrets })).join("\n");
    for (const rule of ["mandatory things/label-a", "advisory things/properties", "advisory things/sees"])
      assert.ok(violations.includes(rule), `${rule} isn't violated:\n${violations}`);
  }

  const small = { nested: [], providers: ["west"], options: [] };
  for (const [program, secrets] of Object.entries(small)) {
    it(`on the program "${program}"`, async () => {
      const project = linkProject(programFixture(program), work(program));
      const engine = new Engine(project, work(`${program}-engine`), bench().parts.path);
      await engine.init("dev");
      await agreeOn(project, engine, secrets);
    });
  }

  it("on transforms of resources and components alone", async () => {
    const programs = join(root, "test", "e2e", "programs");
    const project = linkProject(join(programs, "transforms"), work("own-transforms"));
    const engine = new Engine(project, work("own-transforms-engine"), bench().parts.path);
    await engine.init("dev");
    await agreeOn(project, engine);
  });

  it("on encrypted config, which the engine decrypts and the embedded preview doesn't: neither tells it", async () => {
    const project = linkProject(join(root, "test", "e2e", "programs", "encrypted"), work("encrypted"));
    const engine = new Engine(project, work("encrypted-engine"), bench().parts.path);
    await engine.init("dev");
    for (const set of [
      ["--secret", "password", "correct horse"],
      ["size", "3"],
    ]) {
      const done = await engine.pulumi(["config", "set", "--stack", "dev", ...set]);
      assert.equal(done.code, 0, done.stderr);
    }
    const file = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
    assert.match(file, /secure:/);
    await agreeOn(project, engine);
    const told = [await engine.plan("dev", [things]), await embedded(project, "dev", [things]), file];
    assert.doesNotMatch(JSON.stringify(told), /correct horse/);
  });

  it("on stack references, plain and secret", async () => {
    const programs = join(root, "test", "e2e", "programs");
    const state = work("references-engine");
    const network = new Engine(
      linkProject(join(programs, "network"), work("network")),
      state,
      bench().parts.path,
    );
    await network.init("dev");
    const up = await network.up("dev");
    assert.equal(up.code, 0, up.stdout);
    const project = linkProject(join(programs, "references"), work("references"));
    const engine = new Engine(project, state, bench().parts.path);
    await engine.init("dev");
    await agreeOn(project, engine);
  });

  const stacks = ["dev", "uat", "prod"];

  describe("on the stacks", () => {
    let laid: Stacks;

    before(
      "a project whose config fits the test account, and its answers as `--record` writes them",
      async () => {
        laid = await Stacks.layOut(bench(), "parity-stacks", stacks, { clusters: "none" });
        const palisade = join(root, "bin", "palisade.js");
        for (const stack of stacks) {
          await must(process.execPath, [palisade, "preview", "--record", "--stack", stack], {
            cwd: laid.project,
            env: laid.engine.environment,
          });
        }
      },
    );

    for (const stack of stacks) {
      it(`${stack}: every registered resource, and no violation`, async () => {
        assert.deepEqual(await agree(laid.project, laid.engine, stack, { pack: laid.pack }), []);
      });
    }

    it("a broken dev stack: every violation, word for word", async () => {
      const { pack } = laid;
      const broken = linkProject(laid.project, work("broken"));
      editYaml(join(broken, "Pulumi.yaml"), (document) => (document["main"] = "broken.ts"));
      writeFileSync(join(broken, "broken.ts"), brokenProgram);
      const other = new Engine(broken, work("broken-engine"), bench().parts.path, {
        AWS_ENDPOINT_URL: await bench().aws(),
      });
      await other.init("dev");
      const violations = await agree(broken, other, "dev", { pack });
      assert.ok(violations.length > 1, violations.join("\n"));
    });
  });
});
