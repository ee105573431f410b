import { strict as assert } from "node:assert";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadPaths } from "../../cli/manifests/load";
import { analyze } from "../../reachability/compute/analysis";
import { txtFormat } from "../../reachability/answer/formats/txt";

/** `UPDATE_SCENARIOS=1 npx mocha test/scenarios` writes each folder's expected.txt anew: read the diff. */
const UPDATE = process.env["UPDATE_SCENARIOS"] === "1";

describe("scenarios: the well-known recipes reach exactly what they are known to", () => {
  const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    it(name, () => {
      const folder = join(__dirname, name);
      const { world } = loadPaths([join(folder, "manifests.yaml")], {});
      const actual = [...txtFormat(analyze(world).units)].join("");
      const golden = join(folder, "expected.txt");
      if (UPDATE) writeFileSync(golden, actual);
      assert.ok(existsSync(golden), "no expected.txt: run UPDATE_SCENARIOS=1 npx mocha test/scenarios");
      assert.equal(actual, readFileSync(golden, "utf8"));
    });
  }
});
