// Tests: test/cli/htmlReport.test.ts
import { execFileSync } from "node:child_process";

/** The commit that a folder is at, and whether its files differ from it; undefined outside a repository. */
export function commitOf(folder: string): string | undefined {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "HEAD");
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `commit ${commit}${changed ? ", with changes that aren't committed" : ""}`;
  } catch {
    return undefined;
  }
}
