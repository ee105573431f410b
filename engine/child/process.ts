import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { engineFolder } from "./typescript-hook";

/** How a child process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An ending in words. */
export const howItEnded = ({ code, signal }: Ending): string => signal ?? `exit code ${String(code)}`;

/** A process that runs one of the engine's modules, with its output as text. */
export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ending>;
  /** The last lines of what it wrote to stderr. */
  stderrTail(): string;
  stop(): void;
}

const start = path.join(engineFolder, "child", "start.js");

/**
 * Starts a module of the engine (its path without extension) in a child process. Output goes, as it comes, to `output`;
 * `stdout` goes to `onStdout` instead where given. The child ends with us: it stops when the channel to us breaks.
 */
export function startChild(
  module: string,
  args: readonly string[],
  options: {
    readonly nodeArgs?: readonly string[];
    readonly cwd: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly output: (text: string) => void;
    readonly onStdout?: (text: string) => void;
  },
): Child {
  const child = fork(start, [module, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    // Our own arguments for node aren't the child's.
    execArgv: [...(options.nodeArgs ?? [])],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-4000);
    options.output(text);
  });
  child.stdout?.setEncoding("utf8").on("data", options.onStdout ?? options.output);
  const ended = new Promise<Ending>((resolve) => {
    // "close" and not "exit": by then its output has arrived.
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  return { process: child, ended, stderrTail: () => tail.trimEnd(), stop: () => void child.kill("SIGKILL") };
}
