"use strict";
/**
 * What an engine's node processes load first: what ts-node transpiles and what V8 compiles is kept for the next of their kind. That is most
 * of what a program's start costs, and the suites start hundreds. Nothing else is changed: the code is the same.
 */
const path = require("node:path");
const { keepCompiledCode } = require("../../../engine/child/code-cache");
require("../../../scripts/transpile-cache.cjs");

/** `…/cmd/run/index.js`, `…/cmd/run-policy-pack/index.js`, or a provider's own file. */
const [, main = ""] = process.argv;
const kind = path.basename(main) === "index.js" ? path.basename(path.dirname(main)) : path.parse(main).name;
const packages = path.dirname(path.dirname(require.resolve("typescript/package.json")));
if (kind !== "") {
  const save = keepCompiledCode(path.join(packages, ".cache", "palisade", "code", "e2e", kind));
  // Plugins are killed when the engine has done: they have loaded their code long before.
  if (kind !== "run") setTimeout(save, 1500).unref();
}
