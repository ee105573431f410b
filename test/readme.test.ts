import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { twoSystems } from "./twoSystems";

const ROOT = join(__dirname, "..");

/** The README's first block of printed output. */
function shown(): string[] {
  const block = /```text\n([\s\S]*?)\n```/.exec(readFileSync(join(ROOT, "README.md"), "utf8"));
  assert(block?.[1] !== undefined, "README.md shows what the preview prints");
  return block[1].split("\n");
}

/** What `npm run preview` prints of the two systems that the README speaks of, whatever else the dev stack has beside them. */
function printed(): string[] {
  const pack = ["--policy-pack", "policypack", "--policy-pack-config", "Pulumi.dev.policies.json"];
  const command = [join(ROOT, "bin", "palisade.js"), "preview", "--cwd", twoSystems()];
  return execFileSync(process.execPath, [...command, ...pack], { cwd: ROOT, encoding: "utf8" }).split("\n");
}

describe("README", () => {
  it("shows lines that the dev stack's preview prints of the two systems, in their order, with … where some are left out", () => {
    const lines = printed();
    let at = 0;
    let skipping = false;
    for (const line of shown()) {
      if (line.trim() === "…") {
        skipping = true;
        continue;
      }
      const found = skipping ? lines.indexOf(line, at) : lines[at] === line ? at : -1;
      assert(found >= 0, `README.md shows a line that isn't printed there: ${JSON.stringify(line)}`);
      at = found + 1;
      skipping = false;
    }
  });
});
