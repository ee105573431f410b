import { diff } from "../reachability/diff";
import { diffJson, diffMarkdown, diffTxt, gainsAny } from "../reachability/formats/diff";
import { SavedError, isSaved, readSaved } from "../reachability/saved";
import type { UnitRelation } from "../reachability/units";
import { EXIT } from "./exit";
import { InputPathError, type InputFile, readPaths } from "./manifests/files";
import { readRevision } from "./manifests/git";
import { BadInput, type Loaded, type WorldFlags, loadFiles } from "./manifests/load";
import { load, orBadInput, print, relationOf as relationOfWorlds } from "./reach";

/** The formats of `palisade diff`. */
export const DIFF_FORMATS = ["txt", "md", "json"] as const;

/** The options of `palisade diff`, as commander parses them. */
export interface DiffFlags extends WorldFlags {
  readonly format?: (typeof DIFF_FORMATS)[number];
  readonly json?: boolean;
  readonly failOn?: "gained";
}

interface Read {
  readonly relation: UnitRelation;
  readonly warnings: readonly string[];
}

/**
 * Runs `palisade diff A B`: what is reachable in B and wasn't in A, and the reverse. Each is a file or folder, a saved
 * `reach --json`, `stack:NAME`, `git:REV:PATH`, or `git:REV` for the other side's path as it was then.
 */
export async function run(before: string, after: string, flags: DiffFlags): Promise<number> {
  return orBadInput(async () => {
    const old = await relationOf(before, after, flags);
    const young = await relationOf(after, before, flags);
    const warnings = [...new Set([...old.warnings, ...young.warnings])];
    const result = diff(old.relation, young.relation);
    const format = flags.json === true ? "json" : (flags.format ?? "txt");
    if (format === "json") print([diffJson(result, warnings)]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print(format === "md" ? diffMarkdown(result) : diffTxt(result));
    }
    return flags.failOn === "gained" && gainsAny(result) ? EXIT.finding : EXIT.clean;
  });
}

async function relationOf(text: string, other: string, flags: WorldFlags): Promise<Read> {
  const stack = /^stack:(.+)$/.exec(text)?.[1];
  if (stack !== undefined) return analyzed(await load([], { ...flags, stack }));
  const [, revision, path] = /^git:([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (revision === undefined) return ofFiles(text, filesOf(text), flags);
  if (path === undefined && /^(git|stack):/.test(other)) {
    throw new BadInput([`${text}: which path? Write ${text}:PATH`]);
  }
  return ofFiles(text, readRevision(revision, path ?? other), flags);
}

function filesOf(path: string): InputFile[] {
  try {
    return readPaths([path]);
  } catch (error) {
    if (!(error instanceof InputPathError)) throw error;
    throw new BadInput([error.message]);
  }
}

function ofFiles(name: string, files: readonly InputFile[], flags: WorldFlags): Read {
  const [only, ...others] = files;
  const saved = only !== undefined && others.length === 0 ? savedIn(only) : undefined;
  if (saved === undefined) return analyzed([loadFiles(files, flags)]);
  try {
    return { relation: readSaved(saved), warnings: [] };
  } catch (error) {
    if (!(error instanceof SavedError)) throw error;
    throw new BadInput([`${name}: ${error.message}`]);
  }
}

function savedIn({ bytes }: InputFile): unknown {
  const text = bytes.toString("utf8");
  if (!/^\s*\{\s*"ends"/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function analyzed(loaded: readonly Loaded[]): Read {
  const { whole, warnings } = relationOfWorlds(loaded);
  return { relation: whole, warnings };
}
