import type { Command, Option } from "commander";
import { type Completed, NOTHING, valuesOfArgument, valuesOfOption } from "./values";

/**
 * What may stand in place of the last word.
 * @param root the command, whose table of subcommands, options and arguments is all that is known of them.
 * @param words the words after the command's name.
 */
export function complete(root: Command, words: readonly string[]): Completed {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const { candidates, paths } = fitting(positionAfter(root, before), current, before);
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), paths };
}

/** Where in a command line a word stands. */
interface CommandPosition {
  readonly command: Command;
  /** The option whose value it is. */
  readonly option?: Option | undefined;
  /** How many arguments are before it. */
  readonly args: number;
  /** Whether options are over, by `--`. */
  readonly isOver: boolean;
}

/** Reads words as the command line is parsed: subcommands first, an option's value after it. */
function positionAfter(root: Command, words: readonly string[]): CommandPosition {
  let at: CommandPosition = { command: root, args: 0, isOver: false };
  for (const word of words) {
    if (at.option !== undefined) at = { ...at, option: undefined };
    else if (!at.isOver && word === "--") at = { ...at, isOver: true };
    else if (!at.isOver && isOption(word)) at = { ...at, option: optionThatTakes(at.command, word) };
    else {
      const below =
        at.args > 0 || at.isOver ? undefined : subcommands(at.command).find((one) => one.name() === word);
      at = below === undefined ? { ...at, args: at.args + 1 } : { command: below, args: 0, isOver: false };
    }
  }
  return at;
}

/** What fits at a position; for `--option=…` with the option before each value. */
function fitting(
  { command, option, args, isOver }: CommandPosition,
  current: string,
  before: readonly string[],
): Completed {
  if (option !== undefined) return valuesOfOption(option, before);
  if (!isOver && current.startsWith("-")) {
    const [, name] = /^(--[^=]+)=/.exec(current) ?? [];
    const given = name === undefined ? undefined : optionThatTakes(command, name);
    return given === undefined ? { candidates: optionsOf(command), paths: "none" } : assigned(given, before);
  }
  const all = command.registeredArguments;
  const last = all.at(-1);
  const argument = all[args] ?? (last?.variadic === true ? last : undefined);
  const own = argument === undefined ? NOTHING : valuesOfArgument(argument, before);
  const below = args > 0 || isOver ? [] : subcommands(command);
  const named = below.map((one) => ({ value: one.name(), description: one.description() }));
  return { ...own, candidates: [...named, ...own.candidates] };
}

function assigned(option: Option, before: readonly string[]): Completed {
  const { candidates, paths } = valuesOfOption(option, before);
  return {
    candidates: candidates.map((one) => ({ ...one, value: `${option.long ?? ""}=${one.value}` })),
    paths,
  };
}

const isOption = (word: string): boolean => word.startsWith("-") && word !== "-";

/** The option of that name, if it takes a value. */
const optionThatTakes = (command: Command, name: string): Option | undefined =>
  command.options.find(
    ({ long, short, required, optional }) => (long === name || short === name) && (required || optional),
  );

const subcommands = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);

const optionsOf = (command: Command): Completed["candidates"] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (typeof long === "string" ? [{ value: long, description }] : []));
