import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { preview, readPackSource, readProject, type Preview } from "../../../engine";
import { programFixture, registered } from "../../engine/support";
import { Engine } from "../engine/engine";
import { editYaml, linkProject, root } from "../engine/project";
import { registeredByEngine } from "../engine/registrations";
import { must } from "../machine/process";
import { Stacks } from "../systems/stacks";

type Registrations = Record<string, Record<string, unknown>>;
const plain = (value: unknown): Registrations => JSON.parse(JSON.stringify(value)) as Registrations;

/** The names that providers make up where a program gives none: no program registers them. */
const madeUp = ["name", "identifier", "bucket"];

/** What the CLI's JSON can't tell is left out: default providers; and an explicit `protect: false` is lost by the old host. */
function comparable(embedded: Registrations, engine: Registrations): [Registrations, Registrations] {
  const [ours, theirs] = [structuredClone(embedded), structuredClone(engine)];
  for (const [urn, resource] of Object.entries(ours)) {
    if (/^pulumi:providers:[^:]+::default/.test(urn)) Reflect.deleteProperty(ours, urn);
    if (resource["protect"] !== false) continue;
    for (const side of [ours, theirs]) Reflect.deleteProperty(side[urn] ?? {}, "protect");
  }
  return [ours, theirs];
}

/**
 * Ours, with the engine's value wherever ours is unknown: the embedded preview may know less than a provider tells a real
 * preview (the names that it makes up), never more. A reference to a resource shows as an id there, as a URN here.
 */
function filledIn(ours: unknown, theirs: unknown): unknown {
  if (ours === "[unknown]") return theirs;
  if (typeof ours === "string" && ours.startsWith("urn:pulumi:") && theirs === "[unknown]") return theirs;
  if (Array.isArray(ours) && Array.isArray(theirs)) return ours.map((each, i) => filledIn(each, theirs[i]));
  if (typeof ours !== "object" || ours === null || typeof theirs !== "object" || theirs === null) return ours;
  const known = theirs as Record<string, unknown>;
  return Object.fromEntries(Object.entries(ours).map(([name, each]) => [name, filledIn(each, known[name])]));
}

/** Takes out of the engine's inputs what a provider's check has added. */
function withoutChecked(engine: Registrations, embedded: Registrations): Registrations {
  const stripped = Object.entries(engine).map(([urn, resource]) => {
    const ours = (embedded[urn]?.["inputs"] ?? {}) as Record<string, unknown>;
    const inputs = Object.entries((resource["inputs"] ?? {}) as Record<string, unknown>).filter(
      ([name]) => !urn.includes("aws:") || name in ours || !madeUp.includes(name),
    );
    const entries = Object.entries(resource).filter(([name]) => name !== "inputs");
    if (inputs.length > 0) entries.push(["inputs", Object.fromEntries(inputs)]);
    return [urn, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(stripped);
}

const brokenProgram = `import "./index";
import * as k8s from "@pulumi/kubernetes";
new k8s.core.v1.Namespace("open", { metadata: { name: "open" } });
new k8s.networking.v1.NetworkPolicy("temporary", {
  metadata: { name: "temporary", namespace: "jewelry-shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
});
`;

describe("parity: the embedded preview and the engine agree", () => {
  const work = (name: string): string => join(bench().folder, "parity", name);

  function embedded(project: string, stack = "dev", packs: readonly string[] = []): Promise<Preview> {
    return preview({
      project: readProject(project),
      stack,
      packs: packs.map((pack) => readPackSource(pack)),
      answersFile: join(project, `Pulumi.${stack}.answers.json`),
      answerRemedy: "record it",
      output: () => undefined,
    });
  }

  async function agree(project: string, engine: Engine, stack: string): Promise<void> {
    const registeredHere = plain(registered(await embedded(project, stack)));
    const registeredThere = plain(registeredByEngine(await engine.plan(stack)));
    const [ours, theirs] = comparable(registeredHere, registeredThere);
    assert.deepEqual(filledIn(ours, theirs), withoutChecked(theirs, ours));
    bench().count("registrations compared", Object.keys(ours).length);
  }

  for (const program of ["nested", "providers", "options"]) {
    it(`on the program "${program}"`, async () => {
      const project = linkProject(programFixture(program), work(program));
      const engine = new Engine(project, work(`${program}-engine`), bench().parts.path);
      await engine.init("dev");
      await agree(project, engine, "dev");
    });
  }

  it("on transforms of resources and components alone", async () => {
    const programs = join(root, "test", "e2e", "programs");
    const project = linkProject(join(programs, "transforms"), work("own-transforms"));
    const engine = new Engine(project, work("own-transforms-engine"), bench().parts.path);
    await engine.init("dev");
    await agree(project, engine, "dev");
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
    await agree(project, engine, "dev");
    const told = [await engine.plan("dev"), await embedded(project), file];
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
    await agree(project, engine, "dev");
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
      it(`${stack}: every registered resource`, () => agree(laid.project, laid.engine, stack));
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
      const previewed = await other.preview("dev", ["--policy-pack", pack]);
      const theirs = previewed.violations;
      assert.ok(theirs.length > 1, previewed.stdout);
      const { findings } = await embedded(broken, "dev", [pack]);
      const ours = findings.map(({ policy, level, urn, message }) => `${level} ${policy} ${urn}\n${message}`);
      assert.ok(ours.length > 1);
      assert.equal(theirs.length, ours.length);
      for (const { policyName, enforcementLevel, resourceUrn = "", message } of theirs) {
        const same = ours.filter(
          (text) =>
            text.startsWith(`${enforcementLevel} ${policyName} ${resourceUrn}\n`) &&
            message.includes(text.split("\n").slice(1).join("\n")),
        );
        assert.equal(same.length, 1, `${policyName} ${resourceUrn}: ${message}\nours:\n${ours.join("\n")}`);
      }
      bench().count("violations compared", theirs.length);
    });
  });
});
