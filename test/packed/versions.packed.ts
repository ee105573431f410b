import { strict as assert } from "node:assert";
import path from "node:path";
import { README_PROGRAM } from "./readmeProgram";
import { install, must, run, type Tarballs, tarballs, Workbench } from "./workbench";

/** The oldest SDK and Kubernetes package that the package admits, and the newest at the time of writing. */
const SDKS = [
  ["3.248.0", "4.30.0"],
  ["3.276.0", "4.34.2"],
] as const;
/** The other lines of Node.js that are maintained; the tests' own is the oldest. */
const NODES = ["22.23.3", "24.21.0"];

describe("the package on the corners of what it supports", () => {
  const bench = new Workbench();
  let made: Tarballs;
  const nodes = new Map<string, string>([[process.versions.node, process.execPath]]);

  before(async () => {
    made = await tarballs();
    for (const version of NODES) {
      const folder = bench.user(`node-${version}`, {});
      // What the package "node" would fetch by an install script.
      const binary = `node-${process.platform}-${process.arch}`;
      await install(folder, [`${binary}@${version}`]);
      nodes.set(version, path.join(folder, "node_modules", binary, "bin", "node"));
    }
  });
  after(() => bench.remove());

  for (const [sdk, kubernetes] of SDKS) {
    it(`previews without a word on stderr with SDK ${sdk} and @pulumi/kubernetes ${kubernetes}, on each Node.js`, async () => {
      const folder = bench.user(`sdk-${sdk}`, README_PROGRAM);
      await install(folder, [
        made.palisade,
        made.policyPack,
        `@pulumi/pulumi@${sdk}`,
        `@pulumi/kubernetes@${kubernetes}`,
      ]);
      const command = path.join(folder, "node_modules", "pulumi-palisade", "bin", "palisade.js");
      const pack = path.join("node_modules", "palisade-policypack");
      for (const [version, node] of nodes) {
        const args = [command, "preview", "--policy-pack", pack, "--fail-on", "unknown"];
        const { code, stdout, stderr } = await run(folder, node, args);
        assert.deepEqual({ version, code, stderr }, { version, code: 0, stderr: "" }, stdout);
      }
    });
  }

  it("makes a new project whose tests pass on each Node.js", async () => {
    const folder = bench.user("makes-new", {});
    await install(folder, [made.palisade]);
    await must(folder, path.join(folder, "node_modules", ".bin", "palisade"), ["new", "isolation"]);
    const ours = path.join(folder, "isolation");
    await install(ours, [made.palisade, made.policyPack]);
    for (const node of nodes.values()) {
      const found = [path.dirname(node), process.env["PATH"]].join(path.delimiter);
      await must(ours, "env", [`PATH=${found}`, "npm", "test"]);
    }
  });

  it("installs with pnpm, which gives a package only what it asks for", async () => {
    const folder = bench.user("pnpm", README_PROGRAM);
    const pnpm = ["exec", "--yes", "--", "pnpm@12.21.0"];
    await must(folder, "npm", [
      ...pnpm,
      "add",
      "--ignore-scripts",
      made.palisade,
      made.policyPack,
      "@pulumi/pulumi@3.248.0",
      "@pulumi/kubernetes@4.34.2",
    ]);
    const command = path.join(folder, "node_modules", ".bin", "palisade");
    const { code, stdout, stderr } = await run(folder, command, [
      "preview",
      "--policy-pack",
      path.join("node_modules", "palisade-policypack"),
    ]);
    assert.equal(code, 0, stdout + stderr);
  });

  it("is found right by every kind of resolution: publint and arethetypeswrong have nothing to say", async () => {
    const folder = bench.user("resolution", {});
    const tool = (name: string, ...args: string[]): Promise<string> =>
      must(folder, "npm", ["exec", "--yes", "--", name, ...args]);
    for (const tarball of [made.palisade, made.policyPack]) {
      await tool("publint@0.3.25", "run", "--strict", tarball);
    }
    await tool("@arethetypeswrong/cli@0.18.5", made.palisade);
  });
});
