import { strict as assert } from "node:assert";
import { EXAMPLES, type ExampleResource } from "../../policypack/examples";
import { INVARIANTS } from "../../policypack/invariants";
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

function resourceOf(example: ExampleResource): TestResource {
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

describe("policy pack: the documented examples", () => {
  for (const invariant of INVARIANTS) {
    const { name } = invariant;
    const examples = EXAMPLES[name];
    if (examples === undefined) continue;
    const config = { [name]: examples.config ?? invariant.example ?? {} };
    const judged = (stack: readonly ExampleResource[]) => run(stack.map(resourceOf), config, { only: name });

    it(`${name}: one violates it, and for nothing that isn't known`, () => {
      const reports = judged(examples.violating);
      assert.ok(reports.length > 0 && reports.every(({ undecided }) => !undecided), JSON.stringify(reports));
    });
    it(`${name}: one complies with it`, () => assert.deepEqual(judged(examples.complying), []));
  }

  it("are of every policy but the one that compares what components of ours declare", () => {
    const names = new Set(INVARIANTS.map(({ name }) => name));
    assert.deepEqual(
      [...names].filter((name) => EXAMPLES[name] === undefined),
      ["exactly-declared"],
    );
    assert.deepEqual(
      Object.keys(EXAMPLES).filter((name) => !names.has(name)),
      [],
    );
  });
});
