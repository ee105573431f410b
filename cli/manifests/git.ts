import { execFileSync } from "node:child_process";
import { posix } from "node:path";
import { MANIFEST, SKIPPED, type InputFile } from "./files";
import { BadInput } from "./load";

/**
 * The manifests of a git revision: every .yaml, .yml and .json file at or below `path`, which is relative to the
 * current folder, as a folder is read: links are followed, node_modules is left out.
 * @throws BadInput when git, the revision or the path isn't there, or a link leads out of the revision.
 */
export function readRevision(revision: string, path: string): InputFile[] {
  if (revision.startsWith("-")) throw new BadInput([`git:${revision}: no revision begins with a dash`]);
  const files = filesAt(revision, path, path, { links: [], folders: new Set() });
  if (files.length === 0) throw new BadInput([`git:${revision}:${path}: no .yaml, .yml or .json file there`]);
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
      return MANIFEST.test(name)
        ? [{ name: `${revision}:${here}`, bytes: read(), ...(below === "" ? {} : { found: true }) }]
        : [];
    const target = posix.join(posix.dirname(name), read().toString("utf8"));
    const found = links.includes(name)
      ? []
      : filesAt(revision, target, here, { links: [...links, name], folders });
    if (found.length > 0 || !MANIFEST.test(name) || folders.has(target)) return found;
    throw new BadInput([`git:${revision}:${here}: a link to ${target}, where the revision has no manifest`]);
  });
}

/** Git's mode of a symbolic link. */
const LINK = "120000";

function git(args: readonly string[], revision: string): Buffer {
  try {
    return execFileSync("git", args, { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const [said = "git isn't installed"] = (stderr?.toString("utf8") ?? "")
      .split("\n")
      .filter((line) => line !== "");
    throw new BadInput([`git:${revision}: ${said}`]);
  }
}
