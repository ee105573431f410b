"use strict";
// Longer than most: it is loaded before anything else, so all of it is in one file.
/**
 * Runs TypeScript without type checks: a require hook for `.ts` files, and what typescript-loader.mjs makes of those that are ES
 * modules. Type checks belong to `npm run check`.
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
const { pathToFileURL } = require("node:url");

const esbuildFolder = path.dirname(require.resolve("esbuild/package.json"));
const cacheFolder = path.join(esbuildFolder, "..", ".cache", "palisade", "typescript");
/** What a cached entry depends on besides the source: raise it when the options below change. */
const generation = `4 ${JSON.parse(fs.readFileSync(path.join(esbuildFolder, "package.json"), "utf8")).version}`;

/** Where the engine is: what is bundled doesn't know. */
const engineFolder = path.join(__dirname, "..");

/** Results of this process, by source path: what a cache that can't be written would lose. */
const transpiled = new Map();

const digest = (text) => crypto.createHash("sha256").update(text).digest("base64url");

/** The product's own folders: how they are transpiled doesn't hang on the program that they run. */
const ownFolders = ["engine", "cli"].map((name) => path.join(__dirname, "..", "..", name) + path.sep);

/** The tsconfig of a program's files once one is chosen: `{ file }`, its path or undefined for Pulumi's defaults. */
let chosen;

/** From now on, files that aren't the product's own are transpiled with this tsconfig, or with Pulumi's defaults. */
function useTsconfig(file) {
  chosen = { file };
}

function tsconfigOf(source) {
  if (chosen !== undefined && !ownFolders.some((folder) => source.startsWith(folder))) return chosen.file;
  return nearestTsconfig(path.dirname(source));
}

const nearest = new Map();
function nearestTsconfig(folder) {
  if (nearest.has(folder)) return nearest.get(folder);
  const here = path.join(folder, "tsconfig.json");
  const above = path.dirname(folder);
  const found = fs.existsSync(here) ? here : above === folder ? undefined : nearestTsconfig(above);
  nearest.set(folder, found);
  return found;
}

/** What a tsconfig says, those that it extends by path included: a change of it is a change of every output. */
const tsconfigText = (file) => {
  if (file === undefined) return "";
  if (texts.has(file)) return texts.get(file);
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  texts.set(file, text);
  const base = /"extends"\s*:\s*"(\.[^"]*)"/.exec(text)?.[1];
  const whole = base === undefined ? text : text + tsconfigText(path.resolve(path.dirname(file), base));
  texts.set(file, whole);
  return whole;
};
const texts = new Map();

function entryOf(file, source, format) {
  const tsconfig = tsconfigOf(file);
  return {
    file,
    tsconfig,
    format,
    stamp: `// ${digest(`${generation}\n${tsconfigText(tsconfig)}\n${source}`)}\n`,
    at: path.join(cacheFolder, digest(`${file}\n${tsconfig ?? ""}\n${format}`)),
  };
}

