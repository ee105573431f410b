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
const packages = path.dirname(path.dirname(require.resolve("esbuild/package.json")));
const folder = path.join(packages, ".cache", "palisade", "code");
if (enableCompileCache !== undefined) enableCompileCache(folder);
// A store is read whole: one for each short command, one for the others, one for each kind of child.
else require("./code-cache").keepCompiledCode(path.join(folder, kindOfProcess()));

function kindOfProcess() {
  const [, main = "", first = ""] = process.argv;
  if (path.dirname(main) === __dirname) return path.basename(path.dirname(first));
  return ["reach", "explain", "diff", "check"].includes(first) ? first : "command";
}
