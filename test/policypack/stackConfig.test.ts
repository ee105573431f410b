import { strict as assert } from "node:assert";
import fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { readConfig } from "../../policypack/policyConfig";
import { settingsSchema } from "../../policypack/settings";

const ROOT = path.resolve(__dirname, "../..");

/** What the key `name` holds anywhere in a tree of lists and maps. */
function collect(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => [
    ...(key === name ? [item].flat() : []),
    ...collect(item, name),
  ]);
}

describe("policy pack: the stacks' configuration", () => {
  for (const stack of ["dev", "uat", "prod"]) {
    it(`tells the ranges of every cluster of ${stack}, and no others`, () => {
      const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");
      const declared = load(read(`Pulumi.${stack}.yaml`));
      const ranges = ["podCidrs", "serviceCidrs", "nodeCidrs"].flatMap((name) => collect(declared, name));
      const { settings } = JSON.parse(read(`Pulumi.${stack}.policies.json`)) as { settings: unknown };
      const config = readConfig(settingsSchema, settings);
      assert.deepEqual(
        config.ok && [...config.value.clusterRanges].sort(),
        [...new Set(ranges.map(String))].sort(),
      );
    });
  }
});
