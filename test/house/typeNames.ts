import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");

/** A source file, as text and by its path from the repository's root. */
export interface NamedSource {
  readonly file: string;
  readonly text: string;
}

export const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** Every TypeScript file that is kept; undefined where the files aren't a repository's. */
export const kept = (): readonly string[] | undefined =>
  existsSync(path.join(ROOT, ".git"))
    ? execFileSync("git", ["ls-files", "*.ts"], { cwd: ROOT, encoding: "utf8" })
        .trim()
        .split("\n")
        .filter((file) => existsSync(path.join(ROOT, file)))
    : undefined;

export const isProduct = (file: string): boolean => !/^(test|bench|findings|scripts)\//.test(file);

const DECLARED =
  /^(?<exported>export )?(?:declare )?(?:abstract |const )?(?:type|interface|class|enum) (?<name>\w+)/gm;

/**
 * The names that one file exports as a type and another one declares too, with the files: "End: flows/a.ts, proof/b.ts". A name that
 * only files of its own use is nobody else's business.
 */
export function typeNameClashes(sources: readonly NamedSource[]): string[] {
  const declared = new Map<string, Set<string>>();
  const exported = new Set<string>();
  for (const { file, text } of sources) {
    for (const { groups } of text.matchAll(DECLARED)) {
      const name = groups?.["name"] ?? "";
      declared.set(name, (declared.get(name) ?? new Set()).add(file));
      if (groups?.["exported"] !== undefined) exported.add(name);
    }
  }
  return [...declared]
    .filter(([name, files]) => files.size > 1 && exported.has(name))
    .map(([name, files]) => `${name}: ${[...files].sort().join(", ")}`)
    .sort();
}
