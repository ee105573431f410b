// Tests: test/config/located.test.ts, test/cli/proposedFlow.test.ts
/** The names of files that may declare applications by `application("NAME", …)`, in their order. */
export const declarationFileNames = (names: readonly string[]): readonly string[] =>
  names.filter((name) => /\.[cm]?[jt]s$/.test(name)).sort();

/**
 * The line, from 1, where a TypeScript file declares an application by `application("NAME", …)`: where it begins the list that is asked for, if
 * it has one; undefined where it declares no application of that name.
 */
export function lineOfDeclaration(text: string, application: string, list?: string): number | undefined {
  const call = new RegExp(`\\bapplication\\(\\s*(["'\`])${application}\\1`);
  const declared = call.exec(text);
  if (declared === null) return undefined;
  const rest = text.slice(declared.index + declared[0].length);
  const next = /\bapplication\(/.exec(rest)?.index ?? rest.length;
  const found =
    list === undefined ? undefined : new RegExp(`\\b${list}\\s*:`).exec(rest.slice(0, next))?.index;
  const at = found === undefined ? declared.index : declared.index + declared[0].length + found;
  return text.slice(0, at).split("\n").length;
}