function readCached(entry) {
  try {
    const text = fs.readFileSync(`${entry.at}.js`, "utf8");
    if (text.startsWith(entry.stamp))
      return { code: text, map: () => fs.readFileSync(`${entry.at}.map`, "utf8") };
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

const importPattern =
  /(?:\bfrom\s*|\bimport\s*|\brequire\(\s*|\bimport\(\s*)["'](\.{1,2}\/[^"']*|\.{1,2})["']/g;

/** Every entry that must be transpiled when `file` is: itself and what it reaches by relative imports. */
function staleEntries(file, source, format) {
  const stale = [];
  const seen = new Set([file]);
  const queue = [[file, source]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const entry = entryOf(...next, format);
    if (readCached(entry) === undefined) stale.push(entry);
    for (const [, specifier] of next[1].matchAll(importPattern)) {
      const base = path.resolve(path.dirname(next[0]), specifier);
      const target = sourceOf(base);
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      queue.push([target, fs.readFileSync(target, "utf8")]);
    }
  }
  return stale;
}

/** The TypeScript file that an import's path means: as it is, without its extension, a folder's index, or by the name of its output. */
function sourceOf(base) {
  const candidates = [`${base}.ts`, path.join(base, "index.ts"), base];
  const output = /\.([cm]?)js$/.exec(base);
  if (output !== null) candidates.push(`${base.slice(0, output.index)}.${output[1]}ts`);
  return candidates.find((candidate) => /\.[cm]?ts$/.test(candidate) && isFile(candidate));
}

function isFile(candidate) {
  try {
    return fs.statSync(candidate).isFile();
  } catch {
    return false;
  }
}

/** What the language host compiles with where there is no tsconfig (sdk/nodejs/cmd/run). */
const defaultOptions = { compilerOptions: { target: "ES2020" } };

/** Transpiles entries, all of one tsconfig. Returns code and map of each. Throws esbuild's failure. */
function transpile(entries) {
  const esbuild = require("esbuild");
  const [{ tsconfig, format }] = entries;
  const { outputFiles } = esbuild.buildSync({
    entryPoints: entries.map((entry, index) => ({ in: entry.file, out: String(index) })),
    ...(tsconfig === undefined ? { tsconfigRaw: defaultOptions } : { tsconfig }),
    outdir: cacheFolder,
    write: false,
    format,
    platform: "node",
    target: "node20",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  });
  const text = (index, suffix) =>
    outputFiles.find((made) => made.path === path.join(cacheFolder, `${index}${suffix}`)).text;
  return entries.map((entry, index) => ({
    entry,
    code: asCompiledByTypeScript(text(index, ".js")),
    map: text(index, ".js.map"),
  }));
}

/**
 * esbuild's helpers made to do as TypeScript's output where programs can tell: an import of a module that is still loading, in a circle,
 * is that module itself and not a copy of what it exports so far; a binding that isn't set yet reads as undefined; and a namespace
 * of a CommonJS module that is a function can be called. Lines stay where they are.
 */
function asCompiledByTypeScript(code) {
  return code
    .replace(
      "var __toESM = (mod, isNodeMode, target) => (",
      'var __toESM = (mod, isNodeMode, target) => !isNodeMode && mod && mod.__esModule ? mod : typeof mod === "function" ? new Proxy(mod, { get: (held, key) => key === "default" && !("default" in held) ? held : held[key] }) : (',
    )
    .replace(
      "__defProp(target, name, { get: all[name], enumerable: true });",
      "__defProp(target, name, { get: ((get) => () => { try { return get(); } catch (error) { if (error instanceof ReferenceError) return undefined; throw error; } })(all[name]), enumerable: true });",
    );
}

/** A syntax error as the user's mistake that it is: place and text, nothing of the tool. */
function syntaxError(failure) {
  const lines = failure.errors.map(({ location, text }) =>
    location === null
      ? text
      : `${path.resolve(location.file)}:${location.line}:${location.column + 1}: ${text}`,
  );
  const error = new SyntaxError(lines.join("\n"));
  error.stack = `SyntaxError: ${error.message}`;
  return error;
}

/** Transpiles all, or the one that is wanted if one of the others is broken: it may never be required. */
function transpileOr(entries, wanted) {
  try {
    return transpile(entries);
  } catch (failure) {
    if (!Array.isArray(failure.errors)) throw failure;
  }
  try {
    return transpile([wanted]);
  } catch (failure) {
    throw Array.isArray(failure.errors) ? syntaxError(failure) : failure;
  }
}

/** The JavaScript of a TypeScript file, from the cache or made now. Throws SyntaxError naming file and line. */
function load(file, format = "cjs") {
  const source = fs.readFileSync(file, "utf8");
  const entry = entryOf(file, source, format);
  const cached = readCached(entry);
  if (cached !== undefined) return cached;
  const entries = staleEntries(file, source, format).filter(({ tsconfig }) => tsconfig === entry.tsconfig);
  for (const { entry: made, code, map } of transpileOr(entries, entry)) {
    const stamped = made.stamp + code;
    writeCached(made, stamped, map);
    transpiled.set(made.file, { code: stamped, map: () => map });
  }
  return transpiled.get(file);
}

/**
 * The source position of a position in a transpiled file, or undefined where there is none.
 * `line` and `column` are 1-based, as in stack traces.
 */
function originalPosition(file, line, column) {
  try {
    // An ES module's is transpiled in the thread of the loader; the cache has it for both.
    const map = (transpiled.get(file) ?? readCached(entryOf(file, fs.readFileSync(file, "utf8"), "esm")))
      ?.map;
    if (map === undefined) return undefined;
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

/** `import()` for those who are bundled. */
const importModule = (url) => import(url);

/** Makes `import` run `.ts` files of this process as ES modules, with the tsconfig that is chosen. */
function installForModules() {
  Module.register(pathToFileURL(path.join(__dirname, "typescript-loader.mjs")), { data: chosen });
}

module.exports = {
  engineFolder,
  importModule,
  install,
  installForModules,
  load,
  originalPosition,
  sourceOf,
  useTsconfig,
};
