// Tests: test/cli/manifests/sources.test.ts
import { type Stats, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { atSource, inputError, PalisadeInputError } from "../../problems";

/** One file's bytes, under the name that messages give it. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether it was found below a folder, and not named: it needn't be a manifest. */
  readonly found?: true;
}

/** What a manifest's file name ends in. */
export const MANIFEST = /\.(ya?ml|json)$/i;
/** Folders that never hold a cluster's manifests, and often thousands of others. */
export const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

/**
 * The files that some paths mean: a file is itself, `-` is standard input, a folder is every .yaml, .yml and .json
 * file below it, in the order of names. A folder that links lead to twice is read once.
 * @throws PalisadeInputError for a path that isn't there, can't be read, or holds no manifest.
 */
export function readPaths(paths: readonly string[]): InputFile[] {
  return paths.flatMap((path): InputFile[] => {
    if (path === "-") return [{ name: "-", bytes: attempt("standard input", () => readFileSync(0)) }];
    if (!attempt(path, () => statSync(path)).isDirectory()) return [read(path)];
    const files = filesBelow(path, new Set());
    if (files.length === 0) throw inputError(atSource(path), "holds no .yaml, .yml or .json file");
    return files.map((file): InputFile => ({ ...read(file), found: true }));
  });
}

function filesBelow(folder: string, visited: Set<string>): string[] {
  const real = attempt(folder, () => realpathSync(folder));
  if (visited.has(real)) return [];
  visited.add(real);
  const names = attempt(folder, () => readdirSync(folder)).sort();
  return names.flatMap((name): string[] => {
    const path = join(folder, name);
    const stat = targetOf(path);
    // A link that leads nowhere may have meant a manifest: that is an error, unless its name says otherwise.
    if (typeof stat === "string") {
      if (!MANIFEST.test(name)) return [];
      throw inputError(atSource(path), stat);
    }
    if (stat.isDirectory()) return SKIPPED.has(name) ? [] : filesBelow(path, visited);
    return stat.isFile() && (MANIFEST.test(name) || name === "Kustomization") ? [path] : [];
  });
}

/** What stands at a path, or why its link leads to nothing. */
function targetOf(path: string): Stats | string {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? "a link that leads nowhere";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOOP") throw inputError(atSource(path), reason(error));
    return reason(error);
  }
}

const read = (path: string): InputFile => ({ name: path, bytes: attempt(path, () => readFileSync(path)) });

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof PalisadeInputError) throw error;
    throw inputError(atSource(path), reason(error));
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  switch (code) {
    case "ENOENT":
      return "no such file or folder";
    case "EACCES":
    case "EPERM":
      return "not readable: permission denied";
    case "ELOOP":
      return "links that lead in a circle";
    case "ERR_FS_FILE_TOO_LARGE":
      return "too large: more than 2 GiB";
    default:
      return `not readable: ${code === "" ? String(error) : code}`;
  }
}
