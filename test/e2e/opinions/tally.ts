import { Analyzer } from "./analyzer";
import { judge, type Outcome } from "./compare";
import type { Opinion } from "./opinions";
import type { Asked, PairOpinion } from "./opinion";
import type { PlacedWorld } from "./placedWorld";

/** What comparing all worlds with one implementation came to. */
export class Tally {
  /** What nothing explains, in words. */
  readonly wrong: string[] = [];
  cells = 0;
  readonly #counts = new Map<Outcome["kind"], number>();
  readonly #needed = new Set<string>();

  constructor(readonly opinion: Opinion) {}

  count(kind: Outcome["kind"]): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Departures and open mistakes that no cell needed. */
  needless(): string[] {
    const { departures, shared, open } = this.opinion;
    return [...departures.filter((each) => !shared.includes(each)), ...open]
      .map(({ name }) => name)
      .filter((name) => !this.#needed.has(name));
  }

  add(world: PlacedWorld, answers: readonly PairOpinion[], asked: Asked, rerun: string): void {
    const analyzer = new Analyzer(world, this.opinion.options);
    const { protocols, ports } = asked;
    for (const { from, to, verdicts } of answers) {
      const own = analyzer.verdicts(from, to, asked);
      for (const [k, theirs] of verdicts.entries()) {
        const ours = own[k] ?? "unknown";
        this.cells++;
        // Where they agree, the twin is asked about one in six: it takes longer than both.
        if (ours === theirs && this.cells % 6 !== 0) continue;
        const protocol = protocols[Math.floor(k / ports.length)] ?? "TCP";
        const cell = { from, to, protocol, port: ports[k % ports.length] ?? 0 };
        this.#note(
          judge(this.opinion, world, cell, { ours, theirs }, (name) => !this.#needed.has(name)),
          rerun,
        );
      }
    }
  }

  #note(outcome: Outcome, rerun: string): void {
    this.#counts.set(outcome.kind, this.count(outcome.kind) + 1);
    if (outcome.kind === "wrong") this.wrong.push(`${outcome.text}; ${rerun}`);
    if (!("names" in outcome)) return;
    for (const name of outcome.names) this.#needed.add(name);
  }
}
