import { Command, CommanderError, Option } from "commander";
import { addCheckCommand } from "./checkCommand";
import { errorDocument } from "./errorDocument";
import { examples } from "./examples";
import { EXIT } from "./exit";
import { addLiveCommands } from "./liveCommands";
import type * as Preview from "./preview";
import { addReachCommands } from "./reachCommands";
import type * as Restarts from "./restarts";

/**
 * The `palisade` command. A subcommand is its options here and a module of its own, loaded only when it is called: the
 * module's `run` takes the options and resolves with the exit code.
 */
function palisade(start: (run: Promise<number>) => unknown): Command {
  const command = new Command("palisade")
    .description(
      "Declare who talks to whom; see what that opens, and what breaks isolation, before anything is deployed.",
    )
    .exitOverride()
    .showHelpAfterError("(palisade --help lists the options)")
    .addHelpText(
      "after",
      "\nExit codes: 0 clean, 1 finding, 2 bad input, 3 undecided (where --fail-on unknown asks for it; verify and restarts: something couldn't be asked).",
    );

  command
    .command("preview")
    .description("plan a stack and judge it by policy packs, without the Pulumi CLI, a cloud or a cluster")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("-C, --cwd <dir>", "a folder of the Pulumi project", ".")
    .option(
      "--policy-pack <dir>",
      "a policy pack; give it again for more (default: ./policypack, if it is there)",
      list,
    )
    .option(
      "--policy-pack-config <file>",
      "its config, in the packs' order (default: Pulumi.<stack>.policies.json)",
      list,
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
      new Option("--fail-on <what>", "exit 3 if a policy met an unknown it needed").choices(["unknown"]),
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
        "0 clean, 1 a mandatory policy is violated, 2 bad input, 3 undecided (with --fail-on unknown).",
      ),
    )
    .action((flags: Preview.PreviewFlags) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
      const { run } = require("./preview") as typeof Preview;
      start(run(flags));
    });

  addReachCommands(command, start);
  addCheckCommand(command, start);
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
  return command;
}

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** The commands that answer bad input with a document where JSON is asked for; the others leave stdout empty. */
const DOCUMENTS: ReadonlySet<string> = new Set(["preview", "verify", "drift"]);

/** A mistake of ours. Nothing was answered, so the code is never Node.js's own, which here would mean a finding. */
function broken(error: unknown): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: palisade itself failed; please report this:\n${what}\n`);
  process.exitCode = EXIT.badInput;
}

/** Runs the command line and sets the process's exit code. */
async function main(): Promise<void> {
  // Whoever reads us may stop before the end (`| head`): that isn't an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  process.on("uncaughtException", (error) => {
    broken(error);
    process.exit();
  });
  const runs: Promise<number>[] = [];
  try {
    palisade((run) => runs.push(run)).parse();
    const [code = EXIT.clean] = await Promise.all(runs);
    process.exitCode = code;
  } catch (error) {
    // Help and version end here too, with exit code 0.
    if (!(error instanceof CommanderError)) {
      broken(error);
      return;
    }
    process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.badInput;
    if (error.exitCode !== 0 && DOCUMENTS.has(process.argv[2] ?? "") && process.argv.includes("--json")) {
      process.stdout.write(errorDocument([error.message]));
    }
  }
}

void main();
