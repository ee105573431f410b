/** AWS: a rule's or group's description has at most 255 characters. */
const LONGEST = 255;

/** AWS: a-z A-Z 0-9 space ._-:/()#,@[]+=&;{}!$* and nothing else. */
const REFUSED = /[^a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]/gu;

const SPELLED: ReadonlyMap<string, string> = new Map([
  ["→", "to"],
  ["←", "from"],
  ["↔", "and"],
  ["–", "-"],
  ["—", "-"],
  ["…", "..."],
  ["'", ""],
  ["’", ""],
  ["‘", ""],
  ['"', ""],
  ["“", ""],
  ["”", ""],
  ["`", ""],
  ["%", " percent"],
  ["?", "."],
  ["<", "("],
  [">", ")"],
  ["|", "/"],
  ["\\", "/"],
  ["~", "-"],
  ["^", "-"],
  ["ß", "ss"],
  ["æ", "ae"],
  ["ø", "o"],
  ["ł", "l"],
  ["€", "EUR"],
  ["£", "GBP"],
]);

/**
 * A text in the characters that AWS accepts in descriptions. Accents are dropped, punctuation is spelled; what has no
 * spelling becomes its code point, "{U+4ED8}", so that nothing is lost and two texts that differ stay apart.
 */
export function awsText(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .normalize("NFKD")
    .replaceAll(/\p{Mn}/gu, "")
    .replaceAll(REFUSED, (character) => SPELLED.get(character) ?? codePoint(character))
    .trim();
}

const codePoint = (character: string) =>
  `{U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;

/** Reasons as one description: each once, in the order given; what doesn't fit is counted: "[+2 more]". */
export function mergeReasons(reasons: readonly string[]): string {
  const distinct = reasons.length === 1 ? [awsText(reasons[0] ?? "")] : [...new Set(reasons.map(awsText))];
  let text = "";
  for (const [index, reason] of distinct.entries()) {
    const longer = text === "" ? reason : `${text}; ${reason}`;
    const left = distinct.length - index - 1;
    const room = LONGEST - (left > 0 ? more(left).length : 0);
    if (longer.length > room) return cut(text, reason, left + 1);
    text = longer;
  }
  return text;
}

const more = (count: number) => ` [+${count} more]`;

/** Whole reasons where at least one fits; else the first one's beginning. */
function cut(text: string, reason: string, left: number): string {
  if (text !== "") return `${text}${more(left)}`;
  const end = left > 1 ? `...${more(left - 1)}` : "...";
  return `${reason.slice(0, LONGEST - end.length)}${end}`;
}
