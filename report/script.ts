import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type * as Esbuild from "esbuild";

/**
 * The page's script: what the package was built with; in a clone bundled now.
 *
 * @param folder where this folder is: what is bundled doesn't know.
 */
export function pageScript(folder = __dirname): string {
  const built = path.join(folder, "browser.js");
  if (existsSync(built)) return readFileSync(built, "utf8");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a clone bundles
  const { buildSync } = require("esbuild") as typeof Esbuild;
  const { outputFiles } = buildSync({
    ...BUNDLE,
    entryPoints: [path.join(folder, "browser", "main.ts")],
    // Addresses are told apart by node:net; the page has a few lines of its own for that.
    alias: { "node:net": path.join(folder, "browser", "net.ts") },
  });
  return outputFiles[0]?.text ?? "";
}

/** How the script is bundled: for the browsers of 2023 and later, alone in its scope. */
const BUNDLE = {
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  platform: "browser",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
} as const;
