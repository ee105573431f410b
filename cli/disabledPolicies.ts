// Tests: test/cli/policyChoice.test.ts

/** What a verdict's line says of policies that were left out; nothing where none was. */
export function disabledText(judging: readonly string[], disabled: readonly string[]): string[] {
  if (disabled.length === 0) return [];
  return disabled.length > judging.length
    ? [`judged by ${judging.join(", ") || "none"} only, of ${judging.length + disabled.length} policies`]
    : [`disabled: ${disabled.join(", ")}`];
}
