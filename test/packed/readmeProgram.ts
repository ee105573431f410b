import { readFileSync } from "node:fs";
import path from "node:path";

const readmeOf = (folder: string): string =>
  readFileSync(path.join(__dirname, "..", "..", folder, "README.md"), "utf8");

const README = readmeOf("library");
const PACK_README = readmeOf("policypack");

/** The code blocks of a README in one language, in their order. */
const blocks = (readme: string, language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

const [applications = "", program = ""] = blocks(README, "ts");
const [project = "", config = ""] = blocks(README, "yaml");
const [ownPack = ""] = blocks(PACK_README, "typescript");
const [packConfig = ""] = blocks(PACK_README, "json");

/** What the policy pack's README shows: a pack around it, and a configuration. */
export const README_PACK = { ownPack, packConfig };

/** The files of a program as the package's README has it. */
export const README_PROGRAM: Readonly<Record<string, string>> = {
  "Pulumi.yaml": project,
  "applications/index.ts": applications,
  "index.ts": program,
  "Pulumi.dev.yaml": config,
};

/** The commands that the README runs on manifests, their arguments only. */
export const README_COMMANDS: readonly (readonly string[])[] = [
  ...README.matchAll(/^ {4}npx palisade ((?:reach|explain|check|diff) .*)$/gm),
].map(([, line = ""]) => (line.split("#")[0] ?? "").trim().split(/\s+/));
