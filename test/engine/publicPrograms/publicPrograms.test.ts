import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { folder, outcomesOf, wanted } from "./case";
import { PROGRAMS } from "./index";

describe("public programs' shapes through the embedded preview", function () {
  this.timeout(120_000);
  let outcomes: ReturnType<typeof outcomesOf> = [];
  before(() => {
    outcomes = outcomesOf(PROGRAMS);
  });

  for (const [index, one] of PROGRAMS.entries()) {
    it(`${one.program}: ${one.shape}`, async () => {
      const { says, ...seen } = (await outcomes[index]) ?? assert.fail();
      assert.deepEqual(seen, wanted(one), says.join("\n"));
    });
  }

  it("has every program of its folder, once, and no verdict only for faults of the program's own", () => {
    const files = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) =>
        /\.[jt]s$/.test(entry.name) || (entry.isDirectory() && !["sdk", "manifests"].includes(entry.name)),
    );
    assert.deepEqual(PROGRAMS.map(({ program }) => program).sort(), files.map(({ name }) => name).sort());
    assert.ok(PROGRAMS.length >= 60);
    assert.deepEqual(
      PROGRAMS.filter(({ verdict }) => verdict === "error").map(({ program }) => program),
      ["own-fault.ts"],
    );
  });
});
