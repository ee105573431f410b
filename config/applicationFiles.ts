import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { applicationFromData, type DeclaredApplication } from "../flows";
import {
  atSource,
  inputError,
  messageOf,
  PalisadeInputError,
  type Problem,
  throwProblems,
  within,
} from "../problems";
import type { ConfigFile } from "./located";

/** What a file with an application as data is called. */
const FILES = /\.(?:ya?ml|json)$/;

/** The names of a folder's files that hold applications as data, in their order. */
export const applicationFileNames = (names: readonly string[]): readonly string[] =>
  names.filter((name) => FILES.test(name)).sort();

/**
 * Reads applications as data, one a file, in YAML or JSON.
 *
 * @throws PalisadeInputError with every problem of every file, each with the file's name: what isn't YAML, and all that `applicationFromData` refuses
 */
export function applicationsFromFiles(files: readonly ConfigFile[]): readonly DeclaredApplication[] {
  const problems: Problem[] = [];
  const read = files.flatMap(({ name, text }) => {
    try {
      return [applicationFromData(parsed(text))];
    } catch (error) {
      if (!(error instanceof PalisadeInputError)) throw error;
      problems.push(
        ...error.problems.map((problem) => ({ ...problem, place: within(atSource(name), problem.place) })),
      );
      return [];
    }
  });
  throwProblems(problems);
  return read;
}

/** The file's only document, every key once. */
function parsed(text: string): unknown {
  const { parse } = createRequire(__filename)("yaml") as typeof Yaml;
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    const [said = ""] = messageOf(error).split("\n");
    throw inputError([], `isn't YAML: ${said.replace(/:$/, "")}`, "Write one application in one document");
  }
}
