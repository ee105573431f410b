"use strict";
/**
 * Keeps compiled code between runs where Node.js itself can't yet (before 22.1): compiling hundreds of modules is a quarter of the
 * time of a process that lives a second. One file a kind of process, under node_modules/.cache/palisade; an entry is used
 * only for the very text that it was compiled from, and V8 refuses what another version or other flags made. Plain
 * JavaScript, since it must run before any TypeScript can.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const zlib = require("node:zlib");

/** Files of one kind of process may differ between programs; a store that has become too large starts anew. */
const MOST_BYTES = 96 << 20;
/** A store is rewritten when at least this share of the text that a run compiled wasn't in it. */
const WORTH_SAVING = 0.1;

/** Or when it compiled that much more, functions of one large module that no run had called before. */
const GROWN = 1.1;

/** Code from a store has lost the loader that `import()` needs: such modules, few, are compiled as ever. */
const importsDynamically = (content) => /\bimport\s*[(/]/.test(content);

/**
 * Compiles the modules of this process from the store `file`, and adds to it, at the end, what was missing.
 * @returns does so now: for a process that may be killed
 */
function keepCompiledCode(file) {
  const { entries: store, bytecode: known } = readStore(file);
  const compiled = new Map();
  const plain = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    const script = compile(content, filename, store, compiled);
    if (script === undefined) return plain.call(this, content, filename, ...rest);
    const run = script.runInThisContext({ displayErrors: true });
    return run.call(this.exports, this.exports, requireOf(this), this, filename, path.dirname(filename));
  };
  const saveNow = () => save(file, store, compiled, known);
  process.once("exit", saveNow);
  return saveNow;
}

/** A module's script; undefined where the loader itself must compile it, or say why it doesn't. */
function compile(content, filename, store, compiled) {
  if (content.startsWith("#!")) return undefined;
  const text = Module.wrap(content);
  const sum = zlib.crc32(text);
  const kept = store.get(filename);
  const cachedData = kept?.sum === sum && kept.length === text.length ? kept.data : undefined;
  if (cachedData === undefined && importsDynamically(content)) return undefined;
  try {
    const script = new vm.Script(text, {
      filename,
      // The wrapper must not move the positions of the first line.
      columnOffset: -WRAPPED_BY,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    const fresh = cachedData !== undefined && script.cachedDataRejected === false;
    compiled.set(filename, { script, sum, length: text.length, fresh });
    return script;
  } catch {
    return undefined;
  }
}

const WRAPPED_BY = Module.wrap("").indexOf("\n});");

/** What the loader gives a module as `require`. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

const LARGE_HEAP = 32 << 20;

/** What a store depends on: raise the number when other modules are kept, or compiled otherwise. */
const VERSIONS = `3 ${process.version} ${process.arch}`;

/**
 * Entries by file name: `{ sum, length, data }`, and how much code the process held that wrote them. A store that is missing or
 * unreadable is empty.
 */
function readStore(file) {
  try {
    const { versions, ...store } = v8.deserialize(fs.readFileSync(file));
    if (versions === VERSIONS) return store;
  } catch {
    // No store yet, or half of one: compile.
  }
  return { entries: new Map(), bytecode: 0 };
}

/** How much code the process holds; 0 where the heap is large, all of which is walked for it. */
const bytecodeHeld = () =>
  v8.getHeapStatistics().used_heap_size > LARGE_HEAP
    ? 0
    : v8.getHeapCodeStatistics().bytecode_and_metadata_size;

function save(file, store, compiled, known) {
  const all = [...compiled];
  const bytes = (list) => list.reduce((sum, [, { length }]) => sum + length, 0);
  const missing = bytes(all.filter(([, { fresh }]) => !fresh));
  const bytecode = bytecodeHeld();
  const hasGrown = bytecode > GROWN * known;
  if (missing <= WORTH_SAVING * bytes(all) && !hasGrown) return;
  try {
    const made = all.map(([name, { script, sum, length, fresh }]) => [
      name,
      fresh && !hasGrown ? store.get(name) : { sum, length, data: script.createCachedData() },
    ]);
    const both = new Map([...store, ...made]);
    const size = [...both.values()].reduce((sum, { data }) => sum + data.length, 0);
    write(file, size > MOST_BYTES ? new Map(made) : both, Math.max(bytecode, known));
  } catch {
    // A read-only installation runs too, only slower.
  }
}

function write(file, entries, bytecode) {
  const draft = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(draft, v8.serialize({ versions: VERSIONS, entries, bytecode }));
  fs.renameSync(draft, file);
}

module.exports = { keepCompiledCode };
