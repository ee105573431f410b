import { readFileSync } from "node:fs";
import path from "node:path";

const README = readFileSync(path.join(__dirname, "..", "..", "library", "README.md"), "utf8");

/** The code blocks of the package's README in one language, in their order. */
const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

const [applications = "", program = ""] = blocks("ts");
const [config = ""] = blocks("yaml");

/** The files of a program as the package's README has it. */
export const README_PROGRAM: Readonly<Record<string, string>> = {
  "Pulumi.yaml": "name: ours\nruntime: nodejs\n",
  "applications/index.ts": applications,
  "index.ts": program,
  "Pulumi.dev.yaml": config,
};

/** The commands that the README runs on manifests, their arguments only. */
export const README_COMMANDS: readonly (readonly string[])[] = [
  ...README.matchAll(/^ {4}npx palisade ((?:reach|explain|check|diff) .*)$/gm),
].map(([, line = ""]) => (line.split("#")[0] ?? "").trim().split(/\s+/));
