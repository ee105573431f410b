import { atSource, inputError, messageOf } from "../../problems";
import type { SourcedObject } from "../../reachability/read";
import { readKubernetesYaml, YamlError } from "../../yaml";
import type { InputFile } from "./files";

/**
 * The documents of a file, empty ones left out; `document` counts from 1 as the file shows them.
 * @throws PalisadeInputError with file, document and line.
 */
export function parseManifests(file: InputFile): SourcedObject[] {
  return documentsOf(file).flatMap((value, i) =>
    value === null || value === undefined
      ? []
      : [{ value, source: { file: file.name, document: i + 1 }, path: [] }],
  );
}

function documentsOf({ name, bytes }: InputFile): readonly unknown[] {
  const text = decode(name, bytes);
  if (/^\s*[[{]/.test(text)) {
    try {
      const value = JSON.parse(text) as unknown;
      if (keysIn(value) === keysWritten(text)) return [value];
      // A key twice, of which JSON takes the last: YAML's parser refuses it, and says where.
    } catch {
      // YAML may begin with a bracket too; what is neither gets YAML's error, which has a line.
    }
  }
  try {
    return inPieces(text) ?? load(text, name);
  } catch (error) {
    if (!(error instanceof YamlError)) {
      throw inputError(atSource(name), messageOf(error));
    }
    const line = error.mark?.line ?? 0;
    throw inputError(atSource(name, { line: line + 1, document: documentAt(text, line) }), error.reason);
  }
}

/** Keys that a JSON text writes: its strings before a colon. */
function keysWritten(text: string): number {
  let keys = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) keys++;
  return keys;
}

/** Keys that the value has. */
function keysIn(value: unknown): number {
  let keys = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== "object" || one === null) continue;
    const values: unknown[] = Object.values(one);
    if (!Array.isArray(one)) keys += values.length;
    for (const inner of values) open.push(inner);
  }
  return keys;
}

const load = (text: string, name: string): unknown[] => readKubernetesYaml(text, { name });

/** Characters of a piece: enough documents for one call, few enough for what the parser notes of them to die young. */
const PIECE = 16_384;

/**
 * The documents of a text of many, read a few at a time: the parser keeps what it notes of all the documents of one call,
 * which takes a third of the time of a long file. A line of `---` always ends a document (YAML 1.2.2, 9.1.2 and rule 206),
 * anchors live in one, and only directives are read across it. Undefined where that may matter or a piece can't be read:
 * the whole says why, with its line.
 */
function inPieces(text: string): unknown[] | undefined {
  if (text.length <= PIECE || /^%/m.test(text)) return undefined;
  const documents: unknown[] = [];
  try {
    for (let at = 0, end = 0; at < text.length; at = end) {
      end = text.indexOf("\n---\n", at + PIECE) + 1 || text.length;
      for (const document of load(text.slice(at, end), "")) documents.push(document);
    }
    return documents;
  } catch {
    return undefined;
  }
}

/** Text of bytes that are text: UTF-8, no NUL. */
function decode(name: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // A byte order mark at a later line is where files were put together; the decoder drops only the first.
    if (!text.includes("\0")) return text.replace(/^\uFEFF/gm, "");
  } catch {
    // Said below.
  }
  throw inputError(atSource(name), "isn't a text file (UTF-8)");
}

/** The number of the document that a line is in; a line of `---` that is wrong where it stands is still the one's before. */
function documentAt(text: string, line: number): number {
  let documents = 0;
  let within = false;
  for (const [i, one] of text.split("\n", line + 1).entries()) {
    if (/^\.\.\.(\s|$)/.test(one)) within = false;
    else if (/^---(\s|$)/.test(one) ? i < line : !within && !/^(\s*(#|$)|%)/.test(one)) {
      documents++;
      within = true;
    }
  }
  return Math.max(documents, 1);
}
