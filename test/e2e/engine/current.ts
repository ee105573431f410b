import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import type * as Automation from "@pulumi/pulumi/automation";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { CommandFailed, run, type Finished } from "../machine/process";
import type { Parts } from "../parts/prepare";
import type { Changes, PolicyEvent } from "./engine";

/** Loaded where it is used: nothing else on the bench needs the Automation API. */
const automation = () => createRequire(__filename)("@pulumi/pulumi/automation") as typeof Automation;

/** What came of an operation; `failure` is what the CLI said where it refused. */
export interface CurrentOutcome {
  readonly changes: Changes;
  readonly violations: readonly PolicyEvent[];
  readonly failure: string | undefined;
}

/**
 * The newest CLI that can be built, by the Automation API, with the program inline: the language host that can be built is
 * older than what this CLI asks of one, so none is on its PATH. It starts policy packs by a launcher of another name.
 */
export class CurrentEngine {
  private constructor(
    readonly stack: Stack,
    /** Path of the CLI. */
    private readonly command: string,
  ) {}

  /**
   * @param project folder with Pulumi.yaml and the stack's config
   * @param work folder for its state and home; made here
   */
  static async open(
    project: string,
    work: string,
    { path }: Parts,
    stackName: string,
    program: PulumiFn,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CurrentEngine> {
    for (const folder of ["state", "home"]) mkdirSync(join(work, folder), { recursive: true });
    const { LocalWorkspace, PulumiCommand } = automation();
    const root = join(path, "current");
    const pulumiCommand = await PulumiCommand.get({ root, skipVersionCheck: true });
    const envVars = {
      PATH: [companions(path), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(work, "state")}`,
      PULUMI_HOME: join(work, "home"),
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...env,
    };
    const inline = { stackName, projectName: "palisade", program };
    const stack = await LocalWorkspace.createOrSelectStack(inline, {
      workDir: project,
      pulumiCommand,
      envVars,
    });
    return new CurrentEngine(stack, pulumiCommand.command);
  }

  /** The version that the CLI says it has. */
  get version(): string {
    return this.stack.workspace.pulumiVersion;
  }

  preview(policyPacks: readonly string[] = []): Promise<CurrentOutcome> {
    return this.#operate((onEvent) => this.stack.preview({ onEvent, policyPacks: [...policyPacks] }));
  }

  up(policyPacks: readonly string[] = []): Promise<CurrentOutcome> {
    return this.#operate((onEvent) => this.stack.up({ onEvent, policyPacks: [...policyPacks] }));
  }

  destroy(): Promise<CurrentOutcome> {
    return this.#operate((onEvent) => this.stack.destroy({ onEvent }));
  }

  /**
   * Runs the CLI with arguments that the Automation API has no word for, whatever its exit code.
   * @param plugins a folder of more plugins: a language host, which `import` looks for though it asks nothing of it
   */
  cli(args: readonly string[], plugins?: string): Promise<Finished> {
    const { workDir, envVars } = this.stack.workspace;
    const { PATH = "" } = envVars;
    return run(this.command, [...args, "--stack", this.stack.name, "--non-interactive"], {
      cwd: workDir,
      env: { ...envVars, PATH: plugins === undefined ? PATH : [PATH, plugins].join(delimiter) },
    });
  }

  async #operate(
    operation: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  ): Promise<CurrentOutcome> {
    const events: EngineEvent[] = [];
    let failure: string | undefined;
    try {
      await operation((event) => events.push(event));
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    return {
      changes: events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
      violations: events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent])),
      failure,
    };
  }
}

/** What came of `pulumi policy analyze`. */
export interface Analysis {
  readonly code: number;
  readonly violations: readonly PolicyEvent[];
}

/**
 * Judges a state file by policy packs with the newest CLI, which needs no backend for it.
 * @param work folder for its home; made here
 */
export async function analyzeState(
  { path }: Parts,
  work: string,
  file: string,
  packs: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Analysis> {
  mkdirSync(join(work, "home"), { recursive: true });
  const finished = await run(
    join(path, "current", "bin", "pulumi"),
    ["policy", "analyze", "--file", file, "--json", "--non-interactive", ...packs],
    {
      cwd: work,
      env: {
        PATH: [companions(path), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        PULUMI_HOME: join(work, "home"),
        PULUMI_BACKEND_URL: `file://${work}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_CONFIG_PASSPHRASE: undefined,
        ...env,
      },
    },
  );
  const events = finished.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as EngineEvent);
  if (events.length === 0) throw new CommandFailed(["pulumi", "policy", "analyze"], finished);
  return {
    code: finished.code,
    violations: events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent])),
  };
}

/** A folder of what this CLI may find on PATH: the providers and the launcher of policy packs, and no language host. */
function companions(path: string): string {
  const folder = join(path, "current", "companions");
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  for (const name of ["kubernetes", "aws", "test"]) {
    const plugin = `pulumi-resource-${name}`;
    if (existsSync(join(path, plugin))) symlinkSync(join(path, plugin), join(folder, plugin));
  }
  copyFileSync(join(path, "pulumi-analyzer-policy"), join(folder, "pulumi-analyzer-policy-nodejs"));
  return folder;
}
