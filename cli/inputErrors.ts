// Tests: test/cli/restarts.test.ts
import { PalisadeInputError, problemText } from "../problems";
import { EXIT } from "./exit";

/**
 * Runs a command and gives its exit code. A user's mistakes are printed here, for every command: each problem on stderr,
 * and, where JSON was asked for, all of them as data in the one document on stdout, which stays empty otherwise.
 */
export async function orInputErrors(action: () => Promise<number>, json: boolean): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return printed(error, json);
  }
}

/** Prints a user's mistakes; gives the exit code for them. */
export function printed(error: PalisadeInputError, json: boolean): number {
  for (const problem of error.problems) process.stderr.write(`error: ${problemText(problem)}\n`);
  if (json) process.stdout.write(errorDocument(error));
  return EXIT.badInput;
}

/** What a command that was asked for JSON prints when it can't answer: whose mistake it is, and the problems. */
export function errorDocument({ kind, problems }: PalisadeInputError): string {
  const shown = problems.map((problem) => ({ text: problemText(problem), ...problem }));
  return `${JSON.stringify({ version: 1, verdict: "error", error: { kind, problems: shown } }, undefined, 2)}\n`;
}
