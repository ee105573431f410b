import type { Problems } from "../../problems";
import path from "node:path";
import { engineFolder, originalPosition } from "./typescript-hook";

/** An error of a user's program or policy, as plain data. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** The frames in the user's own files, nearest first, as `file:line:column`, of the sources. */
  readonly places: readonly string[];
  /** What an input error of the product's own programs carries. */
  readonly problems?: Problems;
}

/** Takes down what was thrown, with positions of the sources. Frames outside `folder` or in packages aren't the user's. */
export function failureOf(thrown: unknown, folder: string): Failure {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), places: [] };
  const places = [
    ...(thrown.stack ?? "").matchAll(
      /(?:\(|at )(?:async )?(?:file:\/\/)?(\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):(\d+)\)?$/gm,
    ),
  ]
    .map(([, file = "", line, column]) => ({ file, line: Number(line), column: Number(column) }))
    .filter(({ file }) => !file.startsWith(engineFolder + path.sep))
    .filter(
      ({ file }) =>
        file.startsWith(folder + path.sep) && !file.includes(`${path.sep}node_modules${path.sep}`),
    )
    .map((place) => originalPosition(place.file, place.line, place.column) ?? place)
    .map(({ file, line, column }) => `${file}:${line}:${column}`);
  // Node.js appends who required a missing module; the places say it better.
  const message = thrown.message.split("\nRequire stack:")[0] ?? "";
  const problems = problemsIn(thrown);
  return {
    name: thrown.name,
    message,
    places: [...new Set(places)],
    ...(problems === undefined ? {} : { problems }),
  };
}

/** A program has its own copy of the class, or an error of Pulumi's in its place: its name and what it carries tell. */
function problemsIn(thrown: Error): Problems | undefined {
  const { name, problems } = thrown as { readonly name: string; readonly problems?: unknown };
  return name === "PalisadeInputError" && Array.isArray(problems) && problems.length > 0
    ? (problems as unknown as Problems)
    : undefined;
}
