import { mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CommandFailed, run, type Finished } from "../machine/process";

/** What an update did, as the engine counts it: "create", "update", "same", "delete", "replace", … */
export type Changes = Readonly<Record<string, number>>;

/** One operation on a resource, from the engine's event log. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Names of the inputs that differ. */
  readonly diffs: readonly string[];
}

/** A violation as the engine reports it. */
export interface PolicyEvent {
  readonly policyName: string;
  readonly policyPackName: string;
  readonly enforcementLevel: string;
  readonly message: string;
  readonly resourceUrn?: string;
}

/** What came of a command. */
export interface Outcome extends Finished {
  readonly changes: Changes;
  readonly steps: readonly Step[];
  readonly violations: readonly PolicyEvent[];
}

/** What a preview would do. */
export interface Plan {
  readonly resources: readonly StateResource[];
  readonly violations: readonly PolicyEvent[];
}

/** A resource in the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** True for what is only read. */
  readonly external?: boolean;
}

interface EngineEvent {
  readonly summaryEvent?: { readonly resourceChanges?: Changes };
  readonly policyEvent?: PolicyEvent;
  readonly resourcePreEvent?: { readonly metadata: RawStep };
}

interface RawStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
}

/** The real engine: Pulumi's CLI with a file backend, for one project folder. */
export class Engine {
  /** What its commands get added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
  #runs = 0;

  /**
   * @param project folder with Pulumi.yaml
   * @param work folder for its state, home and logs; made here
   * @param parts folder of the programs, first on PATH
   */
  constructor(
    readonly project: string,
    readonly work: string,
    parts: string,
    env: Readonly<Record<string, string>> = {},
  ) {
    for (const folder of ["state", "home"]) mkdirSync(join(work, folder), { recursive: true });
    this.environment = {
      PATH: [parts, process.env["PATH"]].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(work, "state")}`,
      PULUMI_HOME: join(work, "home"),
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // Has the CLI know --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
      // Type checks belong to `npm run check`; the language host is older than Pulumi.yaml's `tsconfig` option.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      NODE_OPTIONS: `--require ${require.resolve("./quick-start.cjs")}`,
      ...env,
    };
  }

  /** Runs the CLI with any arguments, whatever its exit code. */
  pulumi(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return run("pulumi", [...args, "--non-interactive"], {
      cwd: this.project,
      env: { ...this.environment, ...env },
      timeoutMs: 15 * 60_000,
    });
  }

  async init(stack: string): Promise<void> {
    await this.#must(["stack", "init", stack]);
  }

  preview(
    stack: string,
    more: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    return this.#operate(["preview", "--stack", stack, ...more], env);
  }

  up(
    stack: string,
    more: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    return this.#operate(["up", "--yes", "--skip-preview", "--stack", stack, ...more], env);
  }

  refresh(stack: string, more: readonly string[] = []): Promise<Outcome> {
    return this.#operate(["refresh", "--yes", "--skip-preview", "--stack", stack, ...more]);
  }

  /** With the preview that the CLI makes by itself: without it, a protected resource is refused only when others have gone. */
  destroy(stack: string, more: readonly string[] = []): Promise<Outcome> {
    return this.#operate(["destroy", "--yes", "--stack", stack, ...more]);
  }

  /** What a preview would register, as the engine has it, inputs, dependencies and all; and what packs say of it. */
  async plan(stack: string, packs: readonly string[] = []): Promise<Plan> {
    const asked = [
      "preview",
      "--json",
      "--stack",
      stack,
      ...packs.flatMap((each) => ["--policy-pack", each]),
    ];
    const { violations, ...finished } = await this.#operate(asked);
    // What is forbidden fails a preview; what it says is whole all the same.
    const forbidden = violations.some(({ enforcementLevel }) => enforcementLevel === "mandatory");
    if (finished.code !== 0 && !forbidden) throw new CommandFailed(["pulumi", ...asked], finished);
    const { steps } = JSON.parse(finished.stdout) as { steps: { newState?: StateResource }[] };
    const resources = steps.flatMap(({ newState }) => (newState === undefined ? [] : [newState]));
    return { resources, violations };
  }

  /** The resources in the stack's state, the stack itself and its providers included. */
  async state(stack: string): Promise<readonly StateResource[]> {
    const text = await this.#must(["stack", "export", "--stack", stack]);
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return deployment.resources ?? [];
  }

  async #must(args: readonly string[]): Promise<string> {
    const finished = await this.pulumi(args);
    if (finished.code !== 0) throw new CommandFailed(["pulumi", ...args], finished);
    return finished.stdout;
  }

  async #operate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const log = join(this.work, `events-${++this.#runs}.json`);
    const finished = await this.pulumi([...args, "--event-log", log], env);
    return { ...finished, ...readEvents(log) };
  }
}

/** What an event log says: the last summary, every step that changes something, every violation. */
function readEvents(path: string): Pick<Outcome, "changes" | "steps" | "violations"> {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // A command that failed before it began has no log.
  }
  const events = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  const steps = events.flatMap(({ resourcePreEvent }) => {
    if (resourcePreEvent === undefined) return [];
    const { op, urn, type, diffs } = resourcePreEvent.metadata;
    return op === "same" ? [] : [{ op, urn, type, diffs: diffs ?? [] }];
  });
  return {
    changes: events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    steps,
    violations: events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent])),
  };
}
