import type { Observation, Prober } from "../bench/prober";
import { delay } from "../machine/process";
import { cellText, probeOf, type Cell } from "./cells";

/** One round of all probes, in milliseconds since the epoch. */
interface Sweep {
  readonly began: number;
  readonly ended: number;
  /** Forbidden cells that connected. */
  readonly open: readonly Cell[];
  /** Declared cells that didn't. */
  readonly closed: readonly Cell[];
}

/**
 * Whether packets got there and back. One that lost its way after the connection was made, because a policy came just then,
 * did; and so did a datagram that arrived and whose answer was late. @throws Error for a probe that says nothing
 */
function isOpen(cell: Cell, observation: Observation | undefined): boolean {
  switch (observation?.verdict) {
    case "connected":
      return true;
    case "refused":
    case "silent":
    case "unreachable":
      return false;
    case "failed":
      if (/^(connected|it arrived)/.test(observation.detail)) return true;
      throw new Error(`${cellText(cell)}: the probe failed: ${observation.detail}`);
    case undefined:
      throw new Error(`${cellText(cell)}: no answer from the prober`);
  }
}

/** One round of probes: when it was, in milliseconds since the epoch, and which of the cells connected. */
export interface Round {
  readonly began: number;
  readonly ended: number;
  readonly connected: readonly boolean[];
}

/**
 * Asks all cells once.
 * @param mayBeSilent cells whose silence is believed. Elsewhere it may be a busy machine's, so it is asked again with more patience.
 */
export async function roundOf(
  prober: Prober,
  cells: readonly Cell[],
  mayBeSilent: ReadonlySet<Cell> = new Set(),
): Promise<Round> {
  const began = Date.now();
  const seen = [...(await prober.probe(cells.map(probeOf)))];
  const silent = cells.flatMap((cell, i) =>
    seen[i]?.verdict === "silent" && !mayBeSilent.has(cell) ? [{ cell, i }] : [],
  );
  const again = await prober.probe(
    silent.map(({ cell }) => probeOf(cell)),
    5000,
  );
  for (const [n, { i }] of silent.entries()) seen[i] = again[n] ?? { verdict: "failed", detail: "no answer" };
  const connected = cells.map((cell, i) => isOpen(cell, seen[i]));
  return { began, ended: Date.now(), connected };
}

/** Probes without pause, or with a short one, while something else happens to the cluster. */
export class Watch {
  readonly sweeps: Sweep[] = [];
  #running = true;
  readonly #pauseMs: number;
  readonly #mayBeSilent: ReadonlySet<Cell>;
  readonly #finished: Promise<void>;

  /**
   * @param forbidden what no version of the policies admits
   * @param declared what every version admits
   * @param pauseMs between rounds: probing takes time from what it watches
   * @param refusal how the dataplane refuses: where it drops in silence, a forbidden probe's silence is believed
   */
  constructor(
    private readonly prober: Prober,
    private readonly forbidden: readonly Cell[],
    private readonly declared: readonly Cell[],
    {
      pauseMs = 0,
      refusal = "aloud",
    }: { readonly pauseMs?: number; readonly refusal?: "aloud" | "silent" } = {},
  ) {
    this.#pauseMs = pauseMs;
    this.#mayBeSilent = new Set(refusal === "silent" ? forbidden : []);
    this.#finished = this.#run();
  }

  async #run(): Promise<void> {
    const cells = [...this.forbidden, ...this.declared];
    while (this.#running) {
      const { began, ended, connected } = await roundOf(this.prober, cells, this.#mayBeSilent);
      this.sweeps.push({
        began,
        ended,
        open: this.forbidden.filter((_, i) => connected[i] === true),
        closed: this.declared.filter((_, i) => connected[this.forbidden.length + i] === false),
      });
      if (this.#pauseMs > 0) await delay(this.#pauseMs);
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#finished;
  }

  /** Probes in each round. */
  get size(): number {
    return this.forbidden.length + this.declared.length;
  }

  /** When everything forbidden was first closed, counted from a moment on; undefined: not yet. */
  closedSince(moment: number): number | undefined {
    return this.sweeps.find(({ began, open }) => began >= moment && open.length === 0)?.began;
  }

  /** When everything declared first worked, counted from a moment on. */
  workingSince(moment: number): number | undefined {
    return this.sweeps.find(({ began, closed }) => began >= moment && closed.length === 0)?.began;
  }

  /** Forbidden connections made in rounds that lie between two moments. */
  leaks(from: number, until: number): string[] {
    return this.#between(from, until).flatMap(({ open, began }) =>
      open.map((cell) => `${cellText(cell)} at ${new Date(began).toISOString()}`),
    );
  }

  /** Declared connections refused in rounds that lie between two moments. */
  drops(from: number, until: number): string[] {
    return this.#between(from, until).flatMap(({ closed, began }) =>
      closed.map((cell) => `${cellText(cell)} at ${new Date(began).toISOString()}`),
    );
  }

  /** How many rounds lie between two moments. */
  rounds(from: number, until: number): number {
    return this.#between(from, until).length;
  }

  #between(from: number, until: number): readonly Sweep[] {
    return this.sweeps.filter(({ began, ended }) => began >= from && ended <= until);
  }
}

/** A part of a list, spread over all of it: the same for the same list. */
export function spread<T>(all: readonly T[], howMany: number): T[] {
  const step = Math.max(1, all.length / howMany);
  return Array.from({ length: Math.min(howMany, all.length) }, (_, i) => all[Math.floor(i * step)]).flatMap(
    (each) => (each === undefined ? [] : [each]),
  );
}
