"use strict";
/**
 * Keeps what ts-node transpiles, for the next process. Loaded before ts-node: by mocha (.mocharc.json), by package.json's scripts, and in
 * the real parts' runs by the programs that Pulumi's language host starts. Each of them would otherwise transpile hundreds of files anew.
 *
 * What runs is what TypeScript made, unchanged: an entry is valid for the same text under the same name, with the same compiler and
 * options; what ts-node would report isn't kept. Entries are in node_modules/.cache/palisade, one for each file and options.
 */
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "..", "node_modules", ".cache", "palisade", "transpiled");
const inside = path.join(
  path.dirname(require.resolve("ts-node/package.json")),
  "dist",
  "ts-transpile-module.js",
);
const transpiling = require(inside);
const plain = transpiling.createTsTranspileModule;

const digest = (text) => createHash("sha256").update(text).digest("base64url");

function read(file, stamp) {
  try {
    const { stamp: kept, ...output } = JSON.parse(fs.readFileSync(file, "utf8"));
    return kept === stamp ? { ...output, diagnostics: [] } : undefined;
  } catch {
    // No entry yet.
    return undefined;
  }
}

function write(file, entry) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify(entry));
    fs.renameSync(draft, file);
  } catch {
    // Where it can't be written, all is as without it.
  }
}

/** What ts-node never reports: a file outside `rootDir`, as all are in a project whose files are links; emit and library options. */
const UNREPORTED = [6059, 18002, 18003];

/** Where output would be written says nothing of what it is: a project's folder may be any. */
function madeBy({ compilerOptions = {}, ...options }) {
  const { rootDir, outDir, configFilePath, ...deciding } = compilerOptions;
  return { ...options, compilerOptions: deciding };
}

transpiling.createTsTranspileModule = (typescript, options) => {
  // Functions, whose output is no function of the text alone.
  if (options.transformers !== undefined) return plain(typescript, options);
  // As asked for: the compiler writes into the options that it is given.
  const asked = JSON.stringify([typescript.version, madeBy(options)]);
  let transpile;
  return (input, named, packageType) => {
    const file = path.join(folder, `${digest(JSON.stringify([asked, named, packageType]))}.json`);
    const stamp = digest(input);
    const kept = read(file, stamp);
    if (kept !== undefined) return kept;
    transpile ??= plain(typescript, options);
    const made = transpile(input, named, packageType);
    const { outputText, sourceMapText, diagnostics } = made;
    if (diagnostics.every(({ code }) => UNREPORTED.includes(code)))
      write(file, { stamp, outputText, sourceMapText });
    return made;
  };
};
