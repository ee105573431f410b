import type { z } from "zod";
import { type Problem, quote } from "../flows";

/** A problem without the place where it stands: the schema knows that. */
interface ConfigIssue {
  /** Where one issue is about several keys of a mapping: which. */
  readonly key?: string;
  readonly value: string;
  readonly remedy: string;
}

/** The message of a schema's error: the schema library carries texts only, so ours travel in one. */
export const encodeIssues = (...said: readonly ConfigIssue[]): string => JSON.stringify(said);

/** The error of a schema whose value has to be `what`. */
export const expected =
  (what: string, remedy: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    encodeIssues({ value: input === undefined ? "is missing" : `${quote(input)} is not ${what}`, remedy });

/** The problems of a refused value; `at` is its place in the config: "palisade:clusters[0]". */
export const problemsOf = (error: z.ZodError, at: string): Problem[] =>
  error.issues.flatMap(({ message, path }) =>
    (JSON.parse(message) as ConfigIssue[]).map(({ key, value, remedy }) => ({
      subject: placeOf(at, key === undefined ? path : [...path, key]),
      value,
      remedy,
    })),
  );

/** A place in the config as one writes it in JavaScript: "clusters[0].dns.pods", keys with odd letters in quotes. */
export const placeOf = (at: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, step) => {
    if (typeof step === "number") return `${place}[${step}]`;
    const key = String(step);
    return /^[A-Za-z_][-\w]*$/.test(key) ? `${place}.${key}` : `${place}[${quote(key)}]`;
  }, at);
