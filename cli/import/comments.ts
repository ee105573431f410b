// Tests: test/cli/import/words.test.ts
import { isMap, isNode, isPair, isScalar, isSeq, parseAllDocuments, type Node, type YAMLMap } from "yaml";
import type { InputFile } from "../manifests/files";

/** Comments of one policy's document: above it, and at its rules by their place ("spec.ingress[0]"). */
export interface PolicyComments {
  readonly above: string | undefined;
  readonly rules: ReadonlyMap<string, string>;
}

/** Finds a document's comments; files are read a second time, by the parser that keeps them. */
export function commentFinder(
  files: readonly InputFile[],
): (file: string, document: number, path: readonly (string | number)[]) => PolicyComments {
  const parsed = new Map<string, readonly unknown[]>();
  const documentsOf = (name: string): readonly unknown[] => {
    const known = parsed.get(name);
    if (known !== undefined) return known;
    const file = files.find((one) => one.name === name);
    const text = file?.bytes.toString("utf8") ?? "";
    // JSON has none.
    const read = /^\s*[[{]/.test(text)
      ? []
      : parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false, merge: true });
    const documents = Array.isArray(read) ? read : [];
    parsed.set(name, documents);
    return documents;
  };
  return (file, document, path) => {
    const root = documentsOf(file)[document - 1] as
      { contents?: unknown; commentBefore?: string | null } | undefined;
    let node: unknown = root?.contents;
    for (const step of path) node = isMap(node) || isSeq(node) ? node.get(step, true) : undefined;
    const rules = new Map<string, string>();
    if (!isMap(node)) return { above: undefined, rules };
    const spec = node.get("spec", true);
    for (const direction of ["ingress", "egress"]) {
      const list = isMap(spec) ? spec.get(direction, true) : undefined;
      if (!isSeq(list)) continue;
      list.items.forEach((item, index) => {
        const said = commentOf(item, index === 0 ? list.commentBefore : undefined);
        if (said !== undefined) rules.set(`spec.${direction}[${index}]`, said);
      });
    }
    const [first] = node.items;
    const above = isScalar(first?.key) ? first.key.commentBefore : undefined;
    return {
      above: cleaned(path.length === 0 ? root?.commentBefore : undefined, node.commentBefore, above),
      rules,
    };
  };
}

/** The comment of a rule: above it, behind its first key, or above its first peer. */
function commentOf(item: unknown, above: string | null | undefined): string | undefined {
  if (!isMap(item)) return undefined;
  const [first] = item.items;
  const value = isPair(first) && isNode(first.value) ? first.value : undefined;
  const key = isPair(first) && isScalar(first.key) ? first.key : undefined;
  const peer = isSeq(value) ? value.items[0] : undefined;
  return (
    cleaned(above, item.commentBefore, key?.commentBefore) ??
    cleaned(value?.commentBefore, isNode(peer) ? peer.commentBefore : undefined) ??
    cleaned(commentAfter(item))
  );
}

const commentAfter = (item: YAMLMap): string | undefined => (item as Node).comment ?? undefined;

/** Prose of some comments on one line; undefined where there is none: rulers, titles of one word, and YAML that is commented out. */
function cleaned(...comments: readonly (string | null | undefined)[]): string | undefined {
  const lines = comments.flatMap((comment) => comment?.split("\n") ?? []).map((line) => line.trim());
  const prose = lines.filter((line) => /\p{L}/u.test(line) && !isYaml(line));
  const text = prose
    .join(" ")
    .replaceAll(/[-=#*]{3,}/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return /\p{L}\S*\s+\S/u.test(text) ? text : undefined;
}

const isYaml = (line: string): boolean => /^(- )?[\w./-]+:(\s*$|\s+\S+$|\s+[[{"'])|^- \S+$|^---/.test(line);
