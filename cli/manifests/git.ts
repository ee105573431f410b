import { execFileSync } from "node:child_process";
import type { InputFile } from "./files";
import { BadInput } from "./load";

/**
 * The manifests of a git revision: every .yaml, .yml and .json file at or below `path`, which is relative to the
 * current folder, as it was then.
 * @throws BadInput when git, the revision or the path isn't there.
 */
export function readRevision(revision: string, path: string): InputFile[] {
  if (revision.startsWith("-")) throw new BadInput([`git:${revision}: no revision begins with a dash`]);
  const listed = git(["ls-tree", "-r", "-z", "--name-only", revision, "--", path], revision).toString("utf8");
  const names = listed.split("\0").filter((name) => /\.(ya?ml|json)$/i.test(name));
  if (names.length === 0) throw new BadInput([`git:${revision}:${path}: no .yaml, .yml or .json file there`]);
  return names.map((name) => ({
    name: `${revision}:${name}`,
    bytes: git(["show", `${revision}:./${name}`], revision),
  }));
}

function git(args: readonly string[], revision: string): Buffer {
  try {
    return execFileSync("git", args, { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const [said = "git isn't there"] = (stderr?.toString("utf8") ?? "")
      .split("\n")
      .filter((line) => line !== "");
    throw new BadInput([`git:${revision}: ${said}`]);
  }
}
