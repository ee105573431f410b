const LONGEST_QUOTE = 80;

/**
 * A user's value inside a message, in plain ASCII: what a terminal would hide, or render as another letter (control
 * characters, bidirectional marks, look-alikes), shows as its escape. Long values are cut; lists and mappings are
 * only called so.
 */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return typeof value === "string" ? plainText(value) : `${value as number | boolean}`;
}

function plainText(value: string): string {
  const plain = JSON.stringify(value).replaceAll(/[^ -~]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, "0")}`;
  });
  if (plain.length <= LONGEST_QUOTE) return plain;
  return `${plain.slice(0, LONGEST_QUOTE)}… (${value.length} characters)`;
}

/** A user's name inside a message: as it is where it is plain, else quoted. */
export const printable = (name: string): string =>
  /^[!-~]([ -~]{0,78}[!-~])?$/.test(name) ? name : quote(name);
