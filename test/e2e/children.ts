import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import type { Command } from "./bench/sandbox";

/**
 * The processes that a run starts. Nothing outlives its first process, so ending that one is the whole clean-up of each; a signal to
 * this process ends all of them.
 */
export class Children {
  readonly #going = new Set<ChildProcess>();
  #interrupted = false;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => this.#interrupt());
  }

  /** Whether a signal came: nothing is to be started any more. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Starts a process, with variables added to this one's environment (undefined takes one away). */
  start(
    { command, args }: Command,
    stdio: StdioOptions,
    env: Readonly<Record<string, string | undefined>>,
  ): { readonly child: ChildProcess; readonly ended: Promise<number> } {
    const child = spawn(command, args, {
      stdio,
      env: { ...process.env, PALISADE_E2E_RUNNER: String(process.pid), ...env },
    });
    this.#going.add(child);
    const ended = new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.#going.delete(child);
        resolve(this.#interrupted ? 130 : (code ?? 1));
      });
    });
    return { child, ended };
  }

  #interrupt(): void {
    this.#interrupted = true;
    for (const child of this.#going) child.kill("SIGKILL");
  }
}
