import { strict as assert } from "node:assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { INVARIANTS } from "../../policypack/invariants";
import { findable, namedTests } from "./findable";

const ROOT = path.join(__dirname, "..", "..");

describe("the house: a test is found from its file", () => {
  const files = findable();

  it("each source file has its test at the like path, or a line in its head, or in its folder's face, that says where", () => {
    assert.ok(files.length > 300, `${files.length} source files`);
    const lost = files.filter(({ tests }) => tests.length === 0).map(({ file }) => file);
    assert.deepEqual(
      lost,
      [],
      "write `// Tests: test/….test.ts` as its first line, or a test at the like path",
    );
  });

  it("each test that is named is there, and imports the file or runs the command that does", () => {
    const wrong = files.flatMap(({ file, wrong: tests }) => tests.map((test) => `${file}: ${test}`));
    assert.deepEqual(wrong, []);
  });

  it("each invariant has a test file of its name", () => {
    const folder = path.join(ROOT, "policypack", "invariants");
    const invariants = readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .filter((name) => /\b(?:resource|stack)Invariant\(/.test(readFileSync(path.join(folder, name), "utf8")))
      .map((name) => name.replace(/\.ts$/, ""));
    assert.equal(invariants.length, INVARIANTS.length);
    const without = invariants.filter(
      (name) => !existsSync(path.join(ROOT, "test", "policypack", "invariants", `${name}.test.ts`)),
    );
    assert.deepEqual(without, [], "add test/policypack/invariants/NAME.test.ts");
  });

  it("reads the line in a file's first comments, and in no other place", () => {
    const one = "test/a/b.test.ts";
    assert.deepEqual(namedTests(`// Tests: ${one}\nimport x from "y";\n`), [one]);
    assert.deepEqual(
      namedTests(`/**\n * A face.\n * Tests: ${one}, test/c.test.ts.\n */\nexport * from "./x";\n`),
      [one, "test/c.test.ts"],
    );
    assert.deepEqual(namedTests(`/**\n * Tests: ${one},\n * test/c.test.ts\n */\n`), [one, "test/c.test.ts"]);
    assert.deepEqual(namedTests(`import x from "y";\n// Tests: ${one}\n`), []);
    assert.deepEqual(namedTests(`/** Nothing of the kind. */\nconst text = "Tests: ${one}";\n`), []);
  });
});
