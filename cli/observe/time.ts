import { atSource, inputError } from "../../problems";
import { instantOf } from "../../records";

/**
 * Milliseconds since 1970 of a day in UTC, or of a time with its zone.
 * @throws PalisadeInputError for any other text
 */
export function sinceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? instantOf(`${text}T00:00:00Z`) : instantOf(text);
  if (instant !== undefined) return instant;
  throw inputError(
    atSource(`--since ${text}`),
    "isn't a time",
    "Write a day of UTC, 2026-01-31, or a time with its zone, 2026-01-31T12:00:00+02:00",
  );
}
