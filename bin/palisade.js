#!/usr/bin/env node
"use strict";
/** Starts the command: in a clone from its TypeScript sources, in a built package from dist/. */
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
if (fs.existsSync(path.join(root, "cli", "main.ts"))) {
  require("../engine/child/brief.js");
  require("../engine/child/typescript-hook.js").install();
  require("../cli/main.ts");
} else {
  require("../dist/engine/child/brief.js");
  require("../dist/cli/main.js");
}
