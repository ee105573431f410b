// Builds the package that teams install: JavaScript with types and source maps, its own manifest, nothing of this repository's
// stacks and tests. The policy pack is a package of its own (pack-policypack.mjs).
//
//   npm run build [-- OUT]      (default: dist/pulumi-palisade)
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeBundle } from "../engine/child/bundle.js";
import { lineMap } from "./line-map.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const NAME = "pulumi-palisade";

/** What others import, by subpath: the file of library/ that it is. */
const ENTRIES = { ".": "library/index", "./flows": "library/flows", "./aws": "library/aws" };

/** What every command needs. Everything else comes with the SDKs, which only previews and programs need. */
const DEPENDENCIES = ["commander", "esbuild", "hyparquet", "js-yaml", "picocolors", "ws", "yaml", "zod"];

/** From the oldest that test/packed tries, to the next that may break. */
const PEERS = {
  "@pulumi/pulumi": ">=3.248.0 <4",
  "@pulumi/kubernetes": ">=4.30.0 <5",
  "@pulumi/aws": ">=7.48.0 <8",
  // Lays out the report's map; 8 MB.
  elkjs: ">=0.12.1 <1",
};

/** JSON schemas, for editors: of the policies' configuration, of a stack's file, and of an application as data. */
const SCHEMAS = ["policies.schema.json", "stack.schema.json", "application.schema.json"];

/** What runs before any TypeScript does, and is JavaScript already. */
const PLAIN = [
  ...["brief.js", "code-cache.js", "sources.js", "start.js"],
  ...["typescript-hook.js", "typescript-hook.d.ts", "typescript-loader.mjs"],
];

/**
 * @param {string} out the folder to make anew.
 * @returns {Promise<string>} the folder: `npm pack` makes the tarball of it.
 */
export async function buildPackage(out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const compiler = join(ROOT, "node_modules", "typescript7", "bin", "tsc");
  // Comments are for whoever reads the types: in what runs they would be a fifth of the tarball.
  for (const flags of [
    ["--declaration", "false", "--removeComments"],
    ["--emitDeclarationOnly", "--sourceMap", "false", "--noCheck"],
  ])
    execFileSync(
      process.execPath,
      [compiler, "-p", join(ROOT, "tsconfig.build.json"), "--outDir", join(out, "dist"), ...flags],
      { stdio: "inherit" },
    );
  for (const file of PLAIN)
    cpSync(join(ROOT, "engine", "child", file), join(out, "dist", "engine", "child", file));
  await writeCommand(join(out, "dist"));
  // The report's page brings its script along; a user's machine has nothing to bundle it from.
  const bundled = "const { pageScript } = require('./report/script'); process.stdout.write(pageScript());";
  const script = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", bundled], {
    cwd: ROOT,
  });
  mkdirSync(join(out, "dist", "report"), { recursive: true });
  writeFileSync(join(out, "dist", "report", "browser.js"), script);
  cpSync(join(ROOT, "bin"), join(out, "bin"), { recursive: true });
  dropInnerTypes(join(out, "dist"));
  for (const file of ["LICENSE", "CHANGELOG.md"]) cpSync(join(ROOT, file), join(out, file));
  for (const file of SCHEMAS) cpSync(join(ROOT, "docs", file), join(out, file));
  cpSync(join(ROOT, "library", "README.md"), join(out, "README.md"));
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  for (const [subpath, file] of Object.entries(ENTRIES).slice(1)) writeForOldResolution(out, subpath, file);
  writePlugin(join(out, "plugin"));
  return out;
}

/** The command, bundled; and whose packages it brings along, on their terms. */
async function writeCommand(dist) {
  const folder = join(dist, "command");
  const { files, sources } = await makeBundle(folder, dist);
  mkdirSync(folder);
  for (const [name, text] of files)
    writeFileSync(
      join(folder, name),
      name.endsWith(".map") ? JSON.stringify(lineMap(JSON.parse(text))) : text,
    );
  const packages = new Set(
    sources.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  const notices = [...packages].sort().map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8"));
    const license = readdirSync(join(ROOT, path)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
    if (license === undefined) throw new Error(`${name} has no license to bring along`);
    return `${name} ${version}\n\n${readFileSync(join(ROOT, path, license), "utf8").trim()}\n`;
  });
  writeFileSync(
    join(folder, "LICENSES"),
    `The files of this folder contain code of these packages.\n\n${notices.join(`\n${"-".repeat(72)}\n\n`)}`,
  );
}

/** The component package as a folder that `pulumi package add` takes; what it needs stands around it. */
function writePlugin(out) {
  mkdirSync(out);
  const { version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const own = { name: "palisade", version, license, private: true, main: "index.js" };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(own, undefined, 2)}\n`);
  writeFileSync(join(out, "PulumiPlugin.yaml"), "runtime: nodejs\n");
  writeFileSync(join(out, "index.js"), '"use strict";\nrequire("../bin/pulumi-resource-palisade.js");\n');
  cpSync(join(ROOT, "docs", "plugin.schema.json"), join(out, "schema.json"));
}

/** Types are what others import: declarations that no entry leads to would be a tenth of the tarball. */
function dropInnerTypes(dist) {
  const kept = new Set();
  const keep = (file) => {
    if (kept.has(file) || !existsSync(file)) return;
    kept.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, to] of text.matchAll(/(?:from|import\() ?"(\.[^"]*)"/g)) {
      const target = join(dirname(file), to);
      keep(`${target}.d.ts`);
      keep(join(target, "index.d.ts"));
    }
  };
  for (const file of Object.values(ENTRIES)) keep(join(dist, `${file}.d.ts`));
  for (const file of readdirSync(dist, { recursive: true })) {
    const path = join(dist, file);
    if (file.endsWith(".d.ts") && !kept.has(path)) rmSync(path);
  }
}

function manifest() {
  const { version, license, engines, dependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const entry = (file) => ({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  return {
    name: NAME,
    version,
    description:
      "Declare who talks to whom, once: NetworkPolicies and security groups for Pulumi, and the analyzer that proves who reaches whom.",
    keywords: ["pulumi", "kubernetes", "networkpolicy", "security-groups", "reachability"],
    license,
    type: "commonjs",
    engines,
    bin: { palisade: "bin/palisade.js", "pulumi-resource-palisade": "bin/pulumi-resource-palisade.js" },
    main: `./dist/${ENTRIES["."]}.js`,
    types: `./dist/${ENTRIES["."]}.d.ts`,
    exports: {
      ...Object.fromEntries(Object.entries(ENTRIES).map(([subpath, file]) => [subpath, entry(file)])),
      ...Object.fromEntries(SCHEMAS.map((file) => [`./${file}`, `./${file}`])),
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, `^${dependencies[name]}`])),
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  };
}

/** `pulumi new` still resolves without `exports`: each subpath is a file at the top, too. */
function writeForOldResolution(out, subpath, file) {
  writeFileSync(join(out, `${subpath}.js`), `"use strict";\nmodule.exports = require("./dist/${file}");\n`);
  writeFileSync(join(out, `${subpath}.d.ts`), `export * from "./dist/${file}";\n`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const out = await buildPackage(resolve(process.argv[2] ?? join(ROOT, "dist", NAME)));
  console.log(relative(process.cwd(), out) || ".");
}
