// Tests: test/cli/command.test.ts
import { performance } from "node:perf_hooks";

/** Where a run's time went: named phases, one after the other, from the start of the process. */
export class Timing {
  readonly #phases: { name: string; at: number }[] = [];

  constructor() {
    this.phase("load command");
  }

  /** Ends the phase that ran until now. */
  phase(name: string): void {
    this.#phases.push({ name, at: performance.now() });
  }

  /** One line a phase: milliseconds, then the name. */
  table(): string {
    let before = 0;
    const rows = this.#phases.map(({ name, at }) => {
      const spent = at - before;
      before = at;
      return `${spent.toFixed(0).padStart(6)} ms  ${name}`;
    });
    return [...rows, `${before.toFixed(0).padStart(6)} ms  total`, ""].join("\n");
  }
}
