import { cellText } from "./cells";
import type { Asked, PairOpinion } from "./opinion";
import type { Opinion } from "./opinions";
import type { PlacedWorld } from "./placedWorld";
import { verdictOf } from "./question";

/** What comparing the brute-force twin, with an implementation's departures, with that implementation came to. */
export class Prediction {
  readonly wrong: string[] = [];
  cells = 0;
  #answers = 0;
  readonly #needed = new Set<string>();

  constructor(readonly opinion: Opinion) {}

  /** Departures that no cell needed. */
  needless(): string[] {
    return this.opinion.departures.map(({ name }) => name).filter((name) => !this.#needed.has(name));
  }

  /** One cell in seven: the twin takes its time, and protocols, ports and pairs all meet. */
  add(world: PlacedWorld, answers: readonly PairOpinion[], { protocols, ports }: Asked, rerun: string): void {
    const { departures } = this.opinion;
    const views = departures.map(({ view }) => view);
    for (const { from, to, verdicts } of answers)
      for (const [k, theirs] of verdicts.entries()) {
        if (this.#answers++ % 7 !== 0) continue;
        this.cells++;
        const protocol = protocols[Math.floor(k / ports.length)] ?? "TCP";
        const cell = { from, to, protocol, port: ports[k % ports.length] ?? 0 };
        const predicted = verdictOf(world, cell, views);
        if (predicted !== theirs)
          this.wrong.push(`${cellText(cell)}: the twin says ${predicted}, it says ${theirs}; ${rerun}`);
        if (verdictOf(world, cell, []) === theirs) continue;
        for (const { name, view } of departures)
          if (
            !this.#needed.has(name) &&
            verdictOf(
              world,
              cell,
              views.filter((one) => one !== view),
            ) !== theirs
          )
            this.#needed.add(name);
      }
  }
}
