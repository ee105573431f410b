// Tests: test/adopt/file.test.ts
/** A value as code: literals, and calls of the language's functions. */
export type Code = string | number | readonly Code[] | CodeCall | { readonly [key: string]: Code };

interface CodeCall {
  readonly call: string;
  readonly args: readonly Code[];
}

const WIDTH = 110;

const isCall = (code: Code): code is CodeCall => typeof code === "object" && "call" in code && "args" in code;
const isList = (code: Code): code is readonly Code[] => Array.isArray(code);

/** A text literal, in the quotes that need fewer escapes: prettier's choice. */
export function quoted(text: string): string {
  const plain = JSON.stringify(text);
  const [double, single] = [text.split('"').length, text.split("'").length];
  if (double <= single) return plain;
  return `'${plain.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));

/** On one line; undefined where prettier would break it whatever its width. */
function flat(code: Code): string | undefined {
  if (typeof code === "string") return quoted(code);
  if (typeof code === "number") return String(code);
  const all = (parts: readonly Code[]): readonly string[] | undefined => {
    const texts = parts.map(flat);
    return texts.includes(undefined) ? undefined : (texts as readonly string[]);
  };
  if (isCall(code)) {
    const args = all(code.args);
    return args === undefined ? undefined : `${code.call}(${args.join(", ")})`;
  }
  if (isList(code)) {
    if (isAlwaysBroken(code)) return undefined;
    const items = all(code);
    return items === undefined ? undefined : `[${items.join(", ")}]`;
  }
  const entries = Object.entries(code).map(([key, value]) => [keyText(key), flat(value)] as const);
  if (entries.length === 0) return "{}";
  return entries.some(([, value]) => value === undefined)
    ? undefined
    : `{ ${entries.map(([key, value]) => `${key}: ${value ?? ""}`).join(", ")} }`;
}

/** Prettier breaks a list of several objects, or several lists, of more than one entry each. */
function isAlwaysBroken(items: readonly Code[]): boolean {
  if (items.length < 2) return false;
  const isObject = (item: Code) => typeof item === "object" && !isCall(item) && !isList(item);
  return items.every((item) => isObject(item) && Object.keys(item).length > 1);
}

/**
 * A value as prettier lays it out: on one line where it fits, else with an entry a line.
 * @param before what stands before it on its line
 * @param indent of that line
 * @param after what follows it on its last line: a comma, mostly
 */
export function print(code: Code, before: string, indent: string, after: string): string {
  const line = flat(code);
  if (line !== undefined && before.length + line.length + after.length <= WIDTH) return line;
  if (typeof code !== "object") return line ?? "";
  const inner = `${indent}  `;
  const lines = (items: readonly (readonly [key: string, value: Code])[]): string =>
    items.map(([key, value]) => `${inner}${key}${print(value, `${inner}${key}`, inner, ",")},\n`).join("");
  if (isCall(code)) {
    const last = code.args.at(-1);
    const head = code.args.slice(0, -1).map(flat);
    if (last !== undefined && typeof last === "object" && !isCall(last) && !isList(last)) {
      const start = `${code.call}(${head.map((one) => `${one ?? ""}, `).join("")}`;
      return `${start}${broken(last, indent)})`;
    }
    return `${code.call}(\n${lines(code.args.map((arg) => ["", arg] as const))}${indent})`;
  }
  return isList(code)
    ? `[\n${lines(code.map((item) => ["", item] as const))}${indent}]`
    : broken(code, indent);
}

/** An object with an entry a line. */
function broken(code: Code, indent: string): string {
  const inner = `${indent}  `;
  const entries = Object.entries(code as Readonly<Record<string, Code>>).map(([key, value]) => {
    const start = `${inner}${keyText(key)}: `;
    const text = print(value, start, inner, ",");
    // A text that doesn't fit stands on a line of its own, unless that would hardly make it shorter.
    const isLong =
      typeof value === "string" && keyText(key).length >= 5 && start.length + text.length + 1 > WIDTH;
    return isLong ? `${inner}${keyText(key)}:\n${inner}  ${text},\n` : `${start}${text},\n`;
  });
  return `{\n${entries.join("")}${indent}}`;
}
