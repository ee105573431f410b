#!/usr/bin/env node
"use strict";
/** Starts the command: in a clone from its TypeScript sources, in a built package from dist/. */
var fs = require("fs");
var path = require("path");
var manifest = require("../package.json");

/** Said by any Node.js, however old: hence no newer syntax in this file. */
function isTooOld(version) {
  var have = version.split(".").map(Number);
  var want = manifest.engines.node.replace(">=", "").split(".").map(Number);
  return have[0] < want[0] || (have[0] === want[0] && have[1] < want[1]);
}

if (isTooOld(process.versions.node)) {
  console.error(
    "error: Node.js " + process.versions.node + " is too old for palisade: use " + manifest.engines.node,
  );
  process.exit(2);
}

var isClone = fs.existsSync(path.join(__dirname, "..", "cli", "main.ts"));
var child = isClone ? "../engine/child/" : "../dist/engine/child/";

function inSources(stack) {
  return require(child + "sources.js").inSources(stack);
}

function run(command) {
  return command.main(manifest.version, inSources);
}

/** Before the command itself can say anything. */
function fail(error) {
  console.error("error: palisade itself failed; please report this:\n" + error.stack);
  process.exit(70);
}

var brief = require(child + "brief.js");
if (isClone) require("../engine/child/command.js").loadCommand().then(run).catch(fail);
else {
  brief.keepCode();
  run(require("../dist/command/cli.main.js"));
}
