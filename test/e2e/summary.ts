import type { Runner, Suite } from "mocha";
import { say } from "./machine/progress";
import type { Results } from "./results";

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

const differencesIn = /\bdifferences$/;

/** Prints what a run gave: the closing table, what failed, and what this machine can't run. */
export function tellResults(results: Results, began: number): void {
  const { passes, failures, pending, failed, cantRun } = results;
  process.stdout.write(closingTable(results, began));
  for (const title of failed) process.stdout.write(`failed: ${title}\n`);
  process.stdout.write(`e2e: ${passes} passed, ${failures} failed, ${pending} skipped\n`);
  for (const [what, reason] of cantRun) say(`${what} can't run on this machine, and is unproven: ${reason}`);
}

/** The closing table: what was made, asked and found different, how long it took, and what nothing here proves. */
export function closingTable(results: Results, began: number): string {
  const different = results.totals.filter(([what]) => differencesIn.test(what));
  const rows = [
    ...results.totals.filter(([what]) => !differencesIn.test(what)),
    ["probes sent", results.probesSent] as const,
    ["differences", different.reduce((sum, [, howMany]) => sum + howMany, 0)] as const,
    ["seconds", Math.round((Date.now() - began) / 1000)] as const,
  ];
  const used = results.providers.filter(({ package: name }) => name !== "test");
  const width = Math.max(...rows.map(([what]) => what.length));
  return [
    "",
    ...rows.map(([what, howMany]) => `${what.padEnd(width)}  ${String(howMany).padStart(8)}`),
    "",
    ...dataplaneTable(results),
    ...mostFirst("longest first, in seconds:", results.seconds),
    ...mostFirst("of the processor, in seconds:", results.processor),
    `providers: ${used.map(({ package: name, official }) => `${name} ${official ? "official" : "stand-in"}`).join(", ")}`,
    "",
    "unproven here:",
    ...unproven(results).map((what) => `  - ${what}`),
    "",
  ].join("\n");
}

function mostFirst(head: string, rows: Results["seconds"]): readonly string[] {
  const sorted = [...rows].sort(([, a], [, b]) => b - a);
  const lines = sorted.map(([title, seconds]) => `${seconds.toFixed(0).padStart(6)}  ${title}`);
  return rows.length === 0 ? [] : [head, ...lines, ""];
}

/** 0 where all is green; 3 where something can't run on this machine, which in CI is 2: nothing may stay unproven there. */
export function exitCode({ failures, cantRun }: Pick<Results, "failures" | "cantRun">): number {
  if (failures > 0) return 1;
  if (cantRun.length === 0) return 0;
  return process.env["CI"] === "true" ? 2 : 3;
}

/** Who enforces, which rows of `totals` count its cells, and which suites' titles begin so. */
const dataplanes = [
  {
    name: "k3s's kube-router",
    layers: ["enforcement", "owners' tests'", "random"],
    suites: ["enforcement", "worlds"],
  },
  { name: "the VPC CNI's agent", layers: ["VPC CNI"], suites: ["vpccni"] },
  { name: "Cilium's agent", layers: ["Cilium"], suites: ["cilium"] },
] as const;

/** Each dataplane that something was asked of: cells, differences, seconds. */
function dataplaneTable({ totals: rowsOf, seconds: durations }: Results): readonly string[] {
  const totals = new Map(rowsOf);
  const rows = dataplanes.flatMap(({ name, layers, suites }) => {
    const sum = (what: string) =>
      layers.reduce((all, layer) => all + (totals.get(`${layer} ${what}`) ?? 0), 0);
    const cells = sum("cells compared");
    const own = durations.filter(([title]) => suites.some((each) => title.startsWith(each)));
    const seconds = own.reduce((all, [, each]) => all + each, 0);
    return cells === 0 ? [] : [[name, String(cells), String(sum("differences")), seconds.toFixed(0)]];
  });
  if (rows.length === 0) return [];
  const head = ["dataplane", "cells", "differences", "seconds"];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((each, i) => (i === 0 ? each.padEnd(widths[i] ?? 0) : each.padStart(widths[i] ?? 0))).join("  ");
  return [head, ...rows].map(line).concat("");
}

function unproven(results: Results): readonly string[] {
  const standIns = results.providers.filter(({ official, package: name }) => !official && name !== "test");
  return [
    ...(standIns.length === 0
      ? []
      : [
          `the official provider plugins (${standIns.map((each) => each.package).join(", ")}): stand-ins made the calls`,
        ]),
    ...results.cantRun.map(([what, reason]) => `${what}: this machine can't run it: ${reason}`),
    "SCTP: no probe uses it; IPv6 but on the VPC CNI's programs",
    "ephemeral containers: KWOK runs none",
    "CNIs other than k3s's, the VPC CNI and Cilium; the VPC CNI's own controller, in whose place a translation of ours stands",
    "of Cilium: tunnels, its own policies, Services for who is no pod, CNI chaining, pods that it didn't plug in, agents that start anew",
    "AWS itself: what moto is lax about, and its enforcement of groups",
    "any other Pulumi CLI or language host than the parts'",
  ];
}
