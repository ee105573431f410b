import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { readSettings } from "../../cli/check/config";
import { configurationSchema } from "../../policypack/configSchema";
import { EXAMPLES } from "../../policypack/examples";
import { INVARIANTS } from "../../policypack/invariants";
import { POLICIES } from "../../policypack/policies";
import { PalisadeInputError } from "../../problems";

const root = join(__dirname, "..", "..");
const schema = z.fromJSONSchema(configurationSchema());
const fits = (config: unknown) => schema.safeParse(config).success;

describe("policy pack: the schema of its configuration", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-schema-"))));
  after(() => rmSync(folder, { recursive: true }));

  /** Whether what reads the file takes it. */
  const isRead = (config: unknown): boolean => {
    const file = join(folder, "policies.json");
    writeFileSync(file, JSON.stringify(config));
    try {
      readSettings(file, {});
      return true;
    } catch (error) {
      if (error instanceof PalisadeInputError) return false;
      throw error;
    }
  };

  /** Configurations that are documented, written for examples, or this repository's own. */
  const accepted: readonly object[] = [
    {},
    { $schema: "./policies.schema.json", all: "advisory" },
    { all: { enforcementLevel: "mandatory" }, "rds-private": "disabled" },
    { settings: { profile: "baseline", levels: { "rds-private": "advisory" } } },
    ...INVARIANTS.flatMap(({ name, example }) => (example === undefined ? [] : [{ [name]: example }])),
    ...Object.entries(EXAMPLES).flatMap(([name, { config }]) =>
      config === undefined ? [] : [{ [name]: config }],
    ),
    ...["dev", "uat", "prod"].map(
      (stack) => JSON.parse(readFileSync(join(root, `Pulumi.${stack}.policies.json`), "utf8")) as object,
    ),
  ];

  it("takes every documented configuration, as the reader does", () => {
    for (const config of accepted) {
      const text = JSON.stringify(config).slice(0, 200);
      assert.ok(isRead(config), text);
      assert.ok(fits(config), text);
    }
  });

  it("names every policy, each with what its reader takes", () => {
    const { properties } = configurationSchema() as {
      properties: Record<string, { anyOf: { properties: Record<string, unknown> }[] }>;
    };
    assert.deepEqual(Object.keys(properties), ["$schema", "all", ...POLICIES.map(({ name }) => name)]);
    for (const { name, config } of POLICIES)
      assert.deepEqual(
        Object.keys(properties[name]?.anyOf[1]?.properties ?? {}).sort(),
        ["enforcementLevel", ...Object.keys(config.shape as object)].sort(),
      );
  });

  it("refuses slips that an editor should show", () => {
    for (const wrong of [
      { "rds-privat": "mandatory" },
      { all: "strict" },
      { all: { exempt: [] } },
      { "namespace-labels": { require: ["team"] } },
      { "namespace-labels": { required: "team" } },
      { settings: { profile: "loose" } },
      { settings: { levels: { "rds-privat": "advisory" } } },
      { settings: { exemptions: [{ policy: "rds-private", resource: "db", reason: "r", owner: "o" }] } },
    ]) {
      assert.ok(!fits(wrong), JSON.stringify(wrong));
      assert.ok(!isRead(wrong), JSON.stringify(wrong));
    }
  });

  it("refuses nothing that the reader takes: any slip in any of them", () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(null, true, 7, "", "x", "mandatory", "tcp/80", "10.0.0.0/8", [], {}, ["x"], {
        a: "b",
      }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    let [read, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(...accepted),
        fc.infiniteStream(fc.nat()),
        value,
        (config, picks, other) => {
          const slipped = withSlip(config, () => picks.next().value as number, other);
          const isTaken = isRead(slipped);
          if (isTaken) read++;
          else refused++;
          return !isTaken || fits(slipped);
        },
      ),
      { numRuns: 400 },
    );
    assert.ok(read > 20 && refused > 20, `${read} read, ${refused} refused`);
  });

  it("is the file that is published: `node scripts/policies-doc.mjs` brings docs/policies.schema.json up to date", () => {
    const file = JSON.parse(readFileSync(join(root, "docs", "policies.schema.json"), "utf8")) as unknown;
    assert.deepEqual(file, JSON.parse(JSON.stringify(configurationSchema())));
  });
});

/** A value with one slip at a place that is picked: a field replaced, left out, or one too many. */
function withSlip(value: unknown, pick: () => number, other: unknown): unknown {
  if (typeof value !== "object" || value === null || pick() % 4 === 0) return other;
  const keys = Object.keys(value);
  const key = keys[pick() % Math.max(1, keys.length)];
  if (key === undefined) return Array.isArray(value) ? [other] : { extra: other };
  const entries = Object.entries(value).flatMap(([name, held]): [string, unknown][] => {
    if (name !== key) return [[name, held]];
    const how = pick() % 8;
    return how === 0 ? [] : [[how === 1 ? `${name}s` : name, withSlip(held, pick, other)]];
  });
  return Array.isArray(value) ? entries.map(([, held]) => held) : Object.fromEntries(entries);
}
