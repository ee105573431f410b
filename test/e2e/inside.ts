import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { Bench, setBench } from "./bench/bench";
import { settle } from "./bench/sandbox";
import { say } from "./machine/progress";
import { parseOptions, type Options } from "./options";
import { layOut, type Prepared } from "./parts/prepare";
import { told, type Results } from "./results";
import { choose, fileOf, keepTests } from "./selection";
import { Durations, exitCode, tellResults } from "./summary";

/** Loads its files when told to, not when it runs them: so tests can be chosen in between. */
class LoadedMocha extends Mocha {
  load(): void {
    this.loadFiles();
    this.files = [];
  }
}

/** Runs the suites. @throws Error when --only matches nothing */
function runSuites(bench: Bench, options: Options): Promise<Results> {
  const { suites, words } = choose(options.only);
  const color = process.stdout.isTTY || process.env["PALISADE_E2E_COLOR"] === "true";
  const mocha = new LoadedMocha({ reporter: "spec", timeout: 0, color });
  for (const suite of suites) mocha.addFile(fileOf(suite));
  mocha.load();
  if (words !== undefined) keepTests(mocha.suite, words);
  return new Promise((resolve, reject) => {
    const failed: string[] = [];
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      if (passes + failures + pending === 0)
        reject(new Error(`--only ${options.only ?? ""}: no suite and no test of that name`));
      else {
        const counts = { passes, failures, pending, failed };
        resolve({ ...counts, seconds: durations.longestFirst, processor: [], ...told(bench) });
      }
    });
    runner.on("fail", (test) => failed.push(test.fullTitle()));
    const durations = new Durations(runner);
  });
}

async function lookAround(bench: Bench): Promise<void> {
  const kubeconfig = bench.kubeconfig(bench.clusters);
  const enter = `nsenter --net --mount --target $(pgrep -P ${process.env["PALISADE_E2E_RUNNER"] ?? ""} unshare)`;
  const inside = `${enter} env PATH=${bench.parts.path}:$PATH KUBECONFIG=${kubeconfig}`;
  process.stdout.write(
    [
      "",
      "Kept. In another terminal, as root:",
      `  ${inside} bash`,
      ...bench.clusters.map(
        ({ options }) => `  ${inside} kubectl --context ${options.name} get pods -A -o wide`,
      ),
      `Its files are in ${bench.folder}, seen from in there; the kubeconfig is ${kubeconfig}.`,
      "Ctrl-C ends it; nothing stays.",
      "",
    ].join("\n"),
  );
  await new Promise(() => setInterval(() => undefined, 60_000));
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const folder = await settle();
  const parts = layOut(
    JSON.parse(process.env["PALISADE_E2E_PARTS"] ?? "{}") as Prepared,
    join(folder, "bin"),
  );
  const bench = await Bench.start(options, parts, folder);
  setBench(bench);
  const began = Date.now();
  const results = await runSuites(bench, options);
  const tell = process.env["PALISADE_E2E_RESULTS"];
  if (tell === undefined) tellResults(results, began);
  else writeFileSync(Number(tell), JSON.stringify(results));
  if (options.keep) await lookAround(bench);
  await bench.stop();
  return exitCode(results);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
