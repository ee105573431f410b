import fs from "node:fs";
import path from "node:path";
import { type Child, type Ending, type Failure, howItEnded, startChild } from "../child";
import { PreviewError } from "../errors";
import type { Project, StackConfig } from "../project";
import type { ProgramFailed, StartProgram } from "./messages";

/** The folder that a program runs in. Throws PreviewError if the program isn't there. */
export function programFolder({ main, root }: Project): string {
  const found = [main, `${main}.ts`, `${main}.js`].map((candidate) =>
    fs.statSync(candidate, { throwIfNoEntry: false }),
  );
  if (found[0]?.isDirectory() === true) return main;
  if (found.some((stat) => stat?.isFile())) return path.dirname(main);
  throw new PreviewError("input", [
    `${main}: no such program; main in ${path.join(root, "Pulumi.yaml")} names it`,
  ]);
}

/** The tsconfig in the program's folder, which is where the language host looks, under the name that Pulumi.yaml gives. */
function tsconfigOf(project: Project): string | undefined {
  const file = path.resolve(programFolder(project), project.tsconfig);
  if (fs.existsSync(file)) return file;
  if (project.tsconfig === "tsconfig.json") return undefined;
  throw new PreviewError("input", [
    `${file}: no such file; runtime.options.tsconfig in Pulumi.yaml names it`,
  ]);
}

/** A program's process, from its start to its end. */
export class Program {
  readonly #child: Child;
  readonly #failures: Failure[] = [];

  /** Starts the process at once: it loads the SDK and waits. */
  constructor(
    private readonly project: Project,
    output: (text: string) => void,
  ) {
    const folder = programFolder(project);
    this.#child = startChild(path.join(__dirname, "child"), [folder], {
      nodeArgs: project.nodeArgs,
      cwd: folder,
      output,
    });
    this.#child.process.on("message", (message: ProgramFailed) => this.#failures.push(message.failure));
  }

  /**
   * Runs the program against the engine at `address` to its end. Rejects with PreviewError if it fails in any way: an
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
    if (this.#failures.length > 0)
      throw new PreviewError(
        "program",
        this.#failures.map((failure) => this.#explain(failure, config)),
      );
    if (ending.code !== 0 || !(await Promise.race([told, Promise.resolve(false)])))
      throw new PreviewError("program", [this.#explainEnding(ending)]);
  }

  stop(): void {
    this.#child.stop();
  }

  #explain({ name, message, places }: Failure, { encryptedKeys }: StackConfig): string {
    // An input error of the product's own programs is complete as it is.
    if (name === "PalisadeInputError") return message;
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
