// Tests: test/cli/command.test.ts
import { Command, CommanderError, Option } from "commander";
import { addCheckCommand } from "./checkCommand";
import { addCompletionCommands } from "./completionCommand";
import { examples } from "./examples";
import { EXIT } from "./exit";
import { errorDocument } from "./inputErrors";
import { inputError } from "../problems";
import { addImportCommand } from "./importCommand";
import { addLiveCommands } from "./liveCommands";
import { addObserveCommand } from "./observeCommand";
import { withPolicyOptions } from "./policyOptions";
import type * as New from "./new";
import type * as Preview from "./preview";
import { addReachCommands } from "./reachCommands";
import { addRenderCommand } from "./renderCommand";
import type * as Restarts from "./restarts";

/**
 * The `palisade` command. A subcommand is its options here and a module of its own, loaded only when it is called: the
 * module's `run` takes the options and resolves with the exit code.
 */
export function palisade(version: string, start: (run: Promise<number>) => unknown): Command {
  const command = new Command("palisade")
    .description(
      "Declare who talks to whom; see what that opens, and what breaks isolation, before anything is deployed.",
    )
    .version(version, "--version", "print the version")
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit codes: 0 clean, 1 finding, 2 bad input, 3 undecided (where --fail-on unknown asks for it; verify and restarts: something couldn't be asked), 70 a mistake of palisade's own.",
    );

  withPolicyOptions(
    command
      .command("preview")
      .description("plan a stack and judge it by policy packs, without the Pulumi CLI, a cloud or a cluster")
      .option("-s, --stack <name>", "the stack", "dev")
      .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
      .option(
        "--policy-pack <dir>",
        "a policy pack; give it again for more (default: ./policypack, or the installed palisade-policypack)",
        list,
      )
      .option(
        "--policy-pack-config <file>",
        "its config, in the packs' order (default: Pulumi.<stack>.policies.json)",
        list,
      ),
  )
    .option(
      "--answers <file>",
      "recorded answers of provider functions (default: Pulumi.<stack>.answers.json)",
    )
    .option("--record", "record those answers from a preview by the Pulumi CLI, and stop")
    .option("--json", "one JSON document on stdout; everything else on stderr")
    .option("--verbose", "each resource with its inputs, and what the program prints")
    .option("--timing", "where the time went, on stderr")
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit 3 if a policy met an unknown it needed; unjudged: also if no policy judges a resource's kind",
      ).choices(["unknown", "unjudged"]),
    )
    .addHelpText(
      "after",
      examples(
        [
          "palisade preview",
          "palisade preview --stack prod --verbose",
          "palisade preview --cwd ../their-program --policy-pack policypack --fail-on unknown",
          "palisade preview --stack uat --json | jq .verdict",
        ],
        "0 clean, 1 a mandatory policy is violated, 2 bad input, 3 undecided (with --fail-on unknown or unjudged).",
      ),
    )
    .action((flags: Preview.PreviewFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./preview") as typeof Preview;
      start(run(flags));
    });

  addNewCommand(command, version, start);
  addReachCommands(command, start);
  addImportCommand(command, start);
  addObserveCommand(command, start);
  addCheckCommand(command, start);
  addRenderCommand(command, start);
  addLiveCommands(command, start);

  command
    .command("restarts")
    .description("which running pods must restart before podSecurityGroups changes, by asking the clusters")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
    .addHelpText(
      "after",
      examples(
        ["palisade restarts --stack uat"],
        "0 no pod must, 1 some must, 2 bad input, 3 a cluster couldn't be asked.",
      ),
    )
    .action((flags: Restarts.RestartsFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./restarts") as typeof Restarts;
      start(run(flags));
    });
  addCompletionCommands(command, start);
  sayWhoseHelp(command);
  return command;
}

/** After a wrong call of a subcommand, the help that lists its own options. */
function sayWhoseHelp(command: Command, called = command.name()): void {
  command.showHelpAfterError(`(${called} --help lists the options)`);
  for (const each of command.commands) sayWhoseHelp(each, `${called} ${each.name()}`);
}

/** Adds `new`, which writes a project or an application. */
function addNewCommand(command: Command, version: string, start: (run: Promise<number>) => unknown): void {
  const load = (): typeof New => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
    return require("./new") as typeof New;
  };
  const made = command
    .command("new")
    .description("write a new project: an application, dev and prod stacks, a test, a workflow")
    .argument("<directory>", "the project's folder, which must be empty or not there")
    .addHelpText(
      "after",
      examples(["palisade new isolation", "palisade new application orders"], "0 written, 2 bad input."),
    )
    .action((directory: string) => void start(load().newProject(directory, version)));
  made
    .command("application")
    .description("add an application to a project")
    .argument("<name>", "the application's name: a-z, 0-9 and -")
    .option("-C, --cwd <dir>", "the folder of Pulumi.yaml", ".")
    .action((name: string, { cwd }: { readonly cwd: string }) => {
      start(load().newApplication(name, cwd));
    });
}

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** A mistake of ours. Nothing was answered, so the code is never Node.js's own, which here would mean a finding. */
function broken(error: unknown, inSources: (stack: string) => string): void {
  const what = error instanceof Error ? inSources(error.stack ?? error.message) : String(error);
  process.stderr.write(`error: palisade itself failed; please report this:\n${what}\n`);
  process.exitCode = EXIT.broken;
}

/**
 * Runs the command line and sets the process's exit code.
 *
 * @param version what `--version` prints.
 * @param inSources a stack trace with the places of the sources, where what runs was made of them.
 */
export async function main(version: string, inSources: (stack: string) => string): Promise<void> {
  // Whoever reads us may stop before the end (`| head`): that isn't an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  process.on("uncaughtException", (error) => {
    broken(error, inSources);
    process.exit();
  });
  const runs: Promise<number>[] = [];
  try {
    palisade(version, (run) => runs.push(run)).parse();
    const [code = EXIT.clean] = await Promise.all(runs);
    process.exitCode = code;
  } catch (error) {
    // Help and version end here too, with exit code 0.
    if (!(error instanceof CommanderError)) {
      broken(error, inSources);
      return;
    }
    process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.badInput;
    // commander has said it on stderr.
    if (error.exitCode !== 0 && process.argv.includes("--json"))
      process.stdout.write(errorDocument(inputError([], error.message.replace(/^error: /, ""))));
  }
}
