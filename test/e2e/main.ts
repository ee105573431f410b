import { spawn } from "node:child_process";
import { sandboxed, sandboxProblems } from "./bench/sandbox";
import { say } from "./machine/progress";
import { parseOptions } from "./options";
import { toolProblems } from "./machine/requirements";
import { prepareParts } from "./parts/prepare";

/**
 * `npm run e2e`: prepares the parts (which needs the network), then runs the suites in a sandbox (inside.ts), which has
 * none. Exit code 0: all green; 1: a test failed; 2: wrong command line, or CI on a machine where it can't run; 3: it
 * can't run here, and nothing is proven.
 */
async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const problems = [...(await sandboxProblems()), ...(await toolProblems())];
  if (problems.length > 0) {
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
  const parts = await prepareParts();
  if (options.prepare) return 0;
  const { command, args: all } = sandboxed(process.execPath, [
    ...process.execArgv,
    require.resolve("./inside"),
    ...args,
  ]);
  const child = spawn(command, all, {
    stdio: "inherit",
    env: { ...process.env, PALISADE_E2E_PARTS: JSON.stringify(parts) },
  });
  if (options.keep) say(`to look around: nsenter --net --mount --target ${child.pid ?? 0}`);
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted = true;
      // Nothing outlives the sandbox, so ending it is the clean-up.
      child.kill("SIGKILL");
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve(interrupted ? 130 : (code ?? 1))));
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
