// Tests: test/cli/manifests/sources.test.ts
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { BuildFlags } from "./build";
import { MANIFEST, SKIPPED, type InputFile } from "./files";
import { isBuilt } from "./input";
import { atSource, inputError } from "../../problems";

/**
 * Does something with the manifests that a git revision has at some paths. Where they have to be built, the revision is there in full, in a folder of
 * its own, for as long as it takes: bases and values may be anywhere in the repository. The repository itself isn't touched.
 * @throws PalisadeInputError as `readRevision`
 */
export function atRevision<F extends BuildFlags, T>(
  revision: string,
  paths: readonly string[],
  flags: F,
  use: (files: readonly InputFile[], flags: F) => T,
): T {
  const files = paths.flatMap((path) => readRevision(revision, path));
  if (!files.some(isBuilt)) return use(files, flags);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "palisade-git-")));
  try {
    const { own } = checkedOut(revision, folder, ".");
    return use(files, { ...flags, checkout: { shown: `${revision}:`, folder: join(folder, "tree", own) } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Does something with a Pulumi project as it is at a git revision: in a folder of its own for as long as it takes, beside the packages
 * that are installed now.
 * @param cwd a folder of the project; `use` gets its like.
 * @throws PalisadeInputError when git or the revision isn't there.
 */
export async function projectAtRevision<T>(
  revision: string,
  cwd: string,
  use: (cwd: string) => Promise<T>,
): Promise<T> {
  if (revision.startsWith("-"))
    throw inputError(atSource(`git:${revision}`), "no revision begins with a dash");
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "palisade-git-")));
  try {
    const { top, own } = checkedOut(revision, folder, cwd);
    for (let below = own; ; below = dirname(below)) {
      const [there, here] = [join(top, below, "node_modules"), join(folder, "tree", below, "node_modules")];
      if (existsSync(there) && !existsSync(here) && existsSync(dirname(here))) symlinkSync(there, here);
      if (below === ".") break;
    }
    return await use(join(folder, "tree", own));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts all of a revision into `tree` in a folder: where the repository is, and the current folder in it, "." for its top. */
function checkedOut(
  revision: string,
  folder: string,
  cwd: string,
): { readonly top: string; readonly own: string } {
  const asked = (what: string) => git(["rev-parse", what], revision, { cwd }).toString("utf8").trimEnd();
  const [top, below] = [asked("--show-toplevel"), asked("--show-prefix")];
  // An index of our own: the repository's stays as it is.
  const how = { cwd: top, env: { ...process.env, GIT_INDEX_FILE: join(folder, "index") } };
  git(["read-tree", revision], revision, how);
  git(["checkout-index", "--all", `--prefix=${join(folder, "tree")}/`], revision, how);
  return { top, own: join(".", below, ".") };
}

/**
 * The manifests of a git revision: every .yaml, .yml and .json file at or below `path`, which is relative to the
 * current folder, as a folder is read: links are followed, node_modules is left out.
 * @throws PalisadeInputError when git, the revision or the path isn't there, or a link leads out of the revision.
 */
export function readRevision(revision: string, path: string): InputFile[] {
  if (revision.startsWith("-"))
    throw inputError(atSource(`git:${revision}`), "no revision begins with a dash");
  const files = filesAt(revision, path, path, { links: [], folders: new Set() });
  if (files.length === 0)
    throw inputError(atSource(`git:${revision}:${path}`), "no .yaml, .yml or .json file there");
  return files;
}

/** How one gets to a path of the revision: by which links, and past which folders, each of which is read once. */
interface Way {
  readonly links: readonly string[];
  readonly folders: Set<string>;
}

/** The files of a folder or file of the revision; `shown` is what it is called, which links may have changed. */
function filesAt(revision: string, path: string, shown: string, { links, folders }: Way): InputFile[] {
  if (folders.has(path)) return [];
  const listed = git(["ls-tree", "-r", "-z", revision, "--", path], revision).toString("utf8");
  return listed.split("\0").flatMap((line): InputFile[] => {
    const [, mode, name] = /^(\d+) \w+ \w+\t([^]*)$/.exec(line) ?? [];
    if (mode === undefined || name === undefined) return [];
    const below = posix.relative(path, name);
    if (below !== "") folders.add(path);
    if (below.split("/").some((part) => SKIPPED.has(part))) return [];
    const here = below === "" ? shown : posix.join(shown, below);
    const read = () => git(["show", `${revision}:./${name}`], revision);
    if (mode !== LINK)
      return MANIFEST.test(name) || posix.basename(name) === "Kustomization"
        ? [{ name: `${revision}:${here}`, bytes: read(), ...(below === "" ? {} : { found: true }) }]
        : [];
    const target = posix.join(posix.dirname(name), read().toString("utf8"));
    const found = links.includes(name)
      ? []
      : filesAt(revision, target, here, { links: [...links, name], folders });
    if (found.length > 0 || !MANIFEST.test(name) || folders.has(target)) return found;
    throw inputError(
      atSource(`git:${revision}:${here}`),
      `a link to ${target}, where the revision has no manifest`,
    );
  });
}

/** Git's mode of a symbolic link. */
const LINK = "120000";

function git(
  args: readonly string[],
  revision: string,
  how: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Buffer {
  try {
    return execFileSync("git", args, { ...how, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const [said = "git isn't installed"] = (stderr?.toString("utf8") ?? "")
      .split("\n")
      .filter((line) => line !== "");
    throw inputError(atSource(`git:${revision}`), said);
  }
}
