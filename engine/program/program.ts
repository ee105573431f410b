import { atSource, inputError, type Problem, throwProblems } from "../../problems";
import fs from "node:fs";
import path from "node:path";
import { type Child, type Ending, engineFolder, type Failure, howItEnded, startChild } from "../child";
import type { Project, StackConfig } from "../project";
import { UNKNOWN_SENTINEL } from "../../data";
import { NO_ANSWER_KEY, type ProgramMessage, type StartProgram } from "./messages";

/** What a function that has no answer answers: everything of its result is unknown. */
export const NO_ANSWER: { readonly [NO_ANSWER_KEY]: string } = { [NO_ANSWER_KEY]: UNKNOWN_SENTINEL };

/** The folder that a program runs in. Throws PalisadeInputError if the program isn't there. */
export function programFolder({ main, root }: Project): string {
  const found = [main, `${main}.ts`, `${main}.js`].map((candidate) =>
    fs.statSync(candidate, { throwIfNoEntry: false }),
  );
  if (found[0]?.isDirectory() === true) return main;
  if (found.some((stat) => stat?.isFile())) return path.dirname(main);
  throw inputError(atSource(main), `no such program; main in ${path.join(root, "Pulumi.yaml")} names it`);
}

/** The tsconfig in the program's folder, which is where the language host looks, under the name that Pulumi.yaml gives. */
function tsconfigOf(project: Project): string | undefined {
  const file = path.resolve(programFolder(project), project.tsconfig);
  if (fs.existsSync(file)) return file;
  if (project.tsconfig === "tsconfig.json") return undefined;
  throw inputError(atSource(file), "no such file; runtime.options.tsconfig in Pulumi.yaml names it");
}

/** What runs TypeScript for Pulumi, which is done here: `--loader ts-node/esm`, `--import=tsx`, and the switch that goes with them. */
const LOADER = /^(--(experimental-)?loader|--import|--require|-r)(=|$)/;
const TYPESCRIPT = /(^|=)(ts-node|tsx|@swc-node\/register|@swc\/register)(\/|$)/;

function withoutTypeScriptLoaders(args: readonly string[]): string[] {
  return args.filter((arg, index) => {
    if (arg.startsWith("--experimental-specifier-resolution")) return false;
    const isLoader = LOADER.test(arg);
    const value = isLoader && !arg.includes("=") ? args[index + 1] : arg;
    const isValue =
      !isLoader && LOADER.test(args[index - 1] ?? "") && args[index - 1]?.includes("=") === false;
    return !((isLoader || isValue) && TYPESCRIPT.test(value ?? ""));
  });
}

/** A program's process, from its start to its end. */
export class Program {
  readonly #child: Child;
  readonly #failures: Failure[] = [];
  #metUnknown = false;

  /** Starts the process at once: it loads the SDK and waits. */
  constructor(
    private readonly project: Project,
    output: (text: string) => void,
  ) {
    const folder = programFolder(project);
    this.#child = startChild(path.join(engineFolder, "program", "child"), [folder], {
      nodeArgs: withoutTypeScriptLoaders(project.nodeArgs),
      cwd: folder,
      output,
    });
    this.#child.process.on("message", (message: ProgramMessage) => {
      if (message.kind === "met") this.#metUnknown = true;
      else this.#failures.push(message.failure);
    });
  }

  /** Whether it has computed with the result of a function that has no answer: a failure after that needn't be its own. */
  get metUnknown(): boolean {
    return this.#metUnknown;
  }

  /**
   * Runs the program against the engine at `address` to its end. Rejects with PalisadeInputError if it fails in any way: an
   * error of its own, an exit before it was done. `finished` resolves when the program tells the engine that it is done.
   */
  async run(address: string, config: StackConfig, finished: Promise<void>): Promise<void> {
    const told = finished.then(() => true);
    const start: StartProgram = {
      main: this.project.main,
      root: this.project.root,
      tsconfig: tsconfigOf(this.project),
      environment: sdkEnvironment(this.project, config, address),
    };
    this.#child.process.send(start, () => undefined);
    const ending = await this.#child.ended;
    // The input errors of the product's own programs are complete as they are.
    throwProblems(
      this.#failures.flatMap(
        (failure): readonly Problem[] =>
          failure.problems ?? [{ place: [], message: this.#explain(failure, config) }],
      ),
      this.#failures.every(({ problems }) => problems !== undefined) ? "input" : "program",
    );
    if (ending.code !== 0 || !(await Promise.race([told, Promise.resolve(false)])))
      throw inputError([], this.#explainEnding(ending), undefined, "program");
  }

  stop(): void {
    this.#child.stop();
  }

  #explain({ name, message, places }: Failure, { encryptedKeys }: StackConfig): string {
    const lines = [`${name === "Error" ? "" : `${name}: `}${message}`];
    if (message.includes("Cannot find module '@pulumi/pulumi")) {
      lines.push(`  remedy: install the program's dependencies (npm ci) in ${this.project.root}`);
    }
    for (const place of places.slice(0, 5)) lines.push(`  at ${path.relative(process.cwd(), place)}`);
    if (encryptedKeys.length > 0) {
      lines.push(`  note: encrypted config values are unknown here: ${encryptedKeys.join(", ")}`);
    }
    return lines.join("\n");
  }

  #explainEnding(ending: Ending): string {
    const tail = this.#child.stderrTail();
    return `the program ended (${howItEnded(ending)}) before it was done; what it would have registered after isn't known${tail === "" ? "" : `\n${tail}`}`;
  }
}

/** The environment by which the SDK finds its engine and settings (sdk/nodejs/cmd/run, runtime/state.ts). */
function sdkEnvironment(project: Project, config: StackConfig, address: string): Record<string, string> {
  return {
    PULUMI_NODEJS_ORGANIZATION: "organization",
    PULUMI_NODEJS_PROJECT: project.name,
    PULUMI_NODEJS_ROOT_DIRECTORY: project.root,
    PULUMI_NODEJS_STACK: config.stack,
    PULUMI_NODEJS_DRY_RUN: "true",
    PULUMI_NODEJS_PARALLEL: "16",
    PULUMI_NODEJS_MONITOR: address,
    PULUMI_NODEJS_ENGINE: address,
    // No engine and no cluster is behind this preview: a program that would look at one has nothing to look for.
    PALISADE_PREVIEW: "true",
    PULUMI_CONFIG: JSON.stringify(config.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.encryptedKeys),
  };
}
