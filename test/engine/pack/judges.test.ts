import { strict as assert } from "node:assert";
import { setTimeout as after } from "node:timers/promises";
import { noOptions, type Resource } from "../../../engine/monitor/resources";
import type { PackFinding } from "../../../engine/pack/findings";
import { Judges } from "../../../engine/judges/judges";
import type { RunningPack } from "../../../engine/judges/runningPack";

const resource = (name: string): Resource => ({
  urn: `urn:${name}`,
  type: "test:index:Thing",
  name,
  custom: true,
  read: false,
  parent: "",
  inputs: { size: 1 },
  outputs: {},
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  options: noOptions,
});

const finding = (urn: string, message: string): PackFinding => ({
  pack: "test",
  packVersion: "1.0.0",
  policy: "sizes",
  description: "",
  level: "mandatory",
  severity: "",
  urn,
  message,
  undecided: false,
});

/** A pack that takes the longer, the earlier a resource came, and doubles every size. */
const slow = (waits: Readonly<Record<string, number>>): RunningPack =>
  ({
    remediate: async ({ urn, name, inputs }: Resource) => {
      await after(waits[name]);
      const about = { pack: "test", policy: "sizes", description: "", urn };
      return { inputs: { size: 2 * Number(inputs["size"]) }, remediations: [about], findings: [] };
    },
    analyze: async ({ urn, name, inputs }: Resource) => {
      await after(waits[name]);
      return [finding(urn, `${name} is of size ${JSON.stringify(inputs["size"])}`)];
    },
    analyzeStack: () => Promise.resolve([finding("urn:stack", "the stack")]),
  }) as unknown as RunningPack;

describe("judges", () => {
  const names = ["first", "second", "third"];

  it("judges what was remediated, and tells all in the order of the resources however long each takes", async () => {
    const judges = new Judges([slow({ first: 30, second: 10, third: 0 })], Promise.resolve());
    const resources = names.map(resource);
    const inputs = await Promise.all(resources.map((each) => judges.judge(each)));
    const findings = await judges.verdict(resources, "urn:stack");
    assert.deepEqual(
      {
        inputs,
        told: findings.map(({ message }) => message),
        order: judges.remediations().map(({ urn }) => urn),
      },
      {
        inputs: names.map(() => ({ size: 2 })),
        told: [...names.map((name) => `${name} is of size 2`), "the stack"],
        order: names.map((name) => `urn:${name}`),
      },
    );
  });

  it("fails with the pack that fails, over a resource that nobody waits for too", async () => {
    const failing = { remediate: () => Promise.reject(new Error("broken")) } as unknown as RunningPack;
    const judges = new Judges([failing], Promise.resolve());
    judges.judge(resource("first")).catch(() => undefined);
    await assert.rejects(judges.failed, /^Error: broken$/);
    await assert.rejects(judges.verdict([], "urn:stack"), /^Error: broken$/);
  });
});
