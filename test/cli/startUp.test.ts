import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Files that were loaded: ours by their path, packages' by the package's name. */
interface Loaded {
  readonly ours: readonly string[];
  readonly packages: readonly string[];
}

/** What a loaded file was made of: a bundle's map tells. */
function sourcesOf(file: string): readonly string[] {
  if (!existsSync(`${file}.map`)) return [file];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as {
    readonly sources: readonly string[];
  };
  // What the bundler itself wrote has the bundle for its source.
  return sources.filter((source) => source.startsWith("..")).map((source) => resolve(dirname(file), source));
}

function parsed(text: string): Loaded {
  const loaded = JSON.parse(text.slice(text.lastIndexOf("LOADED ") + 7)) as string[];
  const paths = loaded.flatMap(sourcesOf);
  const inside = paths.map((path) => relative(ROOT, path).split(sep).join("/"));
  const packages = inside.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return {
    ours: inside.filter((path) => !path.includes("node_modules")),
    packages: [...new Set(packages)].sort(),
  };
}

describe("what a command loads to start", () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-start-"));
  const manifest = join(folder, "a.yaml");
  const reporter = join(folder, "loaded.cjs");
  before(() => {
    writeFileSync(
      manifest,
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: {} }\n",
    );
    writeFileSync(
      reporter,
      // A face that is shared with programs stands in the cache before anything asks for it.
      `process.on("exit", () => {
        const ran = Object.values(require.cache).filter((module) => "value" in Object.getOwnPropertyDescriptor(module, "exports"));
        process.stderr.write("LOADED " + JSON.stringify(ran.map(({ filename }) => filename)));
      });`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The files that a run of the command loads. */
  function loadedBy(...args: readonly string[]): Loaded {
    const command = ["-r", reporter, join(ROOT, "bin", "palisade.js"), ...args];
    return parsed(spawnSync(process.execPath, command, { encoding: "utf8", cwd: ROOT }).stderr);
  }

  it("reach of manifests: a command line and a YAML parser, no client, engine or schema; and nothing that explains or compares", () => {
    const { ours, packages } = loadedBy("reach", manifest);
    // esbuild where the bundle had to be made first.
    assert.deepEqual(
      packages.filter((name) => name !== "esbuild" && !name.startsWith("@esbuild/")),
      ["commander", "js-yaml"],
    );
    const folders = [
      "kube/",
      "verify/",
      "config/",
      "flows/",
      "compile/",
      "engine/monitor/",
      "policypack/",
      "reachability/answer/explain/",
      "reachability/answer/diff/",
    ];
    assert.ok(ours.includes("reachability/compute/analysis.ts"), "the control: it ran");
    assert.deepEqual(
      ours.filter((path) => folders.some((one) => path.startsWith(one))),
      [],
    );
  });

  it("check of manifests: no client of an API server, no engine, no Pulumi", () => {
    const { ours, packages } = loadedBy("check", manifest);
    assert.deepEqual(
      packages.filter((name) => name.startsWith("@pulumi/") || name.startsWith("@grpc/") || name === "ws"),
      [],
    );
    assert.ok(ours.includes("policypack/policies.ts"), "the control: it ran");
  });
});
