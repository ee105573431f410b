"use strict";
/**
 * The command of a clone, from a bundle that is kept under node_modules/.cache/palisade for as long as no source changes. Plain JavaScript,
 * since it runs before any TypeScript can.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const ROOT = path.join(__dirname, "..", "..");

/** A process that still runs may load more of an earlier bundle: the last ones stay. */
const BUNDLES_KEPT = 8;

/** File systems' clocks are that coarse. */
const CLOCK_MS = 20;

/** A clone's bundles: one folder for each place where a clone with these packages is. */
function home() {
  const packages = path.join(path.dirname(require.resolve("esbuild/package.json")), "..");
  return path.join(packages, ".cache", "palisade", "command", encodeURIComponent(ROOT).slice(-200));
}

/** A file's or folder's state, as far as it shows without reading it. Packages' files all bear one date, but not as their last change. */
function stateOf(file) {
  const stat = fs.lstatSync(path.join(ROOT, file), { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size}`;
}

/** The folder of the kept bundle; undefined if there is none, or a source has changed since. */
function kept() {
  try {
    const { root, folder, inputs } = JSON.parse(fs.readFileSync(path.join(home(), "made.json"), "utf8"));
    const isFresh = root === ROOT && inputs.every(([file, state]) => stateOf(file) === state);
    return isFresh ? path.join(home(), folder) : undefined;
  } catch {
    return undefined;
  }
}

/** What a bundle depends on: its sources, their folders, since a new file may be what an import means from now on, and how it is made. */
function inputsOf(sources) {
  const isOurs = (file) => !file.includes("node_modules");
  const ours = sources.filter(isOurs);
  const packages = sources.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [
    ...ours,
    ...new Set(ours.map((file) => path.dirname(file))),
    ...new Set(packages.map((folder) => path.join(folder, "package.json"))),
    "tsconfig.json",
    path.join("engine", "child", "bundle.js"),
  ];
}

/** Bundles anew. A folder that can't be kept is removed when this process ends. */
async function make() {
  const started = Date.now();
  const name = `${started}-${process.pid}`;
  const folder = path.join(home(), name);
  const { makeBundle } = require("./bundle");
  const { files, sources } = await makeBundle(folder, ROOT);
  // Others may have begun at the same time.
  const theirs = kept();
  if (theirs !== undefined) return { folder: theirs, isKept: true };
  fs.mkdirSync(folder, { recursive: true });
  for (const [file, text] of files) fs.writeFileSync(path.join(folder, file), text);
  const inputs = inputsOf(sources).map((file) => [file, stateOf(file)]);
  // What changed meanwhile was read before or after: run, but not kept.
  const isSettled = inputs.every(([, state]) => Number(state.split(" ")[1]) < started - CLOCK_MS);
  if (isSettled) {
    const draft = path.join(folder, "made.json");
    fs.writeFileSync(draft, JSON.stringify({ root: ROOT, folder: name, inputs }));
    fs.renameSync(draft, path.join(home(), "made.json"));
    removeOld();
  } else process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return { folder, isKept: isSettled };
}

function removeOld() {
  const folders = fs.readdirSync(home()).filter((name) => /^\d+-\d+$/.test(name));
  for (const name of folders.sort().slice(0, -BUNDLES_KEPT))
    fs.rmSync(path.join(home(), name), { recursive: true, force: true });
}

/**
 * The module cli/main of this clone. Where nothing can be bundled, because a source has a mistake or nothing can be written, the
 * hook runs the sources themselves, and says what is wrong.
 */
async function loadCommand() {
  const { keepCode } = require("./brief");
  const known = kept();
  const made = known === undefined ? await make().catch(() => undefined) : { folder: known, isKept: true };
  if (made === undefined) {
    keepCode();
    require("./typescript-hook").install();
    return require("../../cli/main.ts");
  }
  const { folder, isKept } = made;
  if (isKept) keepCode(path.join(folder, "code"));
  shareFace(folder);
  return require(path.join(folder, "cli.main.js"));
}

/** applications/ of this repository, which commands read in their own process, import a face that is bundled: there is one of it. */
function shareFace(folder) {
  const file = path.join(ROOT, "flows", "index.ts");
  const face = new Module(file);
  face.loaded = true;
  Object.defineProperty(face, "exports", { get: () => require(path.join(folder, "flows.index.js")) });
  require.cache[file] = face;
}

module.exports = { loadCommand };
