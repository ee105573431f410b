import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

/** What a clone runs from; tests and documents are left out. */
const copied = (): readonly string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .filter((file) => !/^(test|docs|findings|\.)/.test(file));

describe("the command of a clone, bundled", function () {
  this.timeout(120_000);
  let clone: string;
  before(() => {
    clone = realpathSync(mkdtempSync(join(tmpdir(), "palisade-clone-")));
    for (const file of copied()) {
      mkdirSync(dirname(join(clone, file)), { recursive: true });
      cpSync(join(ROOT, file), join(clone, file));
    }
    symlinkSync(realpathSync(join(ROOT, "node_modules")), join(clone, "node_modules"));
  });
  after(() => {
    rmSync(clone, { recursive: true, force: true });
    const kept = join(
      ROOT,
      "node_modules",
      ".cache",
      "palisade",
      "command",
      encodeURIComponent(clone).slice(-200),
    );
    rmSync(kept, { recursive: true, force: true });
  });

  const edit = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(clone, file), "utf8");
    assert.ok(text.includes(from), `${file} has ${from}`);
    writeFileSync(join(clone, file), text.replace(from, to));
  };
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(clone, "bin", "palisade.js"), ...args], {
      cwd: clone,
      encoding: "utf8",
    });

  it("runs a changed source at once, however often it ran before", () => {
    for (const time of [1, 2]) assert.match(run("--help").stdout, /Declare who talks to whom/, String(time));
    edit("cli/main.ts", "Declare who talks to whom;", "Other words;");
    for (const time of [1, 2]) assert.match(run("--help").stdout, /Other words;/, String(time));
  });

  it("runs a new file that takes another's place", () => {
    assert.equal(run("reach").status, 2);
    writeFileSync(join(clone, "cli", "exit.js"), "");
    writeFileSync(
      join(clone, "cli", "new.ts"),
      "export const newProject = (): Promise<number> => Promise.resolve(42);\nexport const newApplication = newProject;\n",
    );
    assert.equal(run("new", "somewhere").status, 42);
    rmSync(join(clone, "cli", "new.ts"));
    rmSync(join(clone, "cli", "exit.js"));
  });

  it("says of a mistake of its own where in the sources it is", () => {
    edit(
      "cli/reach.ts",
      "export async function run(",
      "export async function run(...all: never[]): Promise<number> {\n  throw new TypeError(String(all.length));\n}\nexport async function runs(",
    );
    const line =
      readFileSync(join(clone, "cli", "reach.ts"), "utf8")
        .split("\n")
        .findIndex((text) => text.includes("throw new TypeError")) + 1;
    for (const time of ["anew", "kept"]) {
      const { status, stderr } = run("reach", "a.yaml");
      assert.equal(status, 70, time);
      assert.match(
        stderr,
        new RegExp(
          `^error: palisade itself failed; please report this:\nTypeError: 2\n +at run \\(cli/reach\\.ts:${String(line)}:\\d+\\)\n +at .* \\(cli/reachCommands\\.ts:\\d+:\\d+\\)\n`,
        ),
        time,
      );
    }
  });

  it("names the place of a syntax error, and exits as after any mistake of its own", () => {
    edit("cli/exit.ts", "export const EXIT", "const = 1;\nexport const EXIT");
    const { status, stderr } = run("--version");
    assert.equal(status, 70);
    assert.match(stderr, /SyntaxError: .*cli\/exit\.ts:\d+:\d+: /);
  });
});
