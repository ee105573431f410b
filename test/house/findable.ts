import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const ROOT = path.join(__dirname, "..", "..");

/** A source file, as text and by its path from the repository's root. */
interface SourceFile {
  readonly file: string;
  readonly text: string;
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** Every TypeScript file that is kept, tests and fixtures included. */
const kept = (): readonly string[] =>
  execFileSync("git", ["ls-files", "*.ts"], { cwd: ROOT, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((file) => existsSync(path.join(ROOT, file)));

/** Folders whose files are no product: tests, measurements, and what shows others' mistakes. */
const NOT_SOURCE = /^(test|bench|findings)\//;

/** What needs no test of its own: faces, by name or because all that they do is export, and files of types alone. */
const isExempt = ({ file, text }: SourceFile): boolean =>
  path.basename(file) === "index.ts" || file.endsWith(".d.ts") || isWithoutCode(text);

/** Whether nothing is left of a file once its types and what it exports of others are gone. */
function isWithoutCode(text: string): boolean {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      removeComments: true,
    },
  });
  return outputText.replaceAll(/export \{[^}]*\}(?: from "[^"]*")?;/g, "").trim() === "";
}

/** The tests that a file's head names: `Tests: test/a.test.ts, test/b.test.ts` in a comment before its code. */
export function namedTests(text: string): readonly string[] {
  const head = /^(?:\s*(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/))*/.exec(text)?.[0] ?? "";
  const [, names = ""] = /\bTests:((?:[\s,*]|\/\/|test\/[\w./-]*?\.(?:test|suite)\.ts)+)/.exec(head) ?? [];
  return names.match(/test\/[\w./-]*?\.(?:test|suite)\.ts/g) ?? [];
}

/** The nearest face above a file: its folder's index.ts, or that of a folder around it. */
function faceOf(file: string): string | undefined {
  for (let folder = path.dirname(file); folder !== "."; folder = path.dirname(folder)) {
    const face = `${folder}/index.ts`;
    if (existsSync(path.join(ROOT, face))) return face;
  }
  return undefined;
}

/** What a test's files hold together: from it, every file that it imports, or names by a relative path. */
function reachedFrom(test: string): ReadonlySet<string> {
  const found = new Set<string>();
  const left = [test];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    left.push(...neighboursOf(file));
  }
  return found;
}

const neighbours = new Map<string, readonly string[]>();

function neighboursOf(file: string): readonly string[] {
  const known = neighbours.get(file) ?? importsOf(file);
  neighbours.set(file, known);
  return known;
}

/** What tests run as users do, by the file that starts or builds it. */
const STARTED: Readonly<Record<string, string>> = {
  "bin/palisade.js": "cli/main.ts",
  "scripts/build-policypack.mjs": "policypack/main.ts",
};

/** `, "a", "b"` as a path. */
const joined = (names: string): string =>
  [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name).join("/");

/** The files that a file imports, lists by a relative path, starts from its own folder, or runs as users do. */
function importsOf(file: string): readonly string[] {
  const text = read(file);
  const relative = [...text.matchAll(/["'](\.{1,2}\/[^"'\n]*)["']/g)].map(([, name = ""]) => name);
  const beside = [...text.matchAll(/\b(?:__dirname|folder)((?:, "[\w.-]+")+)/g)].map(([, names = ""]) =>
    joined(names),
  );
  const engines = [...text.matchAll(/engineFolder((?:, "[\w.-]+")+)/g)].map(([, names = ""]) =>
    path.relative(path.dirname(file), `engine/${joined(names)}`),
  );
  return [
    ...[...relative, ...beside, ...engines]
      .map((name) => path.join(path.dirname(file), name.replace(/\.(js|ts)$/, "")))
      .flatMap((name) => [`${name}.ts`, `${name}/index.ts`, `${name}.js`])
      .filter((one) => existsSync(path.join(ROOT, one))),
    ...Object.entries(STARTED).flatMap(([by, entry]) => (text.includes(path.basename(by)) ? [entry] : [])),
  ];
}

/** Where a source file's test is to be found. */
export interface Findable {
  readonly file: string;
  /** The tests that it is found by: at the like path, by its head, or by its folder's face. */
  readonly tests: readonly string[];
  /** Of these, those that aren't there, or that hold nothing of the file. */
  readonly wrong: readonly string[];
}

/** Every source file that needs a test, and where it is found. */
export function findable(): readonly Findable[] {
  return kept()
    .filter((file) => !NOT_SOURCE.test(file))
    .map((file): SourceFile => ({ file, text: read(file) }))
    .filter((one) => !isExempt(one))
    .map(({ file, text }) => {
      const like = `test/${file.replace(/\.ts$/, ".test.ts")}`;
      if (existsSync(path.join(ROOT, like))) return { file, tests: [like], wrong: [] };
      const own = namedTests(text);
      const face = faceOf(file);
      const tests = own.length > 0 || face === undefined ? own : namedTests(read(face));
      return { file, tests, wrong: wrongOf(file, tests, own.length > 0) };
    });
}

/** Of the tests that a file names, each must reach it; of those that a face names for all its files, one. */
function wrongOf(file: string, tests: readonly string[], own: boolean): readonly string[] {
  const there = tests.filter((test) => existsSync(path.join(ROOT, test)));
  const missing = tests.filter((test) => !there.includes(test));
  const idle = there.filter((test) => !reachedFrom(test).has(file));
  return [...missing, ...(own || idle.length === there.length ? idle : [])];
}
