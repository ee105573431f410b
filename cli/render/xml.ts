// Tests: test/cli/check/formats.test.ts
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/**
 * Text for XML 1.0, in an attribute or between tags. It has no character for control codes, lone surrogates and the last two of the
 * plane: they become U+FFFD. Source: XML 1.0, "Characters".
 */
export const xmlText = (text: string): string =>
  text
    .replaceAll(/[&<>"'\n\t]/g, (each) => ENTITIES[each] ?? each)
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\u{fffd}");
