/** Where a preview stopped: what the user gave, what the program did, what a policy pack did, or what we can't do. */
export type PreviewErrorKind = "input" | "program" | "pack" | "unsupported";

/**
 * Everything that keeps a preview from a verdict. Each problem is complete by itself: subject, value and remedy in words
 * for the user; problems never hold a stack trace of ours nor a secret.
 */
export class PreviewError extends Error {
  override readonly name = "PreviewError";
  constructor(
    readonly kind: PreviewErrorKind,
    readonly problems: readonly string[],
  ) {
    super(problems.join("\n"));
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of a Node.js system error ("ENOENT"), or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
