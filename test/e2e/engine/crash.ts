import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delay } from "../machine/process";
import type { Engine, Outcome } from "./engine";

/** How far an update came before it was killed. */
export interface Crash {
  /** Steps that had begun. */
  readonly begun: number;
  /** Whether it ended by itself before its moment came. */
  readonly finished: boolean;
}

/** Runs `pulumi up` and kills it some time after so many steps have begun. */
export async function killDuringUp(
  engine: Engine,
  stack: string,
  {
    steps,
    laterMs = 0,
    environment = {},
  }: {
    readonly steps: number;
    readonly laterMs?: number;
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<Crash> {
  const log = join(engine.work, "events-crash.json");
  rmSync(log, { force: true });
  const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--event-log", log, "--non-interactive"];
  const child = spawn("pulumi", args, {
    cwd: engine.project,
    env: { ...process.env, ...engine.environment, ...environment },
    stdio: "ignore",
    detached: true,
  });
  let running = true;
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      running = false;
      resolve();
    }),
  );
  const state = () => ({ running, begun: stepsIn(log) });
  while (state().running && state().begun < steps) await delay(10);
  await delay(laterMs);
  const crash = { begun: stepsIn(log), finished: !state().running };
  // The engine's group. Plugins that have left it lose their engine, and end what they were doing.
  if (!crash.finished && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await ended;
  return crash;
}

/** Steps that change something, of an event log that is still being written. */
function stepsIn(log: string): number {
  if (!existsSync(log)) return 0;
  const events = readFileSync(log, "utf8").split("\n");
  return events.filter((line) => line.includes('"resourcePreEvent"') && !line.includes('"op":"same"')).length;
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
