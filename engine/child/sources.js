"use strict";
/**
 * Where in the sources something of a bundle is. Read on demand only: mapping every stack trace would cost seconds. Plain JavaScript, as
 * what it serves.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const PLACE = /(?<=[( ])(\/[^():\n]+|[A-Za-z]:\\[^():\n]+):(\d+):(\d+)(?=\)|$)/gm;

/** A stack trace with positions of the sources, for files that have their map beside them. */
const inSources = (stack) =>
  stack.replaceAll(PLACE, (place, file, line, column) => {
    try {
      const map = new Module.SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, "utf8")));
      const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
      const source = path.relative(process.cwd(), path.resolve(path.dirname(file), originalSource));
      return `${source}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
      return place;
    }
  });

module.exports = { inSources };
