/** What a command that was asked for JSON prints when it can't answer: the problems, one each, and whose they are. */
export const errorDocument = (problems: readonly string[], kind = "input"): string =>
  `${JSON.stringify({ version: 1, verdict: "error", error: { kind, problems } }, undefined, 2)}\n`;
