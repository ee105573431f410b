import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(__dirname, "..", "..");

/** A command that a page tells its reader to run. */
export interface PageCommand {
  readonly page: string;
  /** As it is printed, without what explains it beside. */
  readonly line: string;
}

const PROGRAMS =
  "npm|npx|node|bash|sh|palisade|pulumi|kubectl|kustomize|helm|hubble|git|eval|export|curl|docker";
const COMMAND = new RegExp(`^(?:[A-Z0-9_]+=\\S+ )*(?:${PROGRAMS}|\\S*\\.sh) `);

/** Every page that people read: of this repository, and of the packages. */
export const pages = (): readonly string[] =>
  execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((page) => !/CHANGELOG|^docs\/reference\/|^test\//.test(page));

/** The commands of a page's blocks, indented or fenced, and of its tables that answer a question with a command, in their order. */
export function commandsOf(page: string, text = readFileSync(path.join(ROOT, page), "utf8")): PageCommand[] {
  let fence: string | undefined;
  let before = "";
  let inside = false;
  return text.split("\n").flatMap((line) => {
    const opened = /^ *```(\w*)/.exec(line);
    if (opened !== null) {
      fence = fence === undefined ? opened[1] : undefined;
      inside = false;
      return [];
    }
    // A table of questions and commands.
    const [, cell] = /^\|.*\| `((?:npx )?palisade [^`]+)` +\|$/.exec(line) ?? [];
    if (cell !== undefined) return [{ page, line: cell }];
    inside = line.startsWith("    ") && (inside || before.trim() === "");
    before = line;
    const isShell = fence === undefined ? inside : ["", "sh", "bash", "shell", "console"].includes(fence);
    const command = line.trim().replace(/^\$ /, "");
    // What explains a command stands behind it, after two spaces or more.
    return isShell && COMMAND.test(command) ? [{ page, line: command.replace(/ {2,}.*$| +# .*$/, "") }] : [];
  });
}
