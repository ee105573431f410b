"use strict";
/**
 * Runs TypeScript without type checks: a require hook for `.ts` files. Type checks belong to `npm run check`.
 *
 * Each file is transpiled once and kept under node_modules/.cache/palisade, one entry a source path, valid while
 * source and transpiler are the same. A first miss transpiles every file that it reaches by relative imports in one
 * esbuild run, because starting esbuild costs more than what it does. Plain JavaScript, since it must run before any
 * TypeScript can. Positions map back to the source on demand only: mapping every stack trace costs seconds.
 */
const crypto = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const esbuildFolder = path.dirname(require.resolve("esbuild/package.json"));
const cacheFolder = path.join(esbuildFolder, "..", ".cache", "palisade", "typescript");
/** What a cached entry depends on besides the source: raise it when the options below change. */
const generation = `1 ${JSON.parse(fs.readFileSync(path.join(esbuildFolder, "package.json"), "utf8")).version}`;

/** Results of this process, by source path: what a cache that can't be written would lose. */
const transpiled = new Map();

const digest = (text) => crypto.createHash("sha256").update(text).digest("base64url");

function tsconfigOf(file, seen = tsconfigs) {
  const folder = path.dirname(file);
  const known = seen.get(folder);
  if (known !== undefined) return known;
  const here = path.join(folder, "tsconfig.json");
  let text = "";
  if (fs.existsSync(here)) text = fs.readFileSync(here, "utf8");
  else if (path.dirname(folder) !== folder) text = tsconfigOf(folder, seen);
  seen.set(folder, text);
  return text;
}
const tsconfigs = new Map();

function entryOf(file, source) {
  return {
    file,
    stamp: `// ${digest(`${generation}\n${tsconfigOf(file)}\n${source}`)}\n`,
    at: path.join(cacheFolder, digest(file)),
  };
}

function readCached(entry) {
  try {
    const text = fs.readFileSync(`${entry.at}.js`, "utf8");
    if (text.startsWith(entry.stamp)) return { code: text, map: () => fs.readFileSync(`${entry.at}.map`, "utf8") };
  } catch {
    // No entry yet.
  }
  return undefined;
}

function writeCached(entry, code, map) {
  try {
    fs.mkdirSync(cacheFolder, { recursive: true });
    for (const [name, text] of [
      [`${entry.at}.map`, map],
      [`${entry.at}.js`, code],
    ]) {
      const draft = `${name}.${process.pid}`;
      fs.writeFileSync(draft, text);
      fs.renameSync(draft, name);
    }
  } catch {
    // A read-only installation runs too, only slower.
  }
}

const importPattern = /(?:\bfrom\s*|\bimport\s*|\brequire\(\s*|\bimport\(\s*)["'](\.{1,2}\/[^"']*|\.{1,2})["']/g;

/** Every entry that must be transpiled when `file` is: itself and what it reaches by relative imports. */
function staleEntries(file, source) {
  const stale = [];
  const seen = new Set([file]);
  const queue = [[file, source]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const entry = entryOf(...next);
    if (readCached(entry) === undefined) stale.push(entry);
    for (const [, specifier] of next[1].matchAll(importPattern)) {
      const base = path.resolve(path.dirname(next[0]), specifier);
      const target = [`${base}.ts`, path.join(base, "index.ts"), base].find((candidate) => candidate.endsWith(".ts") && isFile(candidate));
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      queue.push([target, fs.readFileSync(target, "utf8")]);
    }
  }
  return stale;
}

const isFile = (candidate) => fs.statSync(candidate, { throwIfNoEntry: false })?.isFile() ?? false;

function transpile(entries) {
  const esbuild = require("esbuild");
  return esbuild.buildSync({
    entryPoints: entries.map((entry, index) => ({ in: entry.file, out: String(index) })),
    outdir: cacheFolder,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  }).outputFiles;
}

/** A syntax error as the user's mistake that it is: place and text, nothing of the tool. */
function syntaxError(failure) {
  const lines = failure.errors.map(({ location, text }) =>
    location === null ? text : `${path.resolve(location.file)}:${location.line}:${location.column + 1}: ${text}`,
  );
  const error = new SyntaxError(lines.join("\n"));
  error.stack = `SyntaxError: ${error.message}`;
  return error;
}

/** The JavaScript of a TypeScript file, from the cache or made now. Throws SyntaxError naming file and line. */
function load(file) {
  const source = fs.readFileSync(file, "utf8");
  const entry = entryOf(file, source);
  const cached = readCached(entry);
  if (cached !== undefined) return cached;
  let entries = staleEntries(file, source);
  let outputs;
  try {
    outputs = transpile(entries);
  } catch (failure) {
    if (!Array.isArray(failure.errors)) throw failure;
    // One of the files may be broken and never be required: judge this one alone.
    entries = [entry];
    try {
      outputs = transpile(entries);
    } catch (own) {
      throw Array.isArray(own.errors) ? syntaxError(own) : own;
    }
  }
  const text = (index, suffix) => outputs.find(({ path: at }) => at === path.join(cacheFolder, `${index}${suffix}`)).text;
  entries.forEach((made, index) => {
    const code = made.stamp + text(index, ".js");
    const map = text(index, ".js.map");
    writeCached(made, code, map);
    transpiled.set(made.file, { code, map: () => map });
  });
  return transpiled.get(file);
}

/**
 * The source position of a position in a transpiled file, or undefined where there is none.
 * `line` and `column` are 1-based, as in stack traces.
 */
function originalPosition(file, line, column) {
  const map = transpiled.get(file)?.map;
  if (map === undefined) return undefined;
  try {
    const payload = JSON.parse(map());
    // The stamp is one line that the map doesn't know.
    const found = new Module.SourceMap(payload).findEntry(line - 2, column - 1);
    if (found.originalLine === undefined) return undefined;
    return { file, line: found.originalLine + 1, column: found.originalColumn + 1 };
  } catch {
    return undefined;
  }
}

/** Makes `require` run `.ts` files of this process, those in node_modules excepted. Idempotent. */
function install() {
  if (Module._extensions[".ts"] !== undefined) return;
  const plain = Module._extensions[".js"];
  Module._extensions[".ts"] = (module, file) => {
    if (file.includes(`${path.sep}node_modules${path.sep}`)) return plain(module, file);
    const made = transpiled.get(file) ?? load(file);
    transpiled.set(file, made);
    module._compile(made.code, file);
  };
}

module.exports = { install, originalPosition };
