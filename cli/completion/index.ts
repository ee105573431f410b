/**
 * Completes command lines in shells. In: the command's own table of subcommands, options and arguments, and the words of a line, the
 * last of which is unfinished. Out: what may stand there, a line each; and for each shell the script that asks for it.
 * Tests: test/cli/completion/complete.test.ts, test/cli/completion/shells.test.ts
 */
import type { Command } from "commander";
import { EXIT } from "../exit";
import { complete } from "./complete";
import { SCRIPTS, type Shell } from "./scripts";

export type { Shell } from "./scripts";

/** Prints a shell's script. Resolves with the exit code. */
export function printScript(shell: Shell): Promise<number> {
  process.stdout.write(SCRIPTS[shell]);
  return Promise.resolve(EXIT.clean);
}

/** Prints what may stand in place of the last word: `value⇥description` lines, then `:files`, `:folders` or `:none`. */
export function answer(root: Command, words: readonly string[]): Promise<number> {
  const { candidates, paths } = complete(root, words);
  const lines = candidates.map(({ value, description }) => `${value}\t${description}\n`);
  process.stdout.write(`${lines.join("")}:${paths}\n`);
  return Promise.resolve(EXIT.clean);
}
