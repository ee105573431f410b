/**
 * The policy pack through the analyzer protocol, as Pulumi starts and asks it: all policies over 5,000 resources beside a
 * pack whose one resource and one stack policy do nothing, ten times the resources, and the pack's start beside an empty
 * pack's. Measured in turns, each run a process of its own, so that neither side meets a warmer machine. Wanted: 1.3 times
 * the no-op pack, 12 times the time for ten times the resources, 1.3 times the start. Exits with 1 where one isn't met.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { analyzeRequest, Served, stackRequest } from "../test/policypack/served";
import { benchStack } from "./policypackStack";

const RUNS = Number(process.env["BENCH_RUNS"] ?? 3);
const RESOURCES = Number(process.env["BENCH_RESOURCES"] ?? 5_000);

/** Inside the checkout, so that the packs find the same @pulumi/policy. */
const SCRATCH = join(__dirname, "..", "node_modules", ".cache", "palisade", `bench-${process.pid}`);

function pack(name: string, policies: string): string {
  const folder = join(SCRATCH, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  writeFileSync(join(folder, "package.json"), `{"name":"${name}","version":"0.0.1","main":"index.js"}`);
  const entry = `const { PolicyPack } = require("@pulumi/policy");\nnew PolicyPack("${name}", { policies: [${policies}] });\n`;
  writeFileSync(join(folder, "index.js"), entry);
  return folder;
}

const NO_OP =
  '{ name: "r", description: "", enforcementLevel: "mandatory", validateResource() {} }, ' +
  '{ name: "s", description: "", enforcementLevel: "mandatory", validateStack() {} }';

interface Run {
  /** In ms; `cpu` is the pack's process alone, and what other work there is on the machine isn't in it. */
  readonly start: number;
  readonly startCpu: number;
  readonly wall: number;
  readonly cpu: number;
  readonly found: number;
}

type Requests = ReturnType<typeof requestsOf>;

function requestsOf(count: number) {
  const resources = benchStack(count);
  return { each: resources.map(analyzeRequest), stack: stackRequest(resources) };
}

async function judge(folder: string, requests?: Requests): Promise<Run> {
  const served = await Served.start(folder);
  try {
    const startCpu = served.cpuMs();
    const began = performance.now();
    const answers = requests && [...(await served.each(requests.each)), await served.stack(requests.stack)];
    const wall = performance.now() - began;
    const found = (answers ?? []).reduce((sum, answer) => sum + answer.getDiagnosticsList().length, 0);
    return { start: served.startMs, startCpu, wall, cpu: served.cpuMs() - startCpu, found };
  } finally {
    await served.stop();
  }
}

/** Each side's best run: what is slower than that is other work on the machine. */
const best = (runs: readonly Run[], of: keyof Run): number => Math.min(...runs.map((run) => run[of]));

const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(10);

function line(name: string, runs: readonly Run[]): void {
  const figures = [best(runs, "start"), best(runs, "wall"), best(runs, "cpu")].map(ms).join("");
  process.stdout.write(`${name.padEnd(34)}${figures}   ${best(runs, "found")} findings\n`);
}

/** Says how one side compares, in both measures; the wanted ratio is one of processor time. */
function compare(text: string, wanted: number, cpu: number, wall: number): void {
  const met = cpu <= wanted;
  const ratios = `${cpu.toFixed(2)} times (wall ${wall.toFixed(2)})`;
  process.stdout.write(`${text}: ${ratios}, ${wanted} wanted at most${met ? "" : ": NOT MET"}\n`);
  if (!met) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { buildPolicyPack } = await import("../scripts/build-policypack.mjs");
  const { directory } = await buildPolicyPack();
  const [noop, empty] = [pack("noop", NO_OP), pack("empty", "")];
  const requests = requestsOf(RESOURCES);
  const runs = { ours: [] as Run[], noop: [] as Run[], empty: [] as Run[] };
  for (let run = 0; run < RUNS; run++) {
    runs.noop.push(await judge(noop, requests));
    runs.ours.push(await judge(directory, requests));
    runs.empty.push(await judge(empty));
  }
  const tenfold = requestsOf(RESOURCES * 10);
  const large = [await judge(directory, tenfold)];
  const n = RESOURCES.toLocaleString("en-US");
  process.stdout.write(`policy pack${" ".repeat(28)}start     judge judge, cpu\n`);
  line(`all policies, ${n} resources`, runs.ours);
  line(`no-op pack, ${n} resources`, runs.noop);
  line(`all policies, ten times as many`, large);
  line("empty pack", runs.empty);
  const ratio = (a: readonly Run[], b: readonly Run[], of: keyof Run) => best(a, of) / best(b, of);
  compare(
    "judging, to the no-op pack",
    1.3,
    ratio(runs.ours, runs.noop, "cpu"),
    ratio(runs.ours, runs.noop, "wall"),
  );
  compare(
    "judging ten times the resources",
    12,
    ratio(large, runs.ours, "cpu"),
    ratio(large, runs.ours, "wall"),
  );
  compare(
    "start, to the empty pack",
    1.3,
    ratio(runs.ours, runs.empty, "startCpu"),
    ratio(runs.ours, runs.empty, "start"),
  );
}

main()
  .finally(() => rmSync(SCRATCH, { recursive: true, force: true }))
  .catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
