"use strict";
/** Runs TypeScript as the command does. */
require("../engine/child/typescript-hook.js").install();
