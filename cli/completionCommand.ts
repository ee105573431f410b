// Tests: test/cli/completion/shells.test.ts
import { Argument, type Command } from "commander";
import type * as Completion from "./completion";
import type { Shell } from "./completion";
import { examples } from "./examples";

/** Written out, so that help needs no script. */
const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** Adds `completion`, which prints a shell's script, and `complete`, which that script asks. Both know the options from `root` itself. */
export function addCompletionCommands(root: Command, start: (run: Promise<number>) => unknown): void {
  const load = (): typeof Completion => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when called
    return require("./completion") as typeof Completion;
  };
  root
    .command("completion")
    .description("print the script that completes commands, options and their values in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText(
      "after",
      examples(
        [
          'eval "$(palisade completion bash)"    # in ~/.bashrc',
          'eval "$(palisade completion zsh)"     # in ~/.zshrc, after compinit',
          "palisade completion fish | source     # in ~/.config/fish/config.fish",
        ],
        "0 printed, 2 bad input.",
      ),
    )
    .action((shell: Shell) => void start(load().printScript(shell)));
  root
    .command("complete", { hidden: true })
    .description(
      "what the script of `palisade completion` asks: palisade complete -- WORD…, the last one unfinished",
    )
    .argument("[words...]")
    .action((words: string[]) => void start(load().answer(root, words)));
}
