#!/usr/bin/env node
"use strict";
/** What Pulumi's engine starts for the component package, by its name on PATH: in a clone from its TypeScript sources, in a built package from dist/. */
const fs = require("fs");
const path = require("path");
const { version } = require("../package.json");

const source = path.join(__dirname, "..", "library", "plugin", "index.ts");
if (fs.existsSync(source)) require("../engine/child/typescript-hook.js").install();
require(fs.existsSync(source) ? source : "../dist/library/plugin/index.js").serve(version);
