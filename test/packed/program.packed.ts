import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { EXAMPLES } from "../library/examples";
import { README_PACK, README_PROGRAM } from "./readmeProgram";
import { install, must, type Ran, run, type Tarballs, tarballs, versionOf, Workbench } from "./workbench";

/** What `pulumi new kubernetes-typescript` writes. */
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts", "onAws.ts", ...Object.keys(EXAMPLES).map((name) => `reference/${name}.ts`)],
});

const ON_AWS = `import { DatabaseAccess, type DatabaseAccessArgs } from "pulumi-palisade/aws";
export const make = (args: DatabaseAccessArgs) => new DatabaseAccess("main", args).groupId;
`;

const pinned = (name: string): string => `${name}@${versionOf(name)}`;
const SDKS = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/aws"].map(pinned);

describe("a program with the package's components, as the package's README has it", () => {
  const bench = new Workbench();
  let made: Tarballs;
  let folder: string;
  const palisade = (...args: string[]): Promise<Ran> =>
    run(folder, path.join(folder, "node_modules", ".bin", "palisade"), args);

  before(async () => {
    made = await tarballs();
    folder = bench.user("program", {
      ...README_PROGRAM,
      "onAws.ts": ON_AWS,
      ...Object.fromEntries(Object.entries(EXAMPLES).map(([name, text]) => [`reference/${name}.ts`, text])),
      "tsconfig.json": TSCONFIG,
    });
    await install(folder, [
      made.palisade,
      made.policyPack,
      ...SDKS,
      `typescript@5.9.3`,
      `@types/node@${versionOf("@types/node")}`,
    ]);
  });
  after(() => bench.remove());

  it("compiles with the tsconfig of a new Pulumi project, unchanged, as every example of the reference does", async () => {
    await must(folder, path.join(folder, "node_modules", ".bin", "tsc"), ["--noEmit"]);
  });

  it("previews, judged by the installed pack, and exactly what it declares is open", async () => {
    const pack = path.join("node_modules", "palisade-policypack");
    const { code, stdout, stderr } = await palisade("preview", "--policy-pack", pack, "--fail-on", "unknown");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /shop .*: exactly these are open/);
    assert.match(stdout, /^CLEAN {2}judged by palisade$/m);
  });

  it("tells a mistake in a declaration with exit code 2, without a stack trace", async () => {
    const { code, stderr } = await palisade("preview", "--stack", "nowhere");
    assert.equal(code, 2, stderr);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  for (const [what, command] of [
    ["launcher on PATH", [path.join("node_modules", ".bin", "pulumi-resource-palisade")]],
    ["folder that `pulumi package add` takes", [path.join("node_modules", "pulumi-palisade", "plugin")]],
  ] as const) {
    it(`serves the component package of other languages, from the ${what}`, async () => {
      const plugin = spawn(process.execPath, [...command, "127.0.0.1:1"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const said = await Promise.race([
        once(plugin.stdout, "data").then(([data]: unknown[]) => String(data)),
        once(plugin, "exit").then(() => "it ended"),
      ]);
      plugin.kill("SIGKILL");
      assert.match(said, /^\d+\n$/);
    });
  }

  it("takes the configuration of the policy pack's README; and the pack around it that is there compiles", async () => {
    const ours = bench.user("ours-pack", {
      "policies.json": README_PACK.packConfig,
      "index.ts": README_PACK.ownPack,
    });
    const pack = ["--policy-pack", path.join("node_modules", "palisade-policypack")];
    const config = ["--policy-pack-config", path.join(ours, "policies.json")];
    const { stdout, code } = await palisade("preview", ...pack, ...config);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /The profile baseline is in force/);
    await install(ours, ["--save-dev", made.policyPack]);
    await install(ours, [...["@pulumi/policy", "@pulumi/pulumi"].map(pinned), "typescript@5.9.3"]);
    await must(ours, path.join(ours, "node_modules", ".bin", "tsc"), [
      "--noEmit",
      "--skipLibCheck",
      "index.ts",
    ]);
  });

  it("makes a new project, with another application, that compiles, previews clean and passes its own tests", async () => {
    await must(folder, "npx", ["--yes", "--package", made.palisade, "palisade", "new", "isolation"]);
    const ours = path.join(folder, "isolation");
    const command = path.join(folder, "node_modules", ".bin", "palisade");
    await must(ours, command, ["new", "application", "orders"]);
    await install(ours, [made.palisade, made.policyPack]);
    await must(ours, path.join(ours, "node_modules", ".bin", "tsc"), []);
    assert.match(await must(ours, "npm", ["run", "preview"]), /^CLEAN {2}judged by palisade$/m);
    await must(ours, "npm", ["test"]);
  });
});
