import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { preview, readPackSource, readProject } from "../../engine";
import { EXAMPLES, type ExampleResource } from "../../policypack/examples";
import { INVARIANTS } from "../../policypack/invariants";
import { NOT_YET_KNOWN } from "../../policypack/finding";
import { run, type TestResource, UNKNOWN } from "./helpers";

/** An output of another resource, as Pulumi's YAML writes it. */
const OUTPUT = /^\$\{([\w-]+)\.\w+\}$/;

/** A value as a preview has it: outputs aren't known. */
const previewed = (value: unknown): unknown =>
  typeof value === "string"
    ? OUTPUT.test(value)
      ? UNKNOWN
      : value
    : Array.isArray(value)
      ? value.map(previewed)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, previewed(item)]))
        : value;

/** The resources whose outputs a value holds. */
const sourcesOf = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"\$\{([\w-]+)\.\w+\}"/g)].map(([, name = ""]) => name);

function resourceOf(example: Exclude<ExampleResource, { kind: "program" }>): TestResource {
  const isObject = example.kind === "object";
  const props = isObject ? example.object : example.properties;
  const madeFrom = Object.fromEntries(Object.entries(props).map(([key, value]) => [key, sourcesOf(value)]));
  if (!isObject)
    return { type: `aws:${example.type}`, name: example.name, props: previewed(props) as object, madeFrom };
  const { apiVersion, kind, metadata } = example.object;
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  return {
    type: `kubernetes:${group}:${kind}`,
    name: metadata.name,
    props: previewed(props) as object,
    madeFrom,
  };
}

/** What the pack reports of a program, by one policy, in the embedded preview. */
async function judgeProgram(name: string, text: string): Promise<{ undecided: boolean }[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "palisade-example-"));
  const ours = JSON.stringify(path.join(ROOT, "library"));
  try {
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "index.ts"), text.replace('"pulumi-palisade"', ours));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: example\nruntime: nodejs\n");
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
    const config = path.join(folder, "policies.json");
    writeFileSync(config, JSON.stringify({ all: "disabled", [name]: "mandatory" }));
    const { findings, resources } = await preview({
      project: readProject(folder),
      stack: "dev",
      packs: [readPackSource(path.join(ROOT, "policypack"), config)],
      answersFile: path.join(folder, "answers.json"),
      answerRemedy: "Record it",
      output: () => undefined,
    });
    assert.ok(resources.length > 4);
    return findings.map(({ message }) => ({ undecided: message.includes(NOT_YET_KNOWN) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ROOT = path.join(__dirname, "..", "..");

describe("policy pack: the documented examples", function () {
  this.timeout(120_000);

  for (const invariant of INVARIANTS) {
    const { name } = invariant;
    const examples = EXAMPLES[name];
    if (examples === undefined) continue; // the last of these tests says that there is none
    const config = { [name]: examples.config ?? invariant.example ?? {} };
    const judged = async (stack: readonly ExampleResource[]) => {
      const [program] = stack.flatMap((one) => (one.kind === "program" ? [one.text] : []));
      if (program !== undefined) return judgeProgram(name, program);
      const resources = stack.flatMap((one) => (one.kind === "program" ? [] : [resourceOf(one)]));
      return run(resources, config, { only: name });
    };

    it(`${name}: one violates it, and for nothing that isn't known`, async () => {
      const reports = await judged(examples.violating);
      assert.ok(reports.length > 0 && reports.every(({ undecided }) => !undecided), JSON.stringify(reports));
    });
    it(`${name}: one complies with it`, async () => assert.deepEqual(await judged(examples.complying), []));
  }

  it("are of every policy, and of nothing else", () => {
    assert.deepEqual(Object.keys(EXAMPLES).sort(), INVARIANTS.map(({ name }) => name).sort());
  });
});
