"use strict";
/**
 * Makes one program of many sources: the command, with what packages it alone uses. Hundreds of small modules take longer to find
 * and read than to run. What the sources require late, by `require` inside a function, is loaded then: in a file of its own, and what several
 * of these share is in others. Plain JavaScript, since it runs before any TypeScript can.
 */
const fs = require("node:fs");
const path = require("node:path");

const ROOT = path.join(__dirname, "..", "..");

/** Packages that a program, a pack or the SDK shares with us, or that few commands load: never a copy of our own. */
const SHARED = ["@pulumi/*", "@grpc/*", "google-protobuf", "esbuild", "elkjs", "ws"];

/** One file, which parses half as fast where its constants have become variables, as a bundler makes them. */
const HOT = ["js-yaml"];

/** What runs before any TypeScript does knows of this process what nothing else does: there is one of it. */
const isPlain = (source) => /^engine\/child\/[^/]+\.js$/.test(source.replaceAll("\\", "/"));

/** From where the command is reached; and what applications/ of this repository import, which commands read in their own process. */
const ENTRIES = ["cli/main.ts", "flows/index.ts"];

/** Folders in which something that the command loads may be required late. */
const FOLDERS = ["cli", "engine", "policypack", "reachability", "report"];

const LATE = /\brequire\("(\.[^"]+)"\)/g;

/** What is required late, as paths from the root. */
function lateModules() {
  const sources = FOLDERS.flatMap((folder) =>
    fs.readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) => path.join(folder, name)),
  ).filter((file) => file.endsWith(".ts"));
  return sources.flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), "utf8").matchAll(LATE)].flatMap(
      ([, name]) => sourceOf(path.join(path.dirname(file), name)) ?? [],
    ),
  );
}

const sourceOf = (base) =>
  [`${base}.ts`, path.join(base, "index.ts")].find((file) => fs.existsSync(path.join(ROOT, file)));

/** The file of a bundle that a source is the entry of: all are in one folder, so that each finds each. */
const entryName = (source) => source.replace(/\.ts$/, "").replaceAll(/[/\\]/g, ".");

/**
 * One file of the bundle takes what it needs of another once, as constants, and not through a getter at every use. Line by line, so that the
 * source map holds; what is imported of packages is left to esbuild.
 */
const withPlainLinks = (code) =>
  code
    .replaceAll(/^import \{([^}]*)\} from ("\.\/shared-\w+\.js");$/gm, (_, names, file) => {
      return `const {${names.replaceAll(" as ", ": ")}} = require(${file});`;
    })
    .replaceAll(/^import ("\.\/shared-\w+\.js");$/gm, "require($1);")
    .replace(/^export \{([^}]*)\};$/m, (_, names) => {
      return `module.exports = {${names.replaceAll(/([\w$]+) as ([\w$]+)/g, "$2: $1")}};`;
    });

const relativeTo = (folder, file) => path.relative(folder, file).replaceAll("\\", "/");

/**
 * @param folder where the files will be, absolute: paths in them are relative to it.
 * @param home where the folders of the sources are beside it, or those of what else is made of them: the root, or a package's dist/.
 * @returns the files' texts by name, source maps included, and the sources, as paths from the root. Throws esbuild's failure.
 */
async function makeBundle(folder, home) {
  const { build, transform } = require("esbuild");
  const entries = new Set([...ENTRIES, ...lateModules()]);
  const outside = {
    name: "outside",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^\./ }, async ({ path: name, kind, importer, resolveDir, pluginData }) => {
        if (!importer.endsWith(".ts") || pluginData === "resolving") return undefined;
        const found = await resolve(name, { kind, importer, resolveDir, pluginData: "resolving" });
        const source = path.relative(ROOT, found.path);
        if (isPlain(source)) return { path: relativeTo(folder, path.join(home, source)), external: true };
        const isLate = kind === "require-call" && entries.has(source);
        return isLate ? { path: `./${entryName(source)}.js`, external: true } : found;
      });
    },
  };
  const { outputFiles, metafile } = await build({
    entryPoints: [...entries].map((source) => ({ in: path.join(ROOT, source), out: entryName(source) })),
    chunkNames: "shared-[hash]",
    outdir: folder,
    absWorkingDir: ROOT,
    tsconfig: path.join(ROOT, "tsconfig.json"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: [...SHARED, ...HOT],
    plugins: [outside],
    // Code that is kept between runs can't import: what has to be imported as it is goes through `importModule`.
    supported: { "dynamic-import": false },
    minifySyntax: true,
    legalComments: "none",
    sourcemap: "inline",
    sourcesContent: false,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  /** Sources by their place in `home`. */
  const mapped = (text) => {
    const map = JSON.parse(text);
    const place = (source) => path.relative(ROOT, path.resolve(folder, source));
    const sources = map.sources.map((source) => relativeTo(folder, path.join(home, place(source))));
    return JSON.stringify({ ...map, sources });
  };
  // Shared code is split for ES modules only; what is CommonJS loads faster, and can be kept compiled.
  const files = await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      const name = path.basename(file);
      const options = { format: "cjs", platform: "node", target: "node20", minifyWhitespace: true };
      const { code, map } = await transform(withPlainLinks(text), {
        ...options,
        sourcefile: name,
        sourcemap: "external",
        sourcesContent: false,
        logLevel: "silent",
      });
      return [
        [name, code],
        [`${name}.map`, mapped(map)],
      ];
    }),
  );
  return { files: new Map(files.flat()), sources: Object.keys(metafile.inputs) };
}

module.exports = { makeBundle };
