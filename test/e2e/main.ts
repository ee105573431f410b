import type { ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { accompanied, sandboxed, sandboxProblems, type Command } from "./bench/sandbox";
import { Children } from "./children";
import { copyNamed, inLanes } from "./lanes";
import { ProcessorTime } from "./machine/processorTime";
import { say } from "./machine/progress";
import { machineProblems } from "./machine/requirements";
import { parseOptions } from "./options";
import { removeRests } from "./parts/cache";
import { installDebianTools, installEbpfCompilers } from "./parts/debian";
import { endedSilently, together, type Results } from "./results";
import { choose } from "./selection";
import { exitCode, tellResults } from "./summary";

const children = new Children();
const processorTime = new ProcessorTime();

/**
 * `npm run e2e`: prepares the parts (which needs the network), then runs the suites in sandboxes (inside.ts), which have
 * none: each suite in its own, two at a time. Exit code 0: all green; 1: a test failed; 2: wrong command line, or CI on a machine where it can't run; 3: it
 * can't run here, and nothing is proven; 130: interrupted.
 */
async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const problems = await machineProblems();
  if (problems.length === 0) {
    await installDebianTools();
    problems.push(...(await sandboxProblems()));
  }
  if (problems.length > 0) return cantRun(problems);
  await installEbpfCompilers();
  removeRests();
  const prepared = await prepare(args);
  if (prepared.code !== 0 || options.prepare) return prepared.code;
  const parts = prepared.stdout;
  const { suites, words } = choose(options.only);
  if (words !== undefined || suites.length === 1 || options.keep)
    return children.start(inside(args), "inherit", { PALISADE_E2E_PARTS: parts }).ended;
  const began = Date.now();
  processorTime.sinceLast();
  const all = await inLanes(suites, options.lanes, (suite) => runSuite(suite, args, parts));
  if (children.interrupted) return 130;
  const results = together(all);
  tellResults(results, began);
  return exitCode(results);
}

const inside = (args: readonly string[]): Command =>
  sandboxed(process.execPath, [...process.execArgv, require.resolve("./inside"), ...args]);

/** Builds what is missing; gives what prepare.ts prints. */
async function prepare(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const command = [...process.execArgv, require.resolve("./prepare"), ...args];
  const { child, ended } = children.start(
    accompanied(process.execPath, command),
    ["inherit", "pipe", "inherit"],
    { PALISADE_E2E_PARTS: undefined },
  );
  const [stdout] = pipesOf(child);
  return { stdout: stdout === undefined ? "" : await text(stdout), code: await ended };
}

const pipesOf = ({ stdio }: ChildProcess): readonly Readable[] =>
  stdio.filter((each) => each instanceof Readable);

/** Runs one suite in a sandbox of its own; what it prints is copied with its name before each line. */
async function runSuite(suite: string, args: readonly string[], parts: string): Promise<Results> {
  if (children.interrupted) return endedSilently(suite, 130);
  const { child, ended } = children.start(
    inside([...args, "--only", suite]),
    ["ignore", "pipe", "pipe", "pipe"],
    {
      PALISADE_E2E_PARTS: parts,
      PALISADE_E2E_RESULTS: "3",
      PALISADE_E2E_COLOR: String(process.stdout.isTTY),
    },
  );
  const [stdout, stderr, told] = pipesOf(child);
  if (stdout === undefined || stderr === undefined || told === undefined) throw new Error("three pipes");
  const [results, code] = await Promise.all([
    text(told),
    ended,
    copyNamed(stdout, suite, process.stdout),
    copyNamed(stderr, suite, process.stderr),
  ]);
  const processor = [[suite, processorTime.sinceLast()]] as const;
  return { ...(results === "" ? endedSilently(suite, code) : (JSON.parse(results) as Results)), processor };
}

function cantRun(problems: readonly string[]): number {
  process.stderr.write(
    [
      "The bench of real parts can't run here:",
      ...problems.map((problem) => `  - ${problem}`),
      "Unproven therefore: that Pulumi's engine, a Kubernetes API server, k3s's policy controller and an AWS API do what",
      "the product predicts. What is computed is proven by `npm test`.",
      "",
    ].join("\n"),
  );
  return process.env["CI"] === "true" ? 2 : 3;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
