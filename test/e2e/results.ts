import type { Bench } from "./bench/bench";

/** What a run of suites gives, as data: a sandbox tells it to whoever started it. */
export interface Results {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
  /** Full titles of the tests that failed. */
  readonly failed: readonly string[];
  /** Rows of the closing table: what, and how much of it. */
  readonly totals: readonly (readonly [what: string, howMany: number])[];
  readonly probesSent: number;
  readonly providers: readonly { readonly package: string; readonly official: boolean }[];
  /** What this machine can't run, and why. */
  readonly cantRun: readonly (readonly [what: string, reason: string])[];
  /** How long each suite took, its preparations included, by its title. */
  readonly seconds: readonly (readonly [title: string, seconds: number])[];
  /** How much of the processor each suite took that ran in a sandbox of its own, all of its processes together, by its name. */
  readonly processor: readonly (readonly [suite: string, seconds: number])[];
}

/** What a bench has to tell of a run. */
export function told(bench: Bench): Pick<Results, "totals" | "probesSent" | "providers" | "cantRun"> {
  return {
    totals: [...bench.totals],
    probesSent: bench.prober.sent,
    providers: bench.providers.map(({ package: name, official }) => ({ package: name, official })),
    cantRun: [...bench.cantRun],
  };
}

/** The results of runs side by side, as if of one: counts are summed, what each of them says is said once. */
export function together(all: readonly Results[]): Results {
  const sum = (count: (each: Results) => number): number =>
    all.reduce((whole, each) => whole + count(each), 0);
  const totals = new Map<string, number>();
  for (const [what, howMany] of all.flatMap((each) => each.totals))
    totals.set(what, (totals.get(what) ?? 0) + howMany);
  const providers = new Map(all.flatMap((each) => each.providers).map((each) => [each.package, each]));
  return {
    passes: sum(({ passes }) => passes),
    failures: sum(({ failures }) => failures),
    pending: sum(({ pending }) => pending),
    failed: all.flatMap(({ failed }) => failed),
    totals: [...totals],
    probesSent: sum(({ probesSent }) => probesSent),
    providers: [...providers.values()],
    cantRun: [...new Map(all.flatMap((each) => each.cantRun))],
    seconds: all.flatMap(({ seconds }) => seconds),
    processor: all.flatMap(({ processor }) => processor),
  };
}

/** The results of a sandbox that ended without telling any: as of one test that failed. */
export function endedSilently(suite: string, code: number): Results {
  return {
    ...{
      passes: 0,
      failures: 1,
      pending: 0,
      totals: [],
      probesSent: 0,
      providers: [],
      cantRun: [],
      seconds: [],
      processor: [],
    },
    failed: [`${suite}: its run ended with exit code ${code} and told no results`],
  };
}
