// Tests: test/cli/command.test.ts
import { atSource, inputError, PalisadeInputError } from "../problems";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { importModule, preview, readPackSource, readProject, type PackSource, type Project } from "../engine";
import type * as Computing from "./computed";
import { EXIT } from "./exit";
import { printed } from "./inputErrors";
import type * as Choosing from "./policyChoice";
import type { PolicyFlags } from "./policyOptions";
import type * as Record from "./record";
import type * as Rendering from "./render";
import type * as Reporting from "./report";
import { Timing } from "./timing";

/** The options of `palisade preview`, as commander parses them. */
export interface PreviewFlags extends PolicyFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly policyPack?: readonly string[];
  readonly policyPackConfig?: readonly string[];
  readonly answers?: string;
  readonly record?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly timing?: boolean;
  readonly failOn?: "unknown" | "unjudged";
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
    if (!(error instanceof PalisadeInputError)) throw error;
    return printed(error, flags.json === true);
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
    answerRemedy: `Record it with palisade preview --stack ${flags.stack} --record where the Pulumi CLI and its credentials are`,
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
  return exitOf(report, flags.failOn);
}

/** The exit code of a preview that came to its end. With a part left out it isn't 0, whatever was asked for: the part may hold anything. */
export function exitOf(
  { verdict, unjudged, leftOut }: Pick<Reporting.PreviewReport, "verdict" | "unjudged" | "leftOut">,
  failOn: PreviewFlags["failOn"],
): number {
  if (verdict === "violations") return EXIT.finding;
  // Whoever asks for what isn't judged asks for what isn't decided, too.
  const isOpen = verdict === "undecided" && failOn !== undefined;
  return leftOut.length > 0 || isOpen || (failOn === "unjudged" && unjudged !== undefined)
    ? EXIT.undecided
    : EXIT.clean;
}

/** A terminal's width; a pipe, which has none, gets a comfortable one. */
const columns = (): number => (process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 110);

const stackName = (stack: string): string => stack.split("/").at(-1) ?? stack;

/** The packs that judge: those named, or the project's own, with their configs. Throws PalisadeInputError. */
export async function packSources(project: Project, flags: PreviewFlags): Promise<PackSource[]> {
  const own = ownPack(project);
  const ownConfig = path.join(project.root, `Pulumi.${stackName(flags.stack)}.policies.json`);
  const named = flags.policyPack ?? (own === undefined ? [] : [own]);
  const configs = flags.policyPackConfig ?? [];
  if (configs.length > named.length) {
    throw inputError(
      atSource("--policy-pack-config"),
      `${configs.length} given for ${named.length} policy packs`,
      "Give one for each, in their order",
    );
  }
  const isChosen = [flags.policy, flags.disable, flags.profile].some((flag) => flag !== undefined);
  let choice: Choosing.PolicyChoice | undefined;
  const adjust: PackSource["adjust"] = (pack, policies, given) => {
    if (!isChosen && given.get("settings")?.properties["profile"] === undefined) return given;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- most previews choose nothing
    const { PolicyChoice } = require("./policyChoice") as typeof Choosing;
    choice ??= new PolicyChoice(flags, named.length);
    return choice.apply(pack, policies, given);
  };
  if (isChosen && named.length === 0)
    throw inputError(
      atSource("--policy-pack"),
      "no policy pack judges, so none of its policies can be chosen",
      "Name one",
    );
  const sources: PackSource[] = [];
  for (const [index, folder] of named.entries()) {
    const isOwn = own !== undefined && path.resolve(folder) === own;
    const given = configs[index];
    const config = given ?? (isOwn && fs.existsSync(ownConfig) ? ownConfig : undefined);
    if (isOwn && config === undefined) noteAbsence(project, ownConfig);
    const source = readPackSource(isOwn ? await builtPack(project, own) : folder, config);
    sources.push({ ...source, adjust });
  }
  return sources;
}

/** Other stacks have a configuration and this one has none: perhaps it was removed, and with it what it asked for and exempted. */
function noteAbsence({ root }: Project, absent: string): void {
  const others = fs.readdirSync(root).filter((name) => /^Pulumi\..+\.policies\.json$/.test(name));
  if (others.length === 0) return;
  process.stderr.write(
    `note: there is no ${path.basename(absent)}, so the policies judge as they are by default; other stacks have ${others.sort().join(", ")}\n`,
  );
}

/** The folder of the pack that judges where none is named: the project's own, or the installed palisade-policypack. */
function ownPack({ root }: Project): string | undefined {
  const own = path.join(root, "policypack");
  if (fs.existsSync(own)) return own;
  try {
    return path.dirname(
      createRequire(path.join(root, "package.json")).resolve("palisade-policypack/package.json"),
    );
  } catch {
    return undefined;
  }
}

/** The folder of the project's own pack as built JavaScript; a project that doesn't build one has it ready. */
async function builtPack(project: Project, folder: string): Promise<string> {
  const script = path.join(project.root, "scripts", "build-policypack.mjs");
  if (!fs.existsSync(script)) return folder;
  const { buildPolicyPack } = (await importModule(pathToFileURL(script).href)) as {
    buildPolicyPack: () => unknown;
  };
  const built = await buildPolicyPack();
  return typeof built === "string" ? built : folder;
}
