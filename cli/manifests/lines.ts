import { LineCounter, isCollection, isNode, parseAllDocuments } from "yaml";
import { type Problem, pathText } from "../../reachability/problems";
import type { InputFile } from "./files";

/** Problems beyond this many are counted, not printed. */
const MAX_SHOWN = 50;

/**
 * Problems as lines for people: `shop.yaml:12: document 2: NetworkPolicy shop/web: spec.x: …`. Only now are files read
 * a second time, by the parser that knows where each value stands.
 */
export function problemLines(problems: readonly Problem[], files: readonly InputFile[]): string[] {
  const locators = new Map<string, (problem: Problem) => number | undefined>();
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => {
    const { file } = problem.source;
    const locate = locators.get(file) ?? locator(files.find(({ name }) => name === file));
    locators.set(file, locate);
    const line = locate(problem);
    const path = problem.path.length === 0 ? "" : `${pathText(problem.path)}: `;
    const place = line === undefined ? file : `${file}:${line}`;
    return `${place}: document ${problem.source.document}: ${problem.where}: ${path}${problem.message}`;
  });
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more problems`] : shown;
}

function locator(file: InputFile | undefined): (problem: Problem) => number | undefined {
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
