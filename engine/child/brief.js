"use strict";
/**
 * Sets V8 up for a process that lives a second. Most of what runs once is optimized too early by default, which takes a fifth
 * of such a process's time; what really runs hot is still optimized, a few milliseconds later. And newer versions of
 * Node.js can keep compiled code between runs.
 */
const { enableCompileCache } = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");

v8.setFlagsFromString("--interrupt-budget=1000000");
const packages = path.dirname(path.dirname(require.resolve("esbuild/package.json")));
enableCompileCache?.(path.join(packages, ".cache", "palisade", "code"));
