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

if (fs.existsSync(path.join(__dirname, "..", "cli", "main.ts"))) {
  require("../engine/child/brief.js");
  require("../engine/child/typescript-hook.js").install();
  require("../cli/main.ts").main(manifest.version);
} else {
  require("../dist/engine/child/brief.js");
  require("../dist/cli/main.js").main(manifest.version);
}
