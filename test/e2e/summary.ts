import type { Runner, Suite } from "mocha";
import type { Bench } from "./bench/bench";
import type { Prober } from "./bench/prober";

/** How long each suite took, its preparations included: seconds by the first words of its title. */
export class Durations {
  readonly #seconds = new Map<string, number>();

  constructor(runner: Runner) {
    const began = new Map<Suite, number>();
    runner.on("suite", (suite) => began.set(suite, Date.now()));
    runner.on("suite end", (suite) => {
      if (suite.parent?.root !== true) return;
      const seconds = (Date.now() - (began.get(suite) ?? Date.now())) / 1000;
      this.#seconds.set(suite.title, (this.#seconds.get(suite.title) ?? 0) + seconds);
    });
  }

  get longestFirst(): readonly (readonly [string, number])[] {
    return [...this.#seconds].sort(([, a], [, b]) => b - a);
  }
}

/** What a bench has to tell. */
export type Told = Pick<Bench, "totals" | "providers"> & { readonly prober: Pick<Prober, "sent"> };

const differencesIn = /\bdifferences$/;

/** The closing table: what was made, asked and found different, how long it took, and what nothing here proves. */
export function closingTable(bench: Told, durations: Pick<Durations, "longestFirst">, began: number): string {
  const different = [...bench.totals].filter(([what]) => differencesIn.test(what));
  const rows = [
    ...[...bench.totals].filter(([what]) => !differencesIn.test(what)),
    ["probes sent", bench.prober.sent] as const,
    ["differences", different.reduce((sum, [, howMany]) => sum + howMany, 0)] as const,
    ["seconds", Math.round((Date.now() - began) / 1000)] as const,
  ];
  const used = bench.providers.filter(({ package: name }) => name !== "test");
  const width = Math.max(...rows.map(([what]) => what.length));
  return [
    "",
    ...rows.map(([what, howMany]) => `${what.padEnd(width)}  ${String(howMany).padStart(8)}`),
    "",
    "longest first, in seconds:",
    ...durations.longestFirst.map(([title, seconds]) => `${seconds.toFixed(0).padStart(6)}  ${title}`),
    "",
    `providers: ${used.map(({ package: name, official }) => `${name} ${official ? "official" : "stand-in"}`).join(", ")}`,
    "",
    "unproven here:",
    ...unproven(bench).map((what) => `  - ${what}`),
    "",
  ].join("\n");
}

function unproven(bench: Told): readonly string[] {
  const standIns = bench.providers.filter(({ official, package: name }) => !official && name !== "test");
  return [
    ...(standIns.length === 0
      ? []
      : [
          `the official provider plugins (${standIns.map((each) => each.package).join(", ")}): stand-ins made the calls`,
        ]),
    "SCTP and IPv6: no probe uses them",
    "ephemeral containers: KWOK runs none",
    "CNIs other than k3s's; AWS itself: what moto is lax about, and its enforcement of groups",
    "any other Pulumi CLI or language host than the parts'",
  ];
}
