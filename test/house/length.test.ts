import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const MOST = 250;
const code = (): string[] =>
  execFileSync("git", ["ls-files", "*.ts", "*.js", "*.mjs"], { cwd: ROOT, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(path.join(ROOT, file)));

describe("the house: the length of files", () => {
  it(`is ${MOST} lines at most, or the file's head says why it isn't`, function () {
    if (!existsSync(path.join(ROOT, ".git"))) this.skip();
    const files = code();
    assert.ok(files.length > 900, `${files.length} files`);
    const long = files.filter((file) => {
      const lines = readFileSync(path.join(ROOT, file), "utf8").trimEnd().split("\n");
      return (
        lines.length > MOST && !lines.slice(0, 3).some((line) => line.startsWith("// Longer than most: "))
      );
    });
    assert.deepEqual(long, [], "split it, or write `// Longer than most: WHY` into its head");
  });
});
