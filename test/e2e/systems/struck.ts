import { strict as assert } from "node:assert";
import { withoutLayout } from "../../../compile/networkPolicy/names";
import { bench } from "../bench/bench";
import { recover, takeOver } from "../engine/crash";
import type { Engine, Outcome, StateResource } from "../engine/engine";
import { eventually } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { succeeded } from "./outcomes";
import { Shop, type Version } from "./shop";

/** URNs of a state or of a plan, sorted; one that is there twice, as after half a replacement, is here twice. */
export const urnsOf = (resources: readonly StateResource[]): readonly string[] =>
  resources.map(({ urn }) => urn).sort();

/** What a person reads of a command that failed: the words that a pattern finds. @throws AssertionError where it didn't fail so */
export function failed(outcome: Pick<Outcome, "code" | "stdout" | "stderr">, says: RegExp): string {
  const said = outcome.stdout + outcome.stderr;
  assert.notEqual(outcome.code, 0, said);
  assert.match(said, says);
  // On any screen a line breaks somewhere.
  return (says.exec(said)?.[0] ?? "").replace(/\s+/g, " ");
}

/** Nothing forbidden has connected between two moments, in rounds of probes that began and ended between them. */
export function noLeaks(watch: Watch, from: number, until: number): void {
  const rounds = watch.rounds(from, until);
  assert.ok(rounds > 1, `${rounds} rounds of probes are too few to have seen it`);
  bench().count("probes sent during faults", rounds * watch.size);
  const leaks = watch.leaks(from, until);
  bench().count("leaks during faults", leaks.length);
  assert.deepEqual(leaks, []);
}

/** The shop while it is struck by faults: what its stack's state and its cluster must have before and after each. */
export class StruckShop {
  /** What the config says now. */
  version: Version = 1;
  /** From when the namespace has been isolated. */
  #isolated = Infinity;
  /** What was in the state when it was last looked at. */
  #kept: ReadonlySet<string> = new Set();

  private constructor(
    readonly shop: Shop,
    readonly watch: Watch,
    /** What a preview of each version from nothing registers. */
    private readonly planned: ReadonlyMap<Version, readonly string[]>,
  ) {}

  /** Nothing is made yet; the config is at version 1. */
  static async create(): Promise<StruckShop> {
    const shop = await Shop.create("faults", 34, { stateOnOwnDisk: true });
    const planned = new Map<Version, readonly string[]>();
    for (const version of [1, 2, 3] as const) {
      shop.configure(version);
      planned.set(version, urnsOf((await shop.engine.plan("dev")).resources));
    }
    return new StruckShop(shop, await shop.watch([1, 2, 3], { pauseMs: 400 }), planned);
  }

  get engine(): Engine {
    return this.shop.engine;
  }

  /** Another version, so that there is something to do; by default the next of 1, 2, 3, 1, … */
  change(version: Version = this.version === 1 ? 2 : this.version === 2 ? 3 : 1): void {
    this.version = version;
    this.shop.configure(version);
  }

  /**
   * Nothing is lost from the state: whatever was in it when it was last looked at, and is still wanted, is in it. Asked before
   * the next up, which would make or take over again whatever is missing.
   */
  async assertKept(): Promise<void> {
    const now = new Set(urnsOf(await this.engine.state("dev")));
    const wanted = this.planned.get(this.version)?.filter((urn) => this.#kept.has(urn)) ?? [];
    assert.deepEqual(
      wanted.filter((urn) => !now.has(urn)),
      [],
      "lost from the state",
    );
    this.#kept = now;
  }

  /** A policy that was deleted by hand: a refresh rightly takes it out of the state. */
  deletedByHand(policy: string): void {
    const [urn, ...others] = [...this.#kept].filter((each) => each.endsWith(`/${withoutLayout(policy)}`));
    assert.ok(urn !== undefined && others.length === 0, `${policy} has one URN`);
    this.#kept = new Set([...this.#kept].filter((each) => each !== urn));
  }

  /** What follows a dead engine: the lock taken away, a refresh, an up that takes over; and the state was never lost. */
  async recovers(): Promise<void> {
    succeeded(await recover(this.engine, "dev"));
    await this.converges(takeOver);
  }

  /**
   * The update that comes after a fault: nothing was lost from the state before it, and it makes the same objects and the same
   * state as one without the fault would have, and leaves nothing over.
   */
  async converges(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.assertKept();
    succeeded(await this.engine.up("dev", [], environment));
    const made = urnsOf(await this.engine.state("dev"));
    assert.deepEqual(made, this.planned.get(this.version));
    this.#kept = new Set(made);
    await this.shop.assertConverged(this.version);
  }

  /** Waits until nothing forbidden connects; from then on nothing may. */
  async isolated(): Promise<void> {
    const now = Date.now();
    this.#isolated = await eventually("isolated", () => this.watch.closedSince(now));
  }

  /** Nothing that no version admits has connected since a moment at which the namespace was isolated. */
  survived(since: number): void {
    assert.ok(since >= this.#isolated, "the namespace was isolated before the fault");
    noLeaks(this.watch, since, Date.now());
  }
}
