import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delay } from "../machine/process";
import type { Engine, Outcome } from "./engine";

/** Steps of an update that change something: how many have begun, how many are done. */
export interface Progress {
  readonly begun: number;
  readonly done: number;
}

/**
 * Runs `pulumi up` and kills it at a moment.
 * @param now whether this is the moment; asked every 10 ms
 * @returns how far it had come; undefined: it ended by itself before its moment came
 */
export async function killDuringUp(
  engine: Engine,
  stack: string,
  now: (progress: Progress) => boolean,
  environment: Readonly<Record<string, string>> = {},
): Promise<Progress | undefined> {
  const log = join(engine.work, "events-crash.json");
  rmSync(log, { force: true });
  const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--event-log", log, "--non-interactive"];
  const child = spawn("pulumi", args, {
    cwd: engine.project,
    env: { ...process.env, ...engine.environment, ...environment },
    stdio: "ignore",
    detached: true,
  });
  const state = { running: true };
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      state.running = false;
      resolve();
    }),
  );
  let killed: Progress | undefined;
  while (state.running && killed === undefined) {
    const progress = progressIn(log);
    if (child.pid !== undefined && now(progress)) {
      // The engine's group. Plugins that have left it lose their engine, and end what they were doing.
      process.kill(-child.pid, "SIGKILL");
      killed = progress;
    } else await delay(10);
  }
  await ended;
  return killed;
}

/** What an event log that is still being written says. */
function progressIn(log: string): Progress {
  if (!existsSync(log)) return { begun: 0, done: 0 };
  const steps = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => !line.includes('"op":"same"'));
  const having = (event: string) => steps.filter((line) => line.includes(`"${event}"`)).length;
  return { begun: having("resourcePreEvent"), done: having("resOutputsEvent") };
}

/** Has an up take over what exists already: what a killed one had made and not yet written down. */
export const takeOver = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

/**
 * What an operator does after an engine died, before the next up with `takeOver`, as docs/reliability.md says it: take the
 * lock away, forget what was being made, look at what is.
 */
export async function recover(engine: Engine, stack: string): Promise<Outcome> {
  await engine.pulumi(["cancel", "--yes", "--stack", stack]);
  return engine.refresh(stack, ["--clear-pending-creates"]);
}
