"use strict";
/** Starts a module of the engine in a process of its own: `node start.js MODULE`. Its relatives may be TypeScript. */
require("./brief").keepCode();
require("./typescript-hook").install();
require(process.argv[2]);
