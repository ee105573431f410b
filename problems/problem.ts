import { type Place, placeText, within } from "./place";

/** One thing that a user has to correct. */
export interface Problem {
  /** Where: file and line, cluster, application or flow. */
  readonly place: Place;
  /** What is wrong, with the offending value: `port tcp/70000 is out of range 1-65535`. No full stop. */
  readonly message: string;
  /** What to write instead, as a sentence without its full stop, where the message doesn't say it; a question keeps its mark. */
  readonly remedy?: string;
}

/** At least one. */
export type Problems = readonly [Problem, ...Problem[]];

/** One problem as text: place, message, remedy. */
export function problemText({ place, message, remedy }: Problem): string {
  const text = [placeText(place), message].filter((part) => part !== "").join(": ");
  return remedy === undefined ? text : `${text}. ${remedy}${/[?\n]$/.test(remedy) ? "" : "."}`;
}

/** Where the mistake is: in what the user gave, in their program, in a policy pack, or in asking what we can't do. */
export type MistakeKind = "input" | "program" | "pack" | "unsupported";

/**
 * A user's mistakes, all at once: whatever reads what a user wrote throws this, and nothing else does for a mistake of
 * theirs. The message is complete text for the user: whoever catches it prints the problems only, never a stack, and
 * exits with code 2. Problems hold no secret.
 */
export class PalisadeInputError extends Error {
  override readonly name = "PalisadeInputError";
  /** All of them, in the order in which they were found. */
  readonly problems: Problems;

  /** Repeated problems are said once. */
  constructor(
    [first, ...others]: Problems,
    readonly kind: MistakeKind = "input",
  ) {
    const byText = new Map([first, ...others].map((problem) => [problemText(problem), problem]));
    const lines = [...byText.keys()];
    super(lines.length === 1 ? lines.join("") : [`${lines.length} problems:`, ...lines].join("\n  "));
    this.problems = [first, ...[...byText.values()].slice(1)];
  }
}

/** Throws all problems, if there are any. */
export function throwProblems([first, ...others]: readonly Problem[], kind?: MistakeKind): void {
  if (first !== undefined) throw new PalisadeInputError([first, ...others], kind);
}

/** What was thrown, with the places of a user's mistakes inside another place; anything else as it is. */
export function placedIn(outer: Place, error: unknown): unknown {
  if (!(error instanceof PalisadeInputError)) return error;
  const [first, ...others] = error.problems;
  const placed = (problem: Problem): Problem => ({ ...problem, place: within(outer, problem.place) });
  return new PalisadeInputError([placed(first), ...others.map(placed)], error.kind);
}

/** The error of one problem. */
export const inputError = (
  place: Place,
  message: string,
  remedy?: string,
  kind?: MistakeKind,
): PalisadeInputError =>
  new PalisadeInputError([{ place, message, ...(remedy === undefined ? {} : { remedy }) }], kind);
