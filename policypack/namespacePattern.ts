// Tests: test/policypack/invariants/namespaceLabels.test.ts
import * as z from "zod";
import type { Field } from "./values";

/** A namespace's name, or its beginning and a star. A lone star would exempt everything: it is refused. */
export const patternText = z.string().regex(/^[a-z0-9-]+\*?$/, {
  error: ({ input }) => `"${String(input)}" isn't a namespace name, or the beginning of one followed by *`,
});

/** Whether a namespace is exempt by its name. One whose name isn't known never is. */
export function isExempt(name: Field<string | undefined>, patterns: readonly string[]): boolean {
  if (!name.known || name.value === undefined) return false;
  const text = name.value;
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
  );
}
