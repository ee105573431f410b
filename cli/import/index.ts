/**
 * `palisade import`: reads policies that exist (manifests, a running cluster, saved answers of AWS), writes applications that say
 * the same, compiles what it wrote and compares the two relations. In: paths and flags. Out: files or text, and the exit code.
 * Tests: test/cli/import/command.test.ts.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type ApplicationFile, dataFileOf, fileOf, type LanguageModule, proposeImport } from "../../adopt";
import { atSource, PalisadeInputError, type Problem, throwProblems } from "../../problems";
import { analyze } from "../../reachability/compute";
import { EXIT } from "../exit";
import { orInputErrors } from "../inputErrors";
import type { WorldFlags } from "../manifests/load";
import { withLines } from "../manifests/lines";
import { importJson } from "./json";
import { type ImportProof, policiesAlone, proveImport } from "./prove";
import { readImport } from "./read";
import { runResources } from "./resources";
import { importText } from "./text";
import { wordsOf } from "./words";

/** The options of `palisade import`, as commander parses them. */
export interface ImportFlags extends WorldFlags {
  readonly out?: string;
  readonly json?: boolean;
  /** Applications as data, in YAML, instead of TypeScript. */
  readonly yaml?: boolean;
  /** Instead of applications: the file that takes what exists of a stack's plan into its state. */
  readonly resources?: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly cluster?: string;
}

/** Runs `palisade import PATH…`. Resolves with the exit code; user mistakes are printed, never thrown. */
export function run(paths: readonly string[], flags: ImportFlags): Promise<number> {
  const { resources } = flags;
  if (resources !== undefined) return runResources(paths, { ...flags, resources });
  return orInputErrors(async () => {
    const input = await readImport(paths, flags);
    const { world, warnings, skipped, files: read } = input;
    const plan = proposeImport({
      // As they are written: what a CNI makes of them is the analysis's to know.
      world: { ...world, policies: world.written },
      analysis: analyze(policiesAlone(world)),
      written: wordsOf(input, world, flags.aws ?? []),
    });
    const [make, comment] = flags.yaml === true ? [dataFileOf, "#"] : [fileOf, "//"];
    const files = plan.applications.map((one) => make(one, languageModule(flags.out)));
    if (flags.out !== undefined) refuseExisting(flags.out, files);
    const proof = proveImport(plan, files, { world, warnings, skipped });
    const unexpressed = withLines([...input.unexpressed, ...plan.unexpressed], read);
    if (flags.out !== undefined) write(flags.out, files);
    if (flags.json === true) process.stdout.write(importJson(plan, files, unexpressed, proof, warnings));
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      const shown =
        flags.out === undefined
          ? files.map(({ name, text }) => `${comment} ${name}\n${text}`).join("\n")
          : files.map(({ name }) => `${path.join(flags.out ?? "", name)}\n`).join("");
      const text = importText(plan, unexpressed, proof, flags.verbose === true);
      process.stdout.write(`${shown}${files.length === 0 ? "" : "\n"}${text}`);
    }
    return exitCode(proof);
  }, flags.json === true);
}

function exitCode({ verdict }: ImportProof): number {
  switch (verdict) {
    case "identical":
    case "narrower":
      return EXIT.clean;
    case "wider":
      return EXIT.finding;
    case "unknown":
    case "refused":
    case "nothing":
      return EXIT.undecided;
  }
}

/** How a file in a folder finds the language: beside it in this repository, else by the package. */
function languageModule(out: string | undefined): LanguageModule {
  const root = path.join(out ?? "applications", "..");
  return existsSync(path.join(root, "flows", "application.ts")) ? "../flows" : "pulumi-palisade/flows";
}

/** @throws PalisadeInputError with every file that is there already: nothing is written then */
function refuseExisting(out: string, files: readonly ApplicationFile[]): void {
  throwProblems(
    files.flatMap(({ name }): Problem[] =>
      existsSync(path.join(out, name))
        ? [
            {
              place: atSource(path.join(out, name)),
              message: "is there already",
              remedy: "Name another folder, or move the file away",
            },
          ]
        : [],
    ),
  );
}

/** @throws PalisadeInputError where the folder can't be written */
function write(out: string, files: readonly ApplicationFile[]): void {
  try {
    mkdirSync(out, { recursive: true });
    for (const { name, text } of files) writeFileSync(path.join(out, name), text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new PalisadeInputError([{ place: atSource(out), message: error.message }]);
  }
}
