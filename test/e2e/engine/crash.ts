import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delay } from "../machine/process";
import type { Kube, KubeObject } from "../kube/client";
import type { Engine, Outcome } from "./engine";

/** How far an update came before it was killed. */
export interface Crash {
  /** Steps that had begun. */
  readonly begun: number;
  /** Whether it ended by itself before its moment came. */
  readonly finished: boolean;
}

/** Runs `pulumi up` and kills it, and all that it has started, some time after so many steps have begun. */
export async function killDuringUp(
  engine: Engine,
  stack: string,
  steps: number,
  laterMs = 0,
): Promise<Crash> {
  const log = join(engine.work, "events-crash.json");
  rmSync(log, { force: true });
  const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--event-log", log, "--non-interactive"];
  const child = spawn("pulumi", args, {
    cwd: engine.project,
    env: { ...process.env, ...engine.environment },
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
  // The group: the language host and the providers go with their engine.
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

interface Exported {
  readonly deployment: {
    readonly pending_operations?: readonly {
      readonly type: string;
      readonly resource: { readonly urn: string; readonly inputs?: unknown };
    }[];
  };
}

/**
 * What an operator does after an engine died, as docs/reliability.md says it: take the lock away, take in what was made and
 * not yet written down, look at what is.
 */
export async function recover(engine: Engine, stack: string, kube: Kube): Promise<Outcome> {
  await engine.pulumi(["cancel", "--yes", "--stack", stack]);
  const { stdout } = await engine.pulumi(["stack", "export", "--stack", stack]);
  const pending = (JSON.parse(stdout) as Exported).deployment.pending_operations ?? [];
  const made: string[] = [];
  for (const { type, resource } of pending.filter(
    (each) => each.type === "creating" && each.resource.inputs !== undefined,
  )) {
    const object = resource.inputs as KubeObject;
    if (type !== "creating" || (await kube.read(object)) === undefined) continue;
    const { namespace, name } = object.metadata;
    made.push(resource.urn, [namespace, name].filter(Boolean).join("/"));
  }
  const imported = made.flatMap((each) => ["--import-pending-creates", each]);
  if (imported.length > 0) {
    const refreshed = await engine.refresh(stack, imported);
    if (refreshed.code !== 0) return refreshed;
  }
  // Together with the other option, this one would drop what that one has just taken in.
  return engine.refresh(stack, ["--clear-pending-creates"]);
}
