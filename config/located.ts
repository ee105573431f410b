import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import {
  atCluster,
  atPath,
  atSource,
  PalisadeInputError,
  type Path,
  type Place,
  type Problem,
  within,
} from "../problems";
import { lineOfDeclaration } from "./declarations";

/** A stack's config file: its name as people know it, and what is in it. */
export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/**
 * What was thrown, with a config's problems where they stand in its file: "clusters[1].aws.vpc" is "Pulumi.dev.yaml:44: cluster
 * eks-dev: aws.vpc". What isn't there gets the line of what it is missing from. What is wrong with an application stands where one of
 * `declarations` declares it. Anything else is as it was.
 */
export function locatedIn(
  { name, text }: ConfigFile,
  error: unknown,
  declarations: readonly ConfigFile[] = [],
): unknown {
  if (!(error instanceof PalisadeInputError)) return error;
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = createRequire(__filename)(
    "yaml",
  ) as typeof Yaml;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent" });
  /** The line of the innermost part of a path that is there, and the value of the whole path. */
  const found = (path: Path): { readonly line: number | undefined; readonly value: unknown } => {
    let node: unknown = document.contents;
    let offset: number | undefined;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        offset = isScalar(pair?.key) ? (pair.key.range?.[0] ?? offset) : offset;
        node = pair?.value;
      } else if (isSeq(node)) {
        node = typeof step === "number" ? node.items[step] : undefined;
        offset = (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? offset;
      } else break;
    }
    return {
      line: offset === undefined ? undefined : lines.linePos(offset).line,
      value: isScalar(node) ? node.value : undefined,
    };
  };
  const located = (problem: Problem): Problem => {
    const [first, ...inner] = problem.place;
    if (first?.kind === "application") return declaredIn(declarations, first.application, problem);
    if (first?.kind !== "path" || !isOfConfig(problem)) return problem;
    const { key, path } = inFile(first.path);
    const { line } = found(["config", key, ...path]);
    const [index, ...rest] = path;
    const called =
      key === CLUSTERS && index !== undefined ? found(["config", key, index, "name"]).value : undefined;
    const below: Place = typeof called === "string" ? [...atCluster(called), ...atPath(...rest)] : [first];
    return {
      ...problem,
      place: within(within(atSource(name, line === undefined ? {} : { line }), below), inner),
    };
  };
  const [first, ...others] = error.problems;
  return new PalisadeInputError([located(first), ...others.map(located)], error.kind);
}

/** The lists of a declaration whose items problems are about, by the first word of what these are called. */
const LISTS: Readonly<Record<string, string>> = { flow: "flows", workload: "workloads" };

/** A problem of an application, at the file and line that declare it. */
function declaredIn(declarations: readonly ConfigFile[], application: string, problem: Problem): Problem {
  const [, about] = problem.place;
  const list = about?.kind === "subject" ? LISTS[about.subject.split(" ")[0] ?? ""] : undefined;
  for (const { name, text } of declarations) {
    const line = lineOfDeclaration(text, application, list);
    if (line !== undefined) return { ...problem, place: within(atSource(name, { line }), problem.place) };
  }
  return problem;
}

const CLUSTERS = "palisade:clusters";

/** A path of the config as it stands in the file: its key there, and the way below it. */
function inFile([first, ...path]: Path): { readonly key: string; readonly path: Path } {
  return { key: first === "clusters" ? CLUSTERS : String(first), path };
}

const isOfConfig = ({ place: [first] }: Problem): boolean =>
  first?.kind === "path" && (first.path[0] === "clusters" || String(first.path[0]).startsWith("palisade:"));
