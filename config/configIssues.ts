import type { z } from "zod";
import { below, type Place, type Problem, quote } from "../problems";

/** A problem without the place where it stands: the schema knows that. */
interface ConfigIssue {
  /** Where one issue is about several keys of a mapping: which. */
  readonly key?: string;
  readonly message: string;
  readonly remedy: string;
}

/** An issue as the schema library holds it before it is reported: it keeps what others add to it. */
type RawIssue = z.core.$ZodRawIssue;

/** A schema's `error` that says what is wrong as data, on the issue itself; its text is for who reads the library's own error. */
export const issueError =
  (find: (issue: RawIssue) => ConfigIssue | readonly ConfigIssue[]) =>
  (issue: RawIssue): string => {
    const found = [find(issue)].flat();
    issue["found"] = found;
    return textOf(found);
  };

const textOf = (found: readonly ConfigIssue[]): string =>
  found.map(({ message, remedy }) => `${message}. ${remedy}.`).join(" ");

/** The issue of a check of our own. */
export const customIssue = (found: ConfigIssue) =>
  ({ code: "custom", message: textOf([found]), found: [found] }) as const;

/** The error of a schema whose value has to be `what`. */
export const expected = (what: string, remedy: string) =>
  issueError(({ input }) => ({
    message: input === undefined ? "is missing" : `${quote(input)} isn't ${what}`,
    remedy,
  }));

/** The problems of a refused value; `at` is its place in the config: "palisade:clusters[0]". */
export const problemsOf = (error: z.ZodError, at: Place): Problem[] =>
  error.issues.flatMap((issue) => {
    const { found = [{ message: issue.message }] } = issue as {
      readonly found?: readonly (Partial<ConfigIssue> & Pick<ConfigIssue, "message">)[];
    };
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    return found.map(({ key, ...problem }) => ({
      place: below(at, ...path, ...(key === undefined ? [] : [key])),
      ...problem,
    }));
  });
