import type { Argument, Option } from "commander";
import type * as Engine from "../../engine";
import type * as PolicyPack from "../../policypack/index";
import { PalisadeInputError } from "../../problems";

/** What may stand somewhere in a command line, and which paths besides: a shell knows those best. */
export interface Completed {
  readonly candidates: readonly {
    readonly value: string;
    /** One line; empty where there is nothing to say. */
    readonly description: string;
  }[];
  readonly paths: "files" | "folders" | "none";
}

export const NOTHING: Completed = { candidates: [], paths: "none" };

/** Values that are there to be read; the rest are choices, paths, or the user's own. */
const BY_OPTION: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  "--stack": stacks,
  "--policy": policies,
  "--disable": policies,
};

/** The options that have values to read: a test holds them against the table. */
export const OPTIONS_WITH_VALUES = Object.keys(BY_OPTION);

/** The values of an option: its choices, else what is there. `words` are those of the line. */
export function valuesOfOption(option: Option, words: readonly string[]): Completed {
  const { argChoices, long, flags } = option;
  if (argChoices !== undefined) return listed(argChoices);
  const values = BY_OPTION[long ?? ""]?.(words);
  return values === undefined ? { candidates: [], paths: pathsOf(flags) } : listed(values);
}

/** The values of an argument: its choices, a stack of a comparison, or paths. */
export function valuesOfArgument(argument: Argument, words: readonly string[]): Completed {
  const name = argument.name();
  if (argument.argChoices !== undefined) return listed(argument.argChoices);
  if (name !== "before" && name !== "after") return { candidates: [], paths: pathsOf(`<${name}>`) };
  return { ...listed(stacks(words).map((stack) => `stack:${stack}`)), paths: "files" };
}

/** By the word that stands for the value: `--out <file>`, `[paths...]`, `-C, --cwd <dir>`. */
function pathsOf(flags: string): Completed["paths"] {
  if (/[<[](?:dir|directory)\b/.test(flags)) return "folders";
  return /[<[](?:file|paths)\b/.test(flags) || /--diff\b/.test(flags) ? "files" : "none";
}

const listed = (values: readonly string[]): Completed => ({
  candidates: values.map((value) => ({ value, description: "" })),
  paths: "none",
});

/** The stacks of the project in `--cwd` or here; none where there is no project. */
function stacks(words: readonly string[]): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most completions need no project
  const { readProject, stacksOf } = require("../../engine") as typeof Engine;
  const at = words.findLastIndex((word) => word === "-C" || word === "--cwd");
  try {
    return stacksOf(readProject(at < 0 ? "." : (words[at + 1] ?? ".")));
  } catch (error) {
    if (error instanceof PalisadeInputError) return [];
    throw error;
  }
}

function policies(): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most completions need no policy
  const { POLICIES } = require("../../policypack/index") as typeof PolicyPack;
  return POLICIES.map(({ name }) => name);
}
