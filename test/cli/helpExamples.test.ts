import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { palisade } from "../../cli/main";

const ROOT = join(__dirname, "..", "..");

/** An example of a help text: its command line, without what stands before or after it in a pipe. */
interface Example {
  readonly command: Command;
  readonly line: string;
  readonly words: readonly string[];
}

function examplesOf(command: Command): readonly Example[] {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const block = /\nExamples:\n((?: {2}.*\n)+)/.exec(help)?.[1] ?? "";
  return block
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const own = /\bpalisade [^|>#)]*/.exec(line)?.[0] ?? "";
      const words = (own.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
      return { command, line: line.trim(), words: words.slice(1) };
    });
}

const root = palisade("0.0.0", () => undefined);
const all = root.commands.flatMap((command) => examplesOf(command));
/** What asks about the stacks of this repository and nothing else: no cluster, no manifests of the reader's own. */
const ofStacks = all.filter(
  ({ command, words }) =>
    (command.name() === "preview" && !words.includes("--cwd")) ||
    command.name() === "policies" ||
    (["reach", "explain", "report", "diff"].includes(command.name()) &&
      words.some((word) => word === "--stack" || word.startsWith("stack:"))),
);

describe("the examples of help texts", function () {
  this.timeout(180_000);

  it("are there for every command that does something", () => {
    const without = root.commands.filter(
      (command) => command.name() !== "complete" && examplesOf(command).length === 0,
    );
    assert.deepEqual(
      without.map((command) => command.name()),
      [],
    );
  });

  it("name commands and options that there are", () => {
    for (const { line, words } of all) {
      const [name = "", ...rest] = words;
      const command = root.commands.find((one) => one.name() === name);
      assert.ok(command, line);
      const below = command.commands.find((one) => one.name() === rest[0]) ?? command;
      const known = [...below.options, ...command.options].map(({ long, short }) => [long, short]).flat();
      const options = rest.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0] ?? "");
      assert.deepEqual(
        options.filter((option) => !known.includes(option)),
        [],
        line,
      );
    }
  });

  describe("on the stacks of this repository", () => {
    let folder = "";
    before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-examples-"))));
    after(() => rmSync(folder, { recursive: true }));
    assert.ok(ofStacks.length >= 9, String(ofStacks.length));
    for (const { line, words, command } of ofStacks) {
      it(`answers: ${line}`, async () => {
        // The reader's main branch is this checkout's commit; what is written goes to a folder of the test's own.
        const own = words.map((word) => (word === "main" ? "HEAD" : word));
        const args = [...own, ...(command.name() === "report" ? ["--out", join(folder, "report.html")] : [])];
        const { code, stderr } = await run(
          args.map((word) => (word.endsWith(".svg") ? join(folder, word) : word)),
        );
        assert.equal(code, 0, stderr);
      });
    }
  });
});

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, "bin", "palisade.js"), ...args], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", (code) => resolve({ code, stderr }));
  });
}
