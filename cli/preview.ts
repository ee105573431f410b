import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { preview, PreviewError, readPackSource, readProject, type PackSource, type Project } from "../engine";
import type * as Computing from "./computed";
import { errorDocument } from "./errorDocument";
import { EXIT } from "./exit";
import type * as Record from "./record";
import type * as Rendering from "./render";
import type * as Reporting from "./report";
import { Timing } from "./timing";

/** The options of `palisade preview`, as commander parses them. */
export interface PreviewFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly policyPack?: readonly string[];
  readonly policyPackConfig?: readonly string[];
  readonly answers?: string;
  readonly record?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly timing?: boolean;
  readonly failOn?: "unknown";
}

/** Runs `palisade preview`. Resolves with the exit code; user mistakes are printed, never thrown. */
export async function run(flags: PreviewFlags): Promise<number> {
  const timing = new Timing();
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    return await planned(flags, timing, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    if (!(error instanceof PreviewError)) throw error;
    printError(error, flags);
    return EXIT.badInput;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    if (flags.timing === true) process.stderr.write(timing.table());
  }
}

async function planned(flags: PreviewFlags, timing: Timing, signal: AbortSignal): Promise<number> {
  const project = readProject(flags.cwd);
  const answersFile = path.resolve(
    project.root,
    flags.answers ?? `Pulumi.${stackName(flags.stack)}.answers.json`,
  );
  if (flags.record === true) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when asked for
    const { record } = require("./record") as typeof Record;
    return await record(project, flags.stack, answersFile);
  }
  timing.phase("configure");
  const output = (text: string): void => {
    if (flags.verbose === true) process.stderr.write(text);
  };
  let computed: ReadonlyMap<string, Reporting.Computed> = new Map();
  const result = await preview({
    project,
    stack: flags.stack,
    packs: () => packSources(project, flags),
    answersFile,
    answerRemedy: `record it with palisade preview --stack ${flags.stack} --record where the Pulumi CLI and its credentials are`,
    output,
    planned: (resources) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded while the policies judge
      computed = (require("./computed") as typeof Computing).computedOf(stackName(flags.stack), resources);
    },
    phase: (name) => timing.phase(name),
    signal,
  });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- while the processes worked, nobody needed it
  const { reportOf } = require("./report") as typeof Reporting;
  const report = reportOf(result, computed);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  const { render } = require("./render") as typeof Rendering;
  if (flags.json === true) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else process.stdout.write(render(report, { verbose: flags.verbose === true, width: columns() }));
  timing.phase("print");
  if (report.verdict === "violations") return EXIT.finding;
  return report.verdict === "undecided" && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
}

/** A terminal's width; a pipe, which has none, gets a comfortable one. */
const columns = (): number => (process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 110);

const stackName = (stack: string): string => stack.split("/").at(-1) ?? stack;

/** The packs that judge: those named, or the project's own, with their configs. Throws PreviewError. */
async function packSources(project: Project, flags: PreviewFlags): Promise<PackSource[]> {
  const own = path.join(project.root, "policypack");
  const ownConfig = path.join(project.root, `Pulumi.${stackName(flags.stack)}.policies.json`);
  const named = flags.policyPack ?? (fs.existsSync(own) ? [own] : []);
  const configs = flags.policyPackConfig ?? [];
  if (configs.length > named.length) {
    throw new PreviewError("input", [
      `--policy-pack-config: ${configs.length} given for ${named.length} policy packs; give one for each, in their order`,
    ]);
  }
  const sources: PackSource[] = [];
  for (const [index, folder] of named.entries()) {
    const isOwn = path.resolve(folder) === own;
    const given = configs[index];
    const config = given ?? (isOwn && fs.existsSync(ownConfig) ? ownConfig : undefined);
    sources.push(readPackSource(isOwn ? await builtPack(project, own) : folder, config));
  }
  return sources;
}

/** The folder of the project's own pack as built JavaScript; a project that doesn't build one has it ready. */
async function builtPack(project: Project, folder: string): Promise<string> {
  const script = path.join(project.root, "scripts", "build-policypack.mjs");
  if (!fs.existsSync(script)) return folder;
  const { buildPolicyPack } = (await import(pathToFileURL(script).href)) as {
    buildPolicyPack: () => unknown;
  };
  const built = await buildPolicyPack();
  return typeof built === "string" ? built : folder;
}

function printError({ kind, problems }: PreviewError, flags: PreviewFlags): void {
  if (flags.json === true) process.stdout.write(errorDocument(problems, kind));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
}
