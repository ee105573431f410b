import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

type Shell = "bash" | "zsh" | "fish";

/** What each shell offers for a line, its cursor at the end: a value a line. */
const ASK: Readonly<Record<Shell, (line: string) => readonly string[]>> = {
  bash: (line) => [
    "--norc",
    "-c",
    `eval "$(palisade completion bash)" || exit
     [[ "$(complete -p palisade)" == "complete -F _palisade palisade" ]] || exit
     COMP_LINE=$1 COMP_POINT=\${#1}; _palisade; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    line,
  ],
  // The completion system itself needs a terminal: its functions print here what they are given.
  zsh: (line) => [
    "-f",
    "-c",
    `compdef() { registered="$*" }; compset() { : }
     _describe() { print -rl -- "\${(@)\${(@P)2}%%:*}" }; _files() { print -rl -- *(N) }
     eval "$(palisade completion zsh)" || exit
     [[ $registered == "_palisade palisade" ]] || exit
     words=("\${(@s: :)1}"); CURRENT=$#words; _palisade`,
    "zsh",
    line,
  ],
  fish: (line) => [
    "--no-config",
    "-c",
    `palisade completion fish | source; complete -C "$argv[1]" | string replace -r '\\t.*' ''`,
    line,
  ],
};

describe("completion in the shells that are there", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-completion-"));
    symlinkSync(join(ROOT, "bin", "palisade.js"), join(folder, "palisade"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const offered = (shell: Shell, line: string): readonly string[] => {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
    const { stdout, stderr } = spawnSync(shell, ASK[shell](line), { env, cwd: ROOT, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n").filter((value) => value !== "");
  };

  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["palisade exp", ["explain"]],
    ["palisade reach --repr", ["--representatives"]],
    ["palisade check --format s", ["sarif"]],
    ["palisade preview --stack ", ["dev", "prod", "uat"]],
    ["palisade check manifests --disable s3-not", ["s3-not-public"]],
    ["palisade report CHANGE", ["CHANGELOG.md"]],
    ["palisade completion f", ["fish"]],
    ["palisade nonsense", []],
  ];
  for (const shell of ["bash", "zsh", "fish"] as const) {
    it(`${shell} offers subcommands, options, choices, stacks, policies and files`, function () {
      this.timeout(60_000);
      // A machine without the shell says so: pending, not passed.
      if (spawnSync(shell, ["--version"]).error !== undefined) this.skip();
      const found = lines.map(([line]) => [line, [...offered(shell, line)].sort()]);
      assert.deepEqual(
        // This stand-in for zsh's _files doesn't look at what is written already.
        shell === "zsh" ? found.filter(([line]) => !String(line).includes("CHANGE")) : found,
        shell === "zsh" ? lines.filter(([line]) => !line.includes("CHANGE")) : lines,
      );
    });
  }

  it("bash completes what follows = and :, where it parts words", () => {
    assert.deepEqual(offered("bash", "palisade reach --format=js"), ["json"]);
    assert.deepEqual(offered("bash", "palisade diff stack:u"), ["uat"]);
  });
});
