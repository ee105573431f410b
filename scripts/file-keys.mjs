/** What a file's findings hang on, as a hash: its text, and the texts of all that it imports, directly or not (scripts/lint.mjs). */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** @param {...(string | Uint8Array)} texts */
export function digest(...texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("base64url");
}

/**
 * Reads each file once.
 * @param {string} root folder that files are named from
 * @returns a function from a file to its key: another one where the file has changed, something that it imports, or what an import finds
 */
export function fileKeys(root) {
  const known = new Map();
  function reading(file) {
    let found = known.get(file);
    if (found === undefined) {
      const text = readFileSync(path.join(root, file), "utf8");
      const named = /\.[cm]?[jt]sx?$/.test(file) ? ts.preProcessFile(text, true, true).importedFiles : [];
      found = {
        sum: digest(file, text),
        imports: named.flatMap(({ fileName }) => resolved(root, file, fileName)),
      };
      known.set(file, found);
    }
    return found;
  }
  return (file) => {
    const met = new Set([file]);
    for (const each of met) for (const imported of reading(each).imports) met.add(imported);
    return digest(file, ...[...met].map((each) => reading(each).sum).sort());
  };
}

/** The file of ours that an import names; none for a package's. */
function resolved(root, from, name) {
  if (!name.startsWith(".")) return [];
  const plain = path.join(path.dirname(from), name);
  const asTypeScript = plain.replace(/\.([cm]?)js$/, ".$1ts");
  const candidates = [
    plain,
    asTypeScript,
    `${plain}.ts`,
    `${plain}.d.ts`,
    path.join(plain, "index.ts"),
    `${plain}.js`,
  ];
  return candidates.filter((file) => /\.\w+$/.test(file) && existsSync(path.join(root, file))).slice(0, 1);
}
