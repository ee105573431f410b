import { readFileSync } from "node:fs";

/** Ticks of /proc in a second: the same on every Linux of the architectures that the bench runs on. */
const TICKS = 100;

/**
 * How long this process' children, and theirs, have had the processor. Linux counts a child when it has ended and been waited for, with
 * all that it has waited for itself; the first process of a sandbox, with everything in it.
 */
export class ProcessorTime {
  #told = 0;

  /** Seconds of the children that have ended since this was asked last. */
  sinceLast(): number {
    const ended = endedChildren(readFileSync("/proc/self/stat", "utf8"));
    const since = ended - this.#told;
    this.#told = ended;
    return since;
  }
}

/** Seconds of user and system time of a process' children, from its line in /proc: cutime and cstime (proc_pid_stat(5)). */
export function endedChildren(stat: string): number {
  // The second field, the command in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}
