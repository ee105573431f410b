/**
 * `eslint .`, without the files of which nothing has changed since they were last found clean: its rules need types, and so minutes of
 * processor time for what is mostly as before. A finding hangs on a file and what it imports (file-keys.mjs), on the rules, the compiler's
 * options and the packages; what is clean is remembered by a hash of all of these, in node_modules/.cache.
 *
 *   node scripts/lint.mjs            with what is remembered
 *   node scripts/lint.mjs --all      every file
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";
import { digest, fileKeys } from "./file-keys.mjs";

const root = path.join(import.meta.dirname, "..");
process.chdir(root);
const memory = path.join("node_modules", ".cache", "palisade", "lint", "clean.json");

const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" });
const files = listed.split("\n").filter((file) => file !== "" && existsSync(file));

/** What every finding hangs on: rules, options, packages, and types that a file has without an import. */
const shared = files.filter(
  (file) =>
    /^(eslint\.config\.mjs|package-lock\.json|scripts\/(lint|file-keys)\.mjs)$/.test(file) ||
    /(^|\/)(tsconfig[^/]*|package)\.json$/.test(file) ||
    /\.d\.[cm]?ts$/.test(file),
);
const environment = digest(process.version, ...shared.flatMap((file) => [file, readFileSync(file)]));

function remembered() {
  try {
    return new Set(JSON.parse(readFileSync(memory, "utf8")));
  } catch {
    return new Set();
  }
}

const known = process.argv.includes("--all") ? new Set() : remembered();
const eslint = new ESLint();
const keyOf = fileKeys(root);
const keys = new Map();
for (const file of files.filter((each) => /\.[cm]?tsx?$/.test(each)))
  if (!(await eslint.isPathIgnored(file))) keys.set(file, digest(environment, keyOf(file)));
const asked = [...keys].flatMap(([file, key]) => (known.has(key) ? [] : [file]));
const found = asked.length === 0 ? [] : await eslint.lintFiles(asked);
const unclean = new Set(found.flatMap(({ filePath, messages }) => (messages.length > 0 ? [filePath] : [])));
const clean = [...keys].flatMap(([file, key]) => (unclean.has(path.join(root, file)) ? [] : [key]));

mkdirSync(path.dirname(memory), { recursive: true });
writeFileSync(`${memory}.${process.pid}`, JSON.stringify(clean));
renameSync(`${memory}.${process.pid}`, memory);

const formatter = await eslint.loadFormatter();
process.stdout.write(await formatter.format(found));
if (unclean.size > 0) process.exitCode = 1;
