// Tests: test/cli/proposedFlow.test.ts
/**
 * The line, from 1, where a TypeScript file begins a list of the application that it declares by `application("NAME", …)`; of the
 * declaration where it has no such list; undefined where it declares no application of that name.
 */
export function atStart(text: string, application: string, list: string): number | undefined {
  const call = new RegExp(`\\bapplication\\(\\s*(["'\`])${application}\\1`);
  const declared = call.exec(text);
  if (declared === null) return undefined;
  const rest = text.slice(declared.index + declared[0].length);
  const next = /\bapplication\(/.exec(rest)?.index ?? rest.length;
  const found = new RegExp(`\\b${list}\\s*:`).exec(rest.slice(0, next))?.index;
  const at = found === undefined ? declared.index : declared.index + declared[0].length + found;
  return text.slice(0, at).split("\n").length;
}
