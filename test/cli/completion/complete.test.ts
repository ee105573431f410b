import { strict as assert } from "node:assert";
import { Argument, Command, Option } from "commander";
import { complete } from "../../../cli/completion/complete";
import { OPTIONS_WITH_VALUES } from "../../../cli/completion/values";
import { palisade } from "../../../cli/main";

const table = (): Command => {
  const root = new Command("tool").option("--version", "print the version");
  root
    .command("paint")
    .description("paint a thing")
    .argument("<thing>", "what")
    .argument("[paths...]", "where")
    .option("-f, --from <end>", "the source")
    .option("--out <file>", "where to write it")
    .option("--all", "everything")
    .addOption(new Option("--colour <name>", "which").choices(["red", "green"]))
    .addOption(new Option("--secret").hideHelp());
  root.command("hidden", { hidden: true });
  const made = root.command("new").argument("<directory>");
  made.command("part").addArgument(new Argument("<kind>").choices(["round", "square"]));
  return root;
};

describe("completion of a command line", () => {
  const after = (...words: string[]) => {
    const { candidates, paths } = complete(table(), words);
    return [...candidates.map(({ value }) => value), `:${paths}`];
  };

  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["subcommands, without hidden ones", [""], ["paint", "new", "help", ":none"]],
    ["the start of a subcommand", ["p"], ["paint", ":none"]],
    [
      "options, without hidden ones",
      ["paint", "--"],
      ["--from", "--out", "--all", "--colour", "--help", ":none"],
    ],
    ["options after a dash", ["-"], ["--version", "--help", ":none"]],
    ["choices", ["paint", "--colour", "r"], ["red", ":none"]],
    ["choices after =", ["paint", "--colour=g"], ["--colour=green", ":none"]],
    ["nothing of the user's own", ["paint", "--from", ""], [":none"]],
    ["nothing of the user's own, by the short name", ["paint", "-f", ""], [":none"]],
    ["files", ["paint", "--out", ""], [":files"]],
    ["an argument after an option's value", ["paint", "--from", "x", "thing", ""], [":files"]],
    ["an argument after a flag", ["paint", "--all", "thing", "a", ""], [":files"]],
    ["no options after --", ["paint", "--", "thing", "--"], [":files"]],
    ["a folder, and what is below", ["new", ""], ["part", "help", ":folders"]],
    ["choices of an argument two below", ["new", "part", "s"], ["square", ":none"]],
    ["no subcommand after an argument", ["new", "there", "p"], [":none"]],
    ["nothing for what isn't there", ["nonsense", "x"], [":none"]],
  ];
  for (const [what, words, expected] of cases) {
    it(`offers ${what}: ${words.join(" ")}`, () => {
      assert.deepEqual(after(...words), expected);
    });
  }

  it("reads values only for options that the command has", () => {
    const all = palisade("0.0.0", () => undefined).commands.flatMap(({ options }) =>
      options.map(({ long }) => long),
    );
    assert.deepEqual(
      OPTIONS_WITH_VALUES.filter((name) => !all.includes(name)),
      [],
    );
  });
});
