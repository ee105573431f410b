import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { analyze } from "../reachability/compute/analysis";
import { readWorld } from "../reachability/read/readWorld";
import { dense, open, services } from "./worlds";

/**
 * Measures the analyzer: reading (js-yaml alone), analysis (from parsed documents to the whole relation), and the
 * whole `palisade reach` process, printing included where the answer is small. Each figure is the best of a few runs,
 * each run a process of its own, so that none warms up another.
 */
const WORLDS: Readonly<Record<string, () => string>> = {
  "100 workloads": () => services(100),
  "1,000 workloads": () => services(1_000),
  "10,000 workloads": () => services(10_000),
  "open, 10,000 pods": () => open(10_000),
  "dense, 10,000 pods": () => dense(10_000, 2_000, 50),
};

const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);

/** One run in this process: parse, analyse, print the figures as JSON. */
function measure(name: string): void {
  const text = WORLDS[name]?.() ?? "";
  const start = performance.now();
  const documents = loadAll(text);
  const read = performance.now();
  const { world } = readWorld(
    documents.map((value, i) => ({ value, source: { file: name, document: i + 1 }, path: [] })),
    { representatives: false },
  );
  const { relation } = analyze(world);
  const done = performance.now();
  const memory = process.resourceUsage().maxRSS / 1024;
  const classes = relation.classes.all.length;
  process.stdout.write(JSON.stringify({ read: read - start, analysis: done - read, memory, classes }));
}

interface Figures {
  readonly read: number;
  readonly analysis: number;
  readonly memory: number;
  readonly classes: number;
}

const best = <T>(runs: readonly T[], of: (run: T) => number): number => Math.min(...runs.map(of));

function child(args: readonly string[]): { stdout: string; wall: number } {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return { stdout, wall: performance.now() - start };
}

function table(): void {
  const folder = mkdtempSync(join(tmpdir(), "palisade-bench-"));
  // As the command runs: with its own settings of V8, and without a compiler in memory.
  const loader = [
    "-r",
    join(__dirname, "..", "engine", "child", "brief.js"),
    "-r",
    join(__dirname, "register.js"),
  ];
  try {
    process.stdout.write("world                  reading   analysis  ratio   process   memory  classes\n");
    const analysis = new Map<string, number>();
    for (const [name, make] of Object.entries(WORLDS)) {
      const runs = Array.from(
        { length: RUNS },
        () => JSON.parse(child([...loader, __filename, name]).stdout) as Figures,
      );
      const file = join(folder, "world.yaml");
      writeFileSync(file, make());
      // A question with a small answer: the figure is of reading and analysing, not of printing every pair.
      const command = [
        join(__dirname, "..", "bin", "palisade.js"),
        "reach",
        file,
        "--from",
        "192.0.2.1",
        "--json",
      ];
      const whole = best(
        Array.from({ length: RUNS }, () => child(command).wall),
        (wall) => wall,
      );
      const [read, work] = [best(runs, (run) => run.read), best(runs, (run) => run.analysis)];
      analysis.set(name, work);
      const cells = [
        name.padEnd(21),
        `${read.toFixed(0)} ms`.padStart(9),
        `${work.toFixed(0)} ms`.padStart(10),
        (work / read).toFixed(2).padStart(6),
        `${whole.toFixed(0)} ms`.padStart(9),
        `${best(runs, (run) => run.memory).toFixed(0)} MB`.padStart(8),
        String(runs[0]?.classes ?? 0).padStart(8),
      ];
      process.stdout.write(`${cells.join(" ")}\n`);
    }
    const growth = (analysis.get("10,000 workloads") ?? 0) / (analysis.get("1,000 workloads") ?? 1);
    process.stdout.write(`growth of analysis from 1,000 to 10,000 workloads: ${growth.toFixed(1)} times\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [, , world] = process.argv;
if (world === undefined) table();
else measure(world);
