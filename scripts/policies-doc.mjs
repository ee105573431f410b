// Writes docs/policies.md, and docs/policies.schema.json of their configuration, from the policies themselves.
//
//   node scripts/policies-doc.mjs
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { dump } from "js-yaml";
import { format } from "prettier";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["policypack/documentation.ts"],
  bundle: true,
  platform: "node",
  format: "cjs",
  write: false,
  logLevel: "warning",
});
const module = { exports: {} };
new Function("module", "exports", "require", outputFiles[0].text)(
  module,
  module.exports,
  createRequire(import.meta.url),
);
const toYaml = (value) => dump(value, { lineWidth: 100, noRefs: true, flowLevel: 5 });
writeFileSync(
  join(ROOT, "docs", "policies.md"),
  await format(module.exports.policiesPage(toYaml), { parser: "markdown", printWidth: 110 }),
);
writeFileSync(
  join(ROOT, "docs", "policies.schema.json"),
  await format(JSON.stringify(module.exports.configurationSchema()), { parser: "json", printWidth: 110 }),
);
