import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { policiesPage } from "../../policypack/documentation";
import { toYaml } from "./toYaml";

const root = join(__dirname, "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const manifest = (...path: string[]) =>
  JSON.parse(read(...path)) as { version: string; main: string; dependencies: Record<string, string> };

describe("policy pack: packaging", () => {
  it("is built once, and not again while nothing changes", async () => {
    const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
    const { bundle } = await buildPolicyPack();
    const { mtimeMs } = statSync(bundle);
    assert.deepEqual(await buildPolicyPack(), { directory: join(root, "policypack"), bundle, built: false });
    assert.equal(statSync(bundle).mtimeMs, mtimeMs);
  });

  it("has everything but Pulumi's SDK in its bundle, and no provider", async () => {
    const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
    const { bundle } = await buildPolicyPack();
    const required = [...readFileSync(bundle, "utf8").matchAll(/\brequire\("([^"]+)"\)/g)].map(
      ([, name]) => name,
    );
    const packages = Object.keys(manifest("policypack", "package.json").dependencies);
    const foreign = required.filter((name = "") => !packages.some((one) => `${name}/`.startsWith(`${one}/`)));
    assert.deepEqual([...new Set(foreign)], ["node:net"]);
  });

  it("depends on the SDK versions of the repository", () => {
    const { dependencies, main } = manifest("policypack", "package.json");
    const { dependencies: ours } = manifest("package.json");
    assert.equal(main, "dist/index.js");
    const names = ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf"];
    assert.deepEqual(dependencies, Object.fromEntries(names.map((name) => [name, ours[name]])));
  });

  it("packs into one folder and tarball that name nothing outside themselves", async () => {
    const { packPolicyPack } = await import("../../scripts/pack-policypack.mjs");
    const base = mkdtempSync(join(tmpdir(), "palisade-pack-"));
    try {
      const { folder, tarball } = await packPolicyPack(join(base, "pack"));
      assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), [
        "CHANGELOG.md",
        "LICENSE",
        "PulumiPolicy.yaml",
        "README.md",
        "dist",
        join("dist", "crossguard.d.ts"),
        join("dist", "crossguard.js"),
        join("dist", "index.js"),
        "package.json",
        "policies.md",
        "policies.schema.json",
      ]);
      const packed = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as object;
      assert.deepEqual(Object.keys(packed).sort(), [
        "dependencies",
        "description",
        "engines",
        "license",
        "main",
        "name",
        "version",
      ]);
      const first = readFileSync(tarball);
      await packPolicyPack(join(base, "pack"));
      assert.ok(first.equals(readFileSync(tarball)), "the same contents make the same archive");
    } finally {
      rmSync(base, { recursive: true });
    }
  });

  it("is documented as it is: `node scripts/policies-doc.mjs` brings docs/policies.md up to date", async () => {
    const page = await format(policiesPage(toYaml), { parser: "markdown", printWidth: 110 });
    assert.equal(read("docs", "policies.md"), page);
  });
});
