// Tests: test/cli/check.test.ts
import { LineCounter, isCollection, isNode, parseAllDocuments } from "yaml";
import type { Path, Problem } from "../../problems";
import type { Source } from "../../reachability/read";
import type { InputFile } from "./files";

/** A field of an input file. */
export interface Position {
  readonly source: Source;
  readonly path: Path;
}

/**
 * Finds the lines of fields, counted from 1: of the field itself, or of what of its path is there. Only files that are asked
 * about are read a second time, by the parser that knows where each value stands. Undefined for what isn't in the files.
 */
export function lineFinder(files: readonly InputFile[]): (position: Position) => number | undefined {
  const locators = new Map<string, (position: Position) => number | undefined>();
  return (position) => {
    const { file } = position.source;
    const locate = locators.get(file) ?? locator(files.find(({ name }) => name === file));
    locators.set(file, locate);
    return locate(position);
  };
}

/** Problems with the lines of what they are about, where it is in one of the files. */
export function withLines(problems: readonly Problem[], files: readonly InputFile[]): Problem[] {
  const lineOf = lineFinder(files);
  return problems.map((problem) => {
    const [outer, ...inner] = problem.place;
    if (outer?.kind !== "source" || outer.document === undefined || outer.isLive === true) return problem;
    const path = inner.flatMap((part) => (part.kind === "path" ? part.path : []));
    const line = lineOf({ source: { file: outer.source, document: outer.document }, path });
    return line === undefined ? problem : { ...problem, place: [{ ...outer, line }, ...inner] };
  });
}

function locator(file: InputFile | undefined): (position: Position) => number | undefined {
  if (file === undefined) return () => undefined;
  const counter = new LineCounter();
  const options = { lineCounter: counter, logLevel: "silent", uniqueKeys: false, merge: true } as const;
  const documents = parseAllDocuments(file.bytes.toString("utf8"), options);
  if (!Array.isArray(documents)) return () => undefined;
  return ({ source, path }) => {
    let node: unknown = documents[source.document - 1]?.contents;
    let offset = isNode(node) ? node.range?.[0] : undefined;
    for (const step of path) {
      if (!isCollection(node)) break;
      node = node.get(step, true);
      if (!isNode(node) || node.range === undefined || node.range === null) break;
      offset = node.range[0];
    }
    return offset === undefined ? undefined : counter.linePos(offset).line;
  };
}
