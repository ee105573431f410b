import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import path from "node:path";
import type { PreviewReport } from "../../cli/report";
import { packFixture, programFixture } from "../engine/support";

const command = path.join(__dirname, "..", "..", "bin", "palisade.js");

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does. */
function palisade(args: readonly string[], env = process.env): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const preview = (program: string, ...args: string[]): Promise<Outcome> =>
  palisade(["preview", "--cwd", programFixture(program), ...args]);

describe("palisade preview: the command", function () {
  this.timeout(60_000);

  it("prints one JSON document on stdout, whatever the program prints, and exits 0 when nothing mandatory is violated", async () => {
    const { code, stdout, stderr } = await preview(
      "chatty",
      "--json",
      "--verbose",
      "--timing",
      "--policy-pack",
      packFixture("plain"),
    );
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as PreviewReport;
    assert.equal(report.verdict, "clean");
    assert.deepEqual(report.logs, [{ severity: "warning", message: "little quota left", urn: "" }]);
    assert.match(stderr, /said by the program/);
    assert.match(stderr, / ms {2}total\n/);
  });

  it("exits 1 for a mandatory violation and says which", async () => {
    const { code, stdout } = await preview("namespace", "--policy-pack", packFixture("plain"));
    assert.equal(code, 1);
    assert.match(stdout, /namespace-owner {2}mandatory · high\n/);
    assert.match(stdout, /\nVIOLATIONS {2}1 mandatory violation, 1 advisory, judged by plain\n$/);
  });

  it("paints nothing into a pipe, not even where CI is set", async () => {
    const { stdout } = await palisade(["preview", "--cwd", programFixture("namespace")], {
      ...process.env,
      NO_COLOR: "",
      CI: "true",
    });
    assert.match(stdout, /^namespace \/ dev\n/);
  });

  it("exits 3 for an undecided policy only when asked to", async () => {
    const args = ["--policy-pack", packFixture("policies")];
    const [asked, not] = await Promise.all([
      preview("nested", ...args, "--fail-on", "unknown"),
      preview("nested", ...args),
    ]);
    assert.deepEqual([asked.code, not.code], [3, 0]);
    assert.match(not.stdout, /\nUNDECIDED {2}1 undecided, 1 advisory, judged by policies\n$/);
  });

  it("exits 3 where something is left out, whatever was asked for, and 1 where the rest violates", async () => {
    const [undecided, violated] = await Promise.all([
      preview("leftOut", "--json", "--policy-pack", packFixture("plain")),
      preview("stopped", "--policy-pack", packFixture("policies")),
    ]);
    assert.equal(undecided.code, 3);
    const report = JSON.parse(undecided.stdout) as PreviewReport;
    assert.deepEqual([report.verdict, report.judged, report.leftOut.length], ["undecided", 8, 4]);
    assert.equal(violated.code, 1);
    assert.match(
      violated.stdout,
      /\nVIOLATIONS {2}1 resource judged, 2 left out \(function test:index:getZones\(\), the rest/,
    );
  });

  const mistakes: readonly [string, readonly string[], RegExp][] = [
    [
      "an unknown stack",
      ["--stack", "qa"],
      /^error: stack "qa": no Pulumi\.qa\.yaml in .*\. Use one of dev\.\n$/,
    ],
    ["an unknown option", ["--bogus"], /unknown option '--bogus'/],
    ["a bad choice", ["--fail-on", "weather"], /argument 'weather' is invalid/],
    [
      "a pack that isn't one",
      ["--policy-pack", "/nowhere"],
      /^error: policy pack \/nowhere: no PulumiPolicy\.yaml there/,
    ],
    [
      "a config without a pack",
      ["--policy-pack-config", "x.json"],
      /^error: --policy-pack-config: 1 given for 0 policy packs/,
    ],
  ];
  for (const [what, args, message] of mistakes) {
    it(`exits 2 for ${what}, without a stack trace`, async () => {
      const { code, stdout, stderr } = await preview("nested", ...args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at /m);
    });
  }

  it("names the help of the subcommand that was called wrong, and what was probably meant", async () => {
    const hints = await Promise.all(
      [["reahc"], ["reach", "--formt", "json"], ["new", "application"]].map(async (args) => {
        const { code, stderr } = await palisade(args);
        assert.equal(code, 2);
        return stderr.trim().split("\n").slice(1);
      }),
    );
    assert.deepEqual(hints, [
      ["(Did you mean reach?)", "(palisade --help lists the options)"],
      ["(Did you mean --format?)", "(palisade reach --help lists the options)"],
      ["(palisade new application --help lists the options)"],
    ]);
  });

  it("prints one JSON document for a wrong option too, where JSON is asked for", async () => {
    const { code, stdout } = await preview("nested", "--json", "--bogus");
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(stdout), {
      version: 1,
      verdict: "error",
      error: {
        kind: "input",
        problems: [{ text: "unknown option '--bogus'", place: [], message: "unknown option '--bogus'" }],
      },
    });
  });

  it("exits 2 for a program that throws, and prints the error as JSON too where asked", async () => {
    const { code, stdout, stderr } = await preview("throwing", "--json");
    assert.equal(code, 2);
    assert.match(stderr, /^error: RangeError: port 49 is taken\n {2}at .*connect\.ts:6:9\n/);
    const { verdict, error } = JSON.parse(stdout) as {
      verdict: string;
      error: { kind: string; problems: { text: string }[] };
    };
    assert.deepEqual([verdict, error.kind], ["error", "program"]);
    assert.equal(error.problems.map(({ text }) => `error: ${text}\n`).join(""), stderr);
  });
});
