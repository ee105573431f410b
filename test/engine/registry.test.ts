import { strict as assert } from "node:assert";
import { Registry } from "../../engine/monitor/registry";
import { noOptions, type Goal, type Resource } from "../../engine/monitor/resources";
import { saysUndecided } from "../../engine/pack/findings";
import { seconds } from "../../engine/judges/requests";
import { short } from "./support";

const goal = (name: string, more: Partial<Goal> = {}): Goal => ({
  type: "test:index:Thing",
  name,
  custom: true,
  parent: "",
  inputs: {},
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  providers: {},
  package: { name: "test", version: "", downloadUrl: "" },
  options: noOptions,
  ...more,
});

const registry = (
  values: Record<string, string> = {},
  judge = (resource: Resource) => Promise.resolve(resource.inputs),
): Registry =>
  new Registry({ stack: "dev", project: "p" }, { stack: "dev", values, encryptedKeys: [] }, judge);

describe("embedded preview: the plan", () => {
  it("hands a component's providers down to what is beneath it", async () => {
    const plan = registry();
    const outer = await plan.register(
      goal("outer", { type: "t:i:Outer", custom: false, providers: { test: "urn::id" } }),
    );
    const inner = await plan.register(goal("inner", { type: "t:i:Inner", custom: false, parent: outer.urn }));
    const child = goal("child", { parent: inner.urn });
    assert.equal(plan.resolveProvider(child), "urn::id");
    assert.equal(plan.resolveProvider({ ...child, provider: "own::id" }), "own::id");
    assert.equal(plan.resolveProvider({ ...child, type: "other:index:Thing" }), "");
  });

  it("inherits protection from the parent, unless the resource says otherwise", async () => {
    const plan = registry();
    const options = { ...noOptions, protect: true, retainOnDelete: true };
    const { urn } = await plan.register(goal("outer", { type: "t:i:Outer", custom: false, options }));
    const same = await plan.register(goal("same", { parent: urn }));
    const open = await plan.register(
      goal("open", { parent: urn, options: { ...noOptions, protect: false } }),
    );
    assert.deepEqual(
      [same, open].map((resource) => [resource.options.protect, resource.options.retainOnDelete]),
      [
        [true, true],
        [false, true],
      ],
    );
  });

  it("gives the provider of resources written in the program all config, and others their own", async () => {
    const plan = registry({ "p:x": "1", "test:region": "east" });
    await plan.register(goal("plain"));
    await plan.register(
      goal("dynamic", { package: { name: "pulumi-nodejs", version: "", downloadUrl: "" } }),
    );
    const providers = plan.resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    assert.deepEqual(
      providers.map(({ urn, inputs }) => [short(urn), inputs]),
      [
        ["pulumi:providers:test::default", { region: "east" }],
        ["pulumi:providers:pulumi-nodejs::default", { "p:x": "1", "test:region": "east" }],
      ],
    );
  });

  it("keeps the order of arrival, however long a policy thinks about one", async () => {
    const plan = registry({}, async (resource) => {
      if (resource.name === "slow") await new Promise((resolve) => setTimeout(resolve, 20));
      return resource.inputs;
    });
    await Promise.all(["slow", "fast"].map((name) => plan.register(goal(name))));
    assert.deepEqual(
      plan.resources.map(({ name }) => name),
      ["default", "slow", "fast"],
    );
  });

  it("refuses a child of a parent that isn't there", async () => {
    await assert.rejects(
      registry().register(goal("child", { parent: "urn:gone" })),
      /could not find parent resource urn:gone/,
    );
  });
});

describe("embedded preview: what a policy's words and a timeout's text mean", () => {
  it("tells 'could not be judged' from advice", () => {
    const unknown =
      "can't run policy 'p' from policy pack 'q@v1' during preview: string value at .x can't be known during preview";
    assert.equal(saysUndecided("advisory", unknown), true);
    assert.equal(saysUndecided("advisory", "label owner is not yet known"), true);
    assert.equal(saysUndecided("advisory", "nobody can't run policy 'p' here"), false);
    assert.equal(saysUndecided("mandatory", "metadata is not yet known, and tcp/22 is open"), false);
  });

  it("reads durations as Go writes them", () => {
    assert.deepEqual(["", "90s", "1h30m", "1.5m", "250ms"].map(seconds), [0, 90, 5400, 90, 0.25]);
  });
});
