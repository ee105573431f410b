// Tests: test/problems/thrown.test.ts
/** What was thrown, in words: an error's message; anything else as text. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
