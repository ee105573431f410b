import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Files that were loaded: ours by their path, packages' by the package's name. */
interface Loaded {
  readonly ours: readonly string[];
  readonly packages: readonly string[];
}

function parsed(text: string): Loaded {
  const paths = JSON.parse(text.slice(text.lastIndexOf("LOADED ") + 7)) as string[];
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
      `process.on("exit", () => process.stderr.write("LOADED " + JSON.stringify(Object.keys(require.cache))));`,
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
    // esbuild where something wasn't transpiled before.
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
    assert.ok(ours.includes("reachability/compute/index.ts"), "the control: it ran");
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
    assert.ok(ours.includes("policypack/index.ts"), "the control: it ran");
  });
});
