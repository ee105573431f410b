import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { Bench, setBench } from "./bench/bench";
import { settle } from "./bench/sandbox";
import { say } from "./machine/progress";
import { parseOptions, type Options } from "./options";
import { layOut, type Prepared } from "./parts/prepare";
import { keepTests } from "./selection";
import { closingTable, Durations, exitCode } from "./summary";

/** The suites to run, and the words that a test's title must have where --only names no suite. */
export function chooseSuites(only: string | undefined): { files: string[]; words: string | undefined } {
  const folder = join(__dirname, "suites");
  const all = readdirSync(folder).filter((name) => name.endsWith(".suite.ts"));
  // The bench proves itself first: what follows means nothing where it doesn't work.
  const ordered = all.sort(
    (a, b) => Number(b.startsWith("bench")) - Number(a.startsWith("bench")) || (a < b ? -1 : 1),
  );
  const named = ordered.filter((name) => name === `${only ?? ""}.suite.ts`);
  const files = (named.length > 0 ? named : ordered).map((name) => join(folder, name));
  return { files, words: named.length > 0 ? undefined : only };
}

/** Loads its files when told to, not when it runs them: so tests can be chosen in between. */
class LoadedMocha extends Mocha {
  load(): void {
    this.loadFiles();
    this.files = [];
  }
}

/** Runs the suites, and prints the closing table; returns how many tests failed. @throws Error when --only matches nothing */
function runSuites(bench: Bench, options: Options): Promise<number> {
  const { files, words } = chooseSuites(options.only);
  const mocha = new LoadedMocha({ reporter: "spec", timeout: 0, color: process.stdout.isTTY });
  for (const file of files) mocha.addFile(file);
  mocha.load();
  if (words !== undefined) keepTests(mocha.suite, words);
  const began = Date.now();
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, failures: failed = 0, pending = 0 } = runner.stats ?? {};
      if (passes + failed + pending === 0) {
        reject(new Error(`--only ${options.only ?? ""}: no suite and no test of that name`));
        return;
      }
      process.stdout.write(closingTable(bench, durations, began));
      process.stdout.write(`e2e: ${passes} passed, ${failed} failed, ${pending} skipped\n`);
      resolve(failures);
    });
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
  const failures = await runSuites(bench, options);
  if (options.keep) await lookAround(bench);
  await bench.stop();
  for (const [what, reason] of bench.cantRun)
    say(`${what} can't run on this machine, and is unproven: ${reason}`);
  return exitCode(failures, bench.cantRun);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
