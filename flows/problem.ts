/** One thing that a user has to correct. */
export interface Problem {
  /** What it is about: `jewelry-shop: flow web → orders`, `clusters[0].stage`. */
  readonly subject: string;
  /** What is wrong, with the offending value: `port tcp/70000 is out of range 1-65535`. No full stop. */
  readonly value: string;
  /** What to write instead, as a sentence without its full stop; a question keeps its mark. */
  readonly remedy: string;
}

/** One problem on one line: subject, value, remedy. */
export const renderProblem = ({ subject, value, remedy }: Problem): string =>
  `${subject}: ${value}. ${remedy}${remedy.endsWith("?") ? "" : "."}`;

/**
 * A user's mistakes, all at once. The message is complete text for the user: whoever catches this prints the message
 * only, never a stack, and exits with code 2.
 */
export class PalisadeInputError extends Error {
  override readonly name = "PalisadeInputError";

  /** Repeated problems are said once. At least one problem is expected: without one there is nothing to throw. */
  constructor(readonly problems: readonly Problem[]) {
    const lines = [...new Set(problems.map(renderProblem))];
    super(lines.length === 1 ? lines.join("") : [`${lines.length} problems:`, ...lines].join("\n  "));
  }
}

/** Throws all problems, if there are any. */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new PalisadeInputError(problems);
}

const LONGEST_QUOTE = 80;

/**
 * A user's value inside a message, in plain ASCII: what a terminal would hide, or render as another letter (control
 * characters, bidirectional marks, look-alikes), shows as its escape. Long values are cut; lists and mappings are
 * only called so.
 */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return typeof value === "string" ? plainText(value) : `${value as number | boolean}`;
}

function plainText(value: string): string {
  const plain = JSON.stringify(value).replaceAll(/[^ -~]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, "0")}`;
  });
  if (plain.length <= LONGEST_QUOTE) return plain;
  return `${plain.slice(0, LONGEST_QUOTE)}… (${value.length} characters)`;
}

/** A user's name inside a message: as it is where it is plain, else quoted. */
export const printable = (name: string): string =>
  /^[!-~]([ -~]{0,78}[!-~])?$/.test(name) ? name : quote(name);
