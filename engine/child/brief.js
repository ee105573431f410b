"use strict";
/**
 * Sets V8 up for a process that lives a second. Most of what runs once is optimized too early by default, which takes a fifth
 * of such a process's time; what really runs hot is still optimized, a few milliseconds later. And compiled code is kept
 * between runs: by Node.js where it can, by code-cache.js before.
 */
const { enableCompileCache } = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");

// Later versions have no such flag, and say so on stderr.
if (Number(process.versions.node.split(".")[0]) < 22) v8.setFlagsFromString("--interrupt-budget=250000");

/** Commands that load much which others don't. */
const COMMANDS = [
  "check",
  "diff",
  "drift",
  "explain",
  "import",
  "observe",
  "preview",
  "reach",
  "report",
  "verify",
];

/** A store is read whole: one for each of many commands, one for the others, one for each kind of child. */
function kindOfProcess() {
  const [, main = "", first = ""] = process.argv;
  if (path.dirname(main) === __dirname) return path.basename(path.dirname(first));
  return COMMANDS.includes(first) ? first : "command";
}

/** From here on, code that this process compiles is kept in stores of this folder. */
function keepCode(folder = besidePackages()) {
  const store = path.join(folder, kindOfProcess());
  if (enableCompileCache !== undefined) enableCompileCache(store);
  else require("./code-cache").keepCompiledCode(store);
}

function besidePackages() {
  const packages = path.dirname(path.dirname(require.resolve("esbuild/package.json")));
  return path.join(packages, ".cache", "palisade", "code");
}

module.exports = { keepCode };
