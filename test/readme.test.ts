import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** The README's first block of printed output. */
function shown(): string[] {
  const block = /```text\n([\s\S]*?)\n```/.exec(readFileSync(join(ROOT, "README.md"), "utf8"));
  assert(block?.[1] !== undefined, "README.md shows what the preview prints");
  return block[1].split("\n");
}

describe("README", () => {
  it("shows lines that `npm run preview` prints, in their order, with … where some are left out", () => {
    const printed = execFileSync(process.execPath, ["bin/palisade.js", "preview"], {
      cwd: ROOT,
      encoding: "utf8",
    }).split("\n");
    let at = 0;
    let skipping = false;
    for (const line of shown()) {
      if (line.trim() === "…") {
        skipping = true;
        continue;
      }
      const found = skipping ? printed.indexOf(line, at) : printed[at] === line ? at : -1;
      assert(found >= 0, `README.md shows a line that isn't printed there: ${JSON.stringify(line)}`);
      at = found + 1;
      skipping = false;
    }
  });
});
