// Writes docs/reference, what the package exports, from its types and their comments. A warning of typedoc (a link that leads nowhere, an
// export without a word) is an error.
//
//   node scripts/library-reference.mjs [OUT]      (default: docs/reference)
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const out = resolve(process.argv[2] ?? join(ROOT, "docs", "reference"));

rmSync(out, { recursive: true, force: true });
const typedoc = join(ROOT, "node_modules", "typedoc", "bin", "typedoc");
const options = ["--options", join(ROOT, "scripts", "typedoc.jsonc"), "--out", out, "--logLevel", "Warn"];
execFileSync(process.execPath, [typedoc, ...options], { stdio: "inherit" });
for (const file of readdirSync(out, { recursive: true }).filter((name) => name.endsWith(".md"))) {
  const page = join(out, file);
  writeFileSync(page, await format(readFileSync(page, "utf8"), { parser: "markdown", printWidth: 110 }));
}
