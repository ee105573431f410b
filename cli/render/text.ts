// Tests: test/cli/render.test.ts
import colors from "picocolors";
import type { PolicyVerdict } from "../report";

/** How wide text may get, and how much of it there is. */
export interface Style {
  readonly verbose: boolean;
  /** Columns. */
  readonly width: number;
}

/** Absent on a pipe, whatever its type says; picocolors takes "absent" for leave to look for CI. */
const terminal = (process.stdout.isTTY as boolean | undefined) ?? false;

/** Colours on a terminal only; NO_COLOR switches them off. */
export const paint = colors.createColors(
  terminal && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb",
);

/** Characters that would let a name in a plan write elsewhere on the terminal. */
// eslint-disable-next-line no-control-regex -- they are what this is about
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text as it may be printed. */
export const printable = (text: string): string => text.replaceAll(controls, "\u{fffd}");

/** Breaks text at spaces into lines of at most `width` columns; a longer word has a line of its own. Keeps line breaks. */
export function wrap(text: string, width: number): string[] {
  return printable(text)
    .split("\n")
    .flatMap((paragraph) => {
      const lines: string[] = [];
      let line = "";
      for (const word of paragraph.split(" ")) {
        if (line !== "" && line.length + 1 + word.length > width) {
          lines.push(line);
          line = word;
        } else line = line === "" ? word : `${line} ${word}`;
      }
      return [...lines, line];
    });
}

export const indent = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));

/** An item of a list, its further lines under its text. */
export const hanging = (item: string, style: Style): string[] =>
  indent(wrap(item, style.width - 4), 4).map((line, index) =>
    index === 0 ? `  - ${line.trimStart()}` : line,
  );

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const VERDICTS: Readonly<Record<PolicyVerdict, (text: string) => string>> = {
  clean: (text) => paint.green(text),
  violations: (text) => paint.red(text),
  undecided: (text) => paint.magenta(text),
};

/** A run's verdict, and the facts behind it: a report's last line. */
export const verdictText = (verdict: PolicyVerdict, facts: string): string =>
  `${paint.bold(VERDICTS[verdict](verdict.toUpperCase()))}  ${facts}`;

/** The width that a column of these cells needs, at most `limit`. */
export const columnWidth = (cells: readonly string[], limit: number): number =>
  Math.min(limit, Math.max(0, ...cells.map((cell) => cell.length)));
