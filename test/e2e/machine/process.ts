import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";

/** What a finished command said. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Milliseconds after which the command is killed and counts as failed. */
  readonly timeoutMs?: number;
}

/** A command that ended with an exit code that its caller can't go on with. */
export class CommandFailed extends Error {
  constructor(
    command: readonly string[],
    readonly finished: Finished,
  ) {
    const said = (finished.stderr || finished.stdout).trim().split("\n").slice(-15).join("\n");
    super(`${command.join(" ")} exited ${finished.code}:\n${said}`);
    this.name = "CommandFailed";
  }
}

function environment(added: RunOptions["env"]): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = { ...process.env, ...added };
  for (const [name, value] of Object.entries(merged)) {
    if (value === undefined) Reflect.deleteProperty(merged, name);
  }
  return merged;
}

/** Runs a command to its end, whatever its exit code (a command that can't start gives 127). */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: environment(options.env),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            stderr += `\nkilled after ${options.timeoutMs ?? 0} ms`;
            child.kill("SIGKILL");
          }, options.timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 128, stdout, stderr });
    });
    if (options.input !== undefined) child.stdin?.end(options.input);
  });
}

/** Runs a command that has to succeed; returns what it printed. @throws CommandFailed */
export async function must(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const finished = await run(command, args, options);
  if (finished.code !== 0) throw new CommandFailed([command, ...args], finished);
  return finished.stdout;
}

/** A program that runs until it is stopped, its output in a log file. */
export interface Daemon {
  readonly name: string;
  readonly log: string;
  readonly process: ChildProcess;
  /** Undefined while it runs. */
  exited(): number | undefined;
  /** SIGTERM, and SIGKILL two seconds later; resolves when it has gone. */
  stop(): Promise<void>;
}

/** Starts a daemon. It is in this process's group, so it gets Ctrl-C too; clean-up finds it by its network namespace. */
export function daemon(
  name: string,
  log: string,
  command: string,
  args: readonly string[],
  options: Pick<RunOptions, "cwd" | "env"> = {},
): Daemon {
  const out = createWriteStream(log, { flags: "a" });
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(out, { end: false });
  child.stderr.pipe(out, { end: false });
  let code: number | undefined;
  const gone = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      out.write(`${error.message}\n`);
      code = 127;
      resolve();
    });
    child.on("close", (exit) => {
      code = exit ?? 128;
      out.end();
      resolve();
    });
  });
  return {
    name,
    log,
    process: child,
    exited: () => code,
    async stop() {
      if (code !== undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
      await gone;
      clearTimeout(timer);
    },
  };
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Asks until the answer is neither undefined nor an error.
 * @throws Error with `what` and the last error when `timeoutMs` have passed
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { timeoutMs = 30_000, everyMs = 100 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      const reason = last instanceof Error ? `: ${last.message}` : "";
      throw new Error(`${what}: not after ${timeoutMs / 1000} s${reason}`);
    }
    await delay(everyMs);
  }
}
