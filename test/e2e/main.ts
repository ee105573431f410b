import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { accompanied, sandboxed, sandboxProblems, type Command } from "./bench/sandbox";
import { say } from "./machine/progress";
import { machineProblems } from "./machine/requirements";
import { parseOptions } from "./options";
import { removeRests } from "./parts/cache";
import { installDebianTools, installEbpfCompilers } from "./parts/debian";

/**
 * `npm run e2e`: prepares the parts (which needs the network), then runs the suites in a sandbox (inside.ts), which has
 * none. Exit code 0: all green; 1: a test failed; 2: wrong command line, or CI on a machine where it can't run; 3: it
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
  const prepared = await run(
    accompanied(process.execPath, [...process.execArgv, require.resolve("./prepare"), ...args]),
  );
  if (prepared.code !== 0 || options.prepare) return prepared.code;
  const suites = [...process.execArgv, require.resolve("./inside"), ...args];
  const { code } = await run(sandboxed(process.execPath, suites), prepared.stdout);
  return code;
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

/**
 * Runs a step of the bench. Nothing outlives its first process, so ending that one is the whole clean-up.
 * @param parts what prepare.ts printed, for a step that uses them; what that prints is the user's then, else it is returned
 */
async function run({ command, args }: Command, parts?: string): Promise<{ code: number; stdout: string }> {
  const child = spawn(command, args, {
    stdio: ["inherit", parts === undefined ? "pipe" : "inherit", "inherit"],
    env: { ...process.env, PALISADE_E2E_RUNNER: String(process.pid), PALISADE_E2E_PARTS: parts },
  });
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill("SIGKILL");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(interrupted ? 130 : (code ?? 1)));
    });
    const stdout = child.stdout === null ? "" : await text(child.stdout);
    return { code: await ended, stdout };
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
