// Tests: test/observe/judge.test.ts
import { type Outcome, OUTCOMES, type RecordedConnection } from "../records";

/** How often something was seen, and when. */
export interface Sightings {
  /** Records, by what they say became of the connection; outcomes that weren't seen are 0. */
  readonly records: Readonly<Record<Outcome, number>>;
  /** Milliseconds since 1970; undefined where no record had a time. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** Counts sightings. */
export class Tally {
  private readonly counts = new Map<Outcome, number>();
  private first: number | undefined;
  private last: number | undefined;

  add({ outcome, time, count }: Pick<RecordedConnection, "outcome" | "time" | "count">): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + count);
    if (time === undefined) return;
    if (this.first === undefined || time.first < this.first) this.first = time.first;
    if (this.last === undefined || time.last > this.last) this.last = time.last;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** Whether an outcome was seen at all, in records that another one tells again too. */
  has(outcome: Outcome): boolean {
    return this.counts.has(outcome);
  }

  sightings(): Sightings {
    // What was told only in records that count for nothing was there all the same.
    const records = Object.fromEntries(
      OUTCOMES.map((outcome) => [
        outcome,
        this.counts.has(outcome) ? Math.max(1, this.counts.get(outcome) ?? 0) : 0,
      ]),
    ) as Readonly<Record<Outcome, number>>;
    return { records, first: this.first, last: this.last };
  }
}
