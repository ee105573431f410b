// Tests: test/cli/command.test.ts
/** The end of a command's help: how it is used, and what its exit codes say. */
export const examples = (lines: readonly string[], exitCodes: string): string =>
  ["", "Examples:", ...lines.map((line) => `  ${line}`), "", `Exit codes: ${exitCodes}`].join("\n");
