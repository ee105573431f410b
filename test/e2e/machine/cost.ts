import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a command took: wall time, and the most memory that it and its descendants held together. */
export interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
  readonly code: number;
}

/** Resident memory of a process and all its descendants, in kilobytes. */
function residentOf(pid: number): number {
  const parents = new Map<number, { parent: number; resident: number }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const field = (what: string) => Number(new RegExp(`^${what}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
      parents.set(Number(name), { parent: field("PPid"), resident: field("VmRSS") });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (candidate: number): boolean => {
    for (let at: number | undefined = candidate; at !== undefined && at > 1; at = parents.get(at)?.parent) {
      if (at === pid) return true;
    }
    return false;
  };
  return [...parents].reduce((sum, [each, { resident }]) => sum + (isOurs(each) ? resident : 0), 0);
}

/** Runs a command and measures it. */
export function measure(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Cost> {
  const began = Date.now();
  const child = spawn(command, args, { ...options, stdio: "ignore" });
  let most = 0;
  const sample = setInterval(() => (most = Math.max(most, residentOf(child.pid ?? 0))), 50);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(sample);
      const seconds = (Date.now() - began) / 1000;
      resolve({ seconds, megabytes: Math.round(most / 1024), code: code ?? 128 });
    });
  });
}
