/**
 * Runs TypeScript files that are ES modules: hooks of Node.js's module loader, in its own thread. Imports are found as TypeScript and
 * Pulumi's loader find them: by the name of the output (`./a.js` is a.ts), without an extension, by a folder.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import hook from "./typescript-hook.js";

/** @param chosen the tsconfig, as `useTsconfig` has it. */
export function initialize(chosen) {
  hook.install();
  hook.useTsconfig(chosen?.file);
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    const source = sourceOf(specifier, context.parentURL);
    if (source === undefined) throw error;
    return { url: pathToFileURL(source).href, shortCircuit: true };
  }
}

function sourceOf(specifier, parent) {
  if (!/^\.{1,2}(\/|$)/.test(specifier) || !parent?.startsWith("file:")) return undefined;
  return hook.sourceOf(fileURLToPath(new URL(specifier, parent)));
}

export async function load(url, context, next) {
  const file = url.startsWith("file:") ? fileURLToPath(url) : "";
  if (!/\.[cm]?ts$/.test(file) || file.includes(`${path.sep}node_modules${path.sep}`))
    return next(url, context);
  // Without a source, Node.js requires it: then the hook of `require` transpiles it.
  if (!isModule(file)) return { format: "commonjs", shortCircuit: true };
  return { format: "module", source: hook.load(file, "esm").code, shortCircuit: true };
}

/** By its extension, or else as the nearest package.json says. */
function isModule(file) {
  if (/\.[cm]ts$/.test(file)) return file.endsWith(".mts");
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, "utf8")).type === "module";
    if (path.dirname(folder) === folder) return false;
  }
}
