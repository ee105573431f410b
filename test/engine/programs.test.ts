import { strict as assert } from "node:assert";
import fs from "node:fs";
import path from "node:path";
import { PalisadeInputError, placeText, problemText } from "../../problems";
import { forDisplay, type Value } from "../../engine/values";
import { previewFixture, programFixture, registered } from "./support";

/**
 * What the Pulumi engine (CLI v3.170, a provider that echoes inputs) registers for the same program, as `registered` tells
 * it; the engine of today keeps an explicit `protect: false`, which that CLI's old language host loses.
 * UPDATE_EXPECTED=1 writes what we register: compare with the engine's before you keep it.
 */
function expected(program: string, actual: Record<string, object>): Record<string, object> {
  const file = path.join(programFixture(program), "expected.json");
  if (process.env["UPDATE_EXPECTED"] === "1")
    fs.writeFileSync(file, `${JSON.stringify(actual, undefined, 2)}\n`);
  return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, object>;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function problemsOf(program: string): Promise<{ kind: string; problems: readonly string[] }> {
  try {
    await previewFixture(program);
  } catch (error) {
    if (error instanceof PalisadeInputError)
      return { kind: error.kind, problems: error.problems.map(problemText) };
    throw error;
  }
  return assert.fail(`${program} was expected to fail`);
}

describe("embedded preview: what a program registers", function () {
  this.timeout(60_000);

  for (const program of ["nested", "secrets", "providers", "options", "transforms", "assets", "lookups"]) {
    it(`registers for ${program} exactly what the Pulumi engine does`, async () => {
      const actual = registered(await previewFixture(program));
      assert.deepEqual(plain(actual), expected(program, actual));
    });
  }

  it("runs nothing on an id that nobody knows, and tells the stack's outputs", async () => {
    const { outputs } = await previewFixture("nested");
    assert.deepEqual(forDisplay(outputs), { id: "[unknown]", label: "[unknown]" } satisfies Value);
  });

  it("knows no name of a Kubernetes object whose name its provider makes", async () => {
    const { resources } = await previewFixture("namespace");
    const found = resources.find(({ name }) => name === "unnamed");
    assert.deepEqual(found?.inputs, { metadata: { labels: { owner: "shop" } } });
    assert.deepEqual(forDisplay(found.outputs), {
      metadata: { labels: { owner: "shop" }, name: "[unknown]" },
    });
  });

  it("knows the name of a Kubernetes object that is read by its id, and nothing else of it", async () => {
    const { resources } = await previewFixture("reads");
    const policies = resources.filter(({ type }) => type === "test:index:Thing");
    assert.deepEqual(
      policies.map(({ inputs }) => forDisplay(inputs)),
      [
        { name: "shop", namespace: "[unknown]", labels: "[unknown]" },
        { name: "web", namespace: "shop", labels: "[unknown]" },
        { name: "[unknown]", namespace: "[unknown]", labels: "[unknown]" },
      ],
    );
    assert.deepEqual(
      resources.filter(({ read }) => read).map(({ name }) => name),
      ["namespace", "service", "unknown"],
    );
  });

  it("runs TypeScript that is an ES module, whatever loader Pulumi.yaml names for it", async () => {
    const { resources, outputs } = await previewFixture("esModule");
    const thing = resources.find(({ type }) => type === "test:index:Thing");
    assert.deepEqual(thing?.inputs, { size: 3, label: "awaited", here: true });
    assert.equal(outputs["name"], "esModule");
  });

  it("runs files that import each other as TypeScript's output does", async () => {
    const { resources } = await previewFixture("circle");
    const thing = resources.find(({ type }) => type === "test:index:Thing");
    assert.deepEqual(thing?.inputs, {
      all: ["early"],
      later: ["first", "second", "second of 1"],
      early: "early",
    });
  });

  it("registers in the same order each time", async () => {
    const [one, two] = await Promise.all([previewFixture("providers"), previewFixture("providers")]);
    assert.deepEqual(
      one.resources.map(({ urn }) => urn),
      two.resources.map(({ urn }) => urn),
    );
  });

  it("gives no secret away in what it displays", async () => {
    const { resources, outputs } = await previewFixture("secrets");
    const shown = JSON.stringify([resources.map(({ inputs }) => forDisplay(inputs)), forDisplay(outputs)]);
    assert.doesNotMatch(shown, /correct horse|battery staple/);
  });
});

describe("embedded preview: what isn't run here", function () {
  this.timeout(60_000);

  it("leaves out by name all that needs a provider's code or an answer, tells no argument, and runs the rest", async () => {
    const { leftOut, resources, outputs } = await previewFixture("leftOut");
    const answers = path.relative(
      process.cwd(),
      path.join(programFixture("leftOut"), "Pulumi.dev.answers.json"),
    );
    const judge = "Judge it with pulumi preview --policy-pack, which runs it.";
    assert.deepEqual(leftOut.map(problemText).sort(), [
      `function test:index:getVpc(password): no recorded answer in ${answers}. Record it.`,
      `method test:index:Thing/method: runs in a provider's plugin (Call), which isn't run here. ${judge}`,
      `stack reference acme/network/dev: no recorded outputs in ${answers}. Record it.`,
      `test:index:Remote remote: is a component of a provider's plugin (Construct), which isn't run here: what it makes isn't judged. ${judge}`,
    ]);
    const inputs = resources
      .filter(({ type }) => type === "test:index:Thing")
      .map(({ name, inputs: given }) => [name, forDisplay(given)]);
    const unknown = "[unknown]";
    assert.deepEqual(Object.fromEntries(inputs), {
      inRemote: { vpc: unknown, known: true },
      method: { result: unknown },
      network: { required: unknown, optional: unknown },
      output: { vpc: unknown },
      plain: {
        vpc: unknown,
        name: unknown,
        json: unknown,
        size: unknown,
        upper: unknown,
        known: "known",
      },
      "zone-0": { zone: unknown },
      looped: { zone: unknown },
      awaited: { vpc: unknown },
    });
    assert.deepEqual(forDisplay(outputs), { vpc: unknown });
  });

  it("leaves out the rest of a program that stops on an unknown, and judges what it registered until then", async () => {
    const { leftOut, resources } = await previewFixture("stopped");
    assert.deepEqual(
      leftOut.map(({ place }) => placeText(place)),
      ["function test:index:getZones()", "the rest of the program"],
    );
    assert.match(leftOut[1]?.message ?? "", /^it stopped on an unknown: RangeError: two zones are needed/);
    assert.deepEqual(
      resources.filter(({ type }) => type === "test:index:Thing").map(({ name }) => name),
      ["before"],
    );
  });

  it("takes an error that has nothing to do with what is left out for the program's own", async () => {
    const { kind, problems } = await problemsOf("ownFault");
    assert.equal(kind, "program");
    assert.match(problems.join(), /^RangeError: no such size/);
  });
});

describe("embedded preview: programs without a verdict", function () {
  this.timeout(60_000);

  it("names a program's own error and its place in the TypeScript source", async () => {
    const { kind, problems } = await problemsOf("throwing");
    assert.equal(kind, "program");
    const at = (file: string): string =>
      path.relative(process.cwd(), path.join(programFixture("throwing"), file));
    assert.deepEqual(problems, [
      `RangeError: port 49 is taken\n  at ${at("connect.ts")}:6:9\n  at ${at("index.ts")}:9:1`,
    ]);
  });

  it("names the place of an error in an ES module's source", async () => {
    const { problems } = await problemsOf("throwingModule");
    const at = path.relative(process.cwd(), path.join(programFixture("throwingModule"), "index.ts"));
    assert.deepEqual(problems, [`RangeError: no port\n  at ${at}:8:7`]);
  });

  it("takes an input error of the product's programs as the data that it carries", async () => {
    assert.deepEqual(await problemsOf("inputError"), {
      kind: "input",
      problems: [
        "flow web → orders: port tcp/70000 is out of range 1-65535. Write a port of that range.",
        "palisade:clusters[0]: isn't a mapping",
      ],
    });
  });

  it("says what the engine says of a URN that is taken", async () => {
    assert.deepEqual(await problemsOf("duplicate"), {
      kind: "program",
      problems: [
        "Duplicate resource URN 'urn:pulumi:dev::duplicate::test:index:Thing::twice'; try giving it a unique name",
      ],
    });
  });

  it("takes an exit before the end, an error that was only logged and an asset that isn't there for failures", async () => {
    const [early, logged, asset] = await Promise.all(["exits", "logs", "noAsset"].map(problemsOf));
    assert.equal(early?.kind, "program");
    assert.match(
      early.problems.join(),
      /^the program ended \(exit code \d\) before it was done; what it would/,
    );
    assert.deepEqual(logged, { kind: "program", problems: ["no quota left"] });
    const missing = path.join(programFixture("noAsset"), "nowhere.txt");
    assert.deepEqual(asset, {
      kind: "program",
      problems: [`resource file [test:index:Thing]: asset ${missing} doesn't exist`],
    });
  });

  it("names the place of a syntax error", async () => {
    const { problems } = await problemsOf("syntax");
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /SyntaxError: .*syntax.index\.ts:2:\d+: /);
  });
});
