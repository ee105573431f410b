import { strict as assert } from "node:assert";
import { cpSync, symlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { TYPE } from "../../../library/plugin/schema";
import { bench } from "../bench/bench";
import { Engine, type StateResource } from "../engine/engine";
import { root } from "../engine/project";
import { inOrder } from "../machine/inOrder";
import { eventually, must } from "../machine/process";
import { environmentOf, generateSdks, inputsOfFile, type Inputs, PROGRAMS } from "../systems/languages";
import { allowDeletion } from "../systems/account";
import { policyType, succeeded } from "../systems/outcomes";
import { Stacks } from "../systems/stacks";

/** What is known of a resource by whatever program: all but where it stands in the tree of components. */
function described(resources: readonly StateResource[]): Readonly<Record<string, unknown>> {
  const entries = resources
    .filter(({ type }) => type !== TYPE && !/^pulumi:(?:pulumi|providers):/.test(type))
    .map(({ urn, type, inputs, protect = false, retainOnDelete = false }): [string, unknown] => [
      `${type} ${urn.split("::").slice(3).join("::")}`,
      { inputs, protect, retainOnDelete },
    ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those of one cluster, which begins their names. */
const ofCluster = (all: Readonly<Record<string, unknown>>, cluster: string) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(` ${cluster}/`)));

describe("languages: programs in YAML and Python, and the SDKs of the component package", () => {
  inOrder();
  let stacks: Stacks;
  let sdks: string;
  let inputs: Inputs;
  /** What the TypeScript program would make. */
  let asTypeScript: Readonly<Record<string, unknown>>;
  const engines = new Map<string, Engine>();

  before("API servers for the dev stack, and the SDKs", async () => {
    stacks = await Stacks.layOut(bench(), "languages", ["dev"], { clusters: "api", index: 20 });
    sdks = join(stacks.engine.work, "sdks");
    await generateSdks(bench().parts, sdks);
    inputs = inputsOfFile(stacks.config("dev"));
    const { AWS_ENDPOINT_URL = "", KUBECONFIG = "" } = stacks.engine.environment;
    for (const cli of ["older", "newest"] as const) {
      const work = join(stacks.engine.work, cli);
      const env = environmentOf(cli, bench().parts, work, sdks);
      const engine = new Engine(stacks.project, work, bench().parts.path, {
        AWS_ENDPOINT_URL,
        KUBECONFIG,
        ...env,
      });
      await engine.init("dev");
      engines.set(cli, engine);
    }
  });

  after(() => stacks.stop());

  const policies = async (): Promise<number> => {
    const lists = stacks.clusters.map(({ kube }) => kube.list("networking.k8s.io/v1", "NetworkPolicy"));
    return (await Promise.all(lists)).flat().length;
  };

  /** Destroys the stack; then takes the namespaces away, which it retains, so that the next program can make its own. */
  async function goes(engine: Engine): Promise<void> {
    succeeded(await engine.destroy("dev"));
    assert.equal(await policies(), 0);
    for (const { kube } of stacks.clusters) {
      const ours = async () =>
        (await kube.list("v1", "Namespace")).filter(({ metadata }) =>
          /^(?:jewelry|fineract)/.test(metadata.name),
        );
      for (const namespace of await ours()) await kube.remove(namespace);
      await eventually("the namespaces are gone", async () => (await ours()).length === 0 || undefined);
    }
  }

  it("the generated SDKs compile: TypeScript, Python", async () => {
    symlinkSync(join(root, "node_modules"), join(sdks, "node_modules"));
    await must(process.execPath, [
      join(root, "node_modules", "typescript7", "bin", "tsc"),
      ...["--noEmit", "-p", join(sdks, "nodejs")],
    ]);
    const python = join(bench().parts.path, "python-sdk", "bin", "python");
    const asked = "import pulumi_palisade as p; print(p.IsolatedApplications.pulumi_type)";
    await must(python, ["-m", "compileall", "-q", join(sdks, "python", "pulumi_palisade")]);
    await must(python, ["-c", asked], { env: { PYTHONPATH: join(sdks, "python") } });
  });

  it("the generated SDK compiles: Go", async () => {
    const folder = join(sdks, "go", "palisade");
    for (const file of ["go.mod", "go.sum"])
      cpSync(join(root, "test", "e2e", "sdk-generator", file), join(folder, file));
    // Where the parts were built, with what they were built from: the sandbox has no network.
    const { homedir } = userInfo();
    const go = {
      GOPROXY: "off",
      GOWORK: "off",
      CGO_ENABLED: "0",
      GOMODCACHE: join(homedir, "go", "pkg", "mod"),
      GOCACHE: join(homedir, ".cache", "go-build"),
    };
    const cwd = { cwd: folder, env: { ...go, GOFLAGS: "-mod=mod" } };
    await must("go", ["mod", "edit", "-module", "example.com/pulumi-palisade/sdk/go/palisade"], cwd);
    await must("go", ["build", "-trimpath", "./..."], cwd);
  });

  it("a stack of the TypeScript program becomes one of a YAML program: nothing is made anew, nothing goes", async () => {
    const older = engines.get("older");
    assert.ok(older);
    const { pack } = stacks;
    const made = succeeded(await older.up("dev"));
    asTypeScript = described(await older.state("dev"));
    const live = await policies();
    PROGRAMS.yaml(older.project, inputs);
    const preview = succeeded(await older.preview("dev", ["--policy-pack", pack]));
    assert.deepEqual(preview.changes, { create: 1, same: made.changes["create"] });
    assert.deepEqual(
      preview.violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory"),
      [],
    );
    succeeded(await older.up("dev", ["--policy-pack", pack]));
    assert.deepEqual(described(await older.state("dev")), asTypeScript);
    assert.equal(await policies(), live);
    assert.deepEqual(succeeded(await older.up("dev")).changes, { same: (made.changes["create"] ?? 0) + 1 });
    await allowDeletion(await bench().aws());
    await goes(older);
  });

  const programs = [
    ["python", "older"],
    ["python", "newest"],
    ["yaml", "newest"],
  ] as const;
  for (const [language, cli] of programs) {
    it(`${language}, ${cli} CLI: preview and up judged by the pack, an unchanged up, destroy; as the TypeScript program`, async () => {
      const engine = engines.get(cli);
      assert.ok(engine);
      const judged = ["--policy-pack", stacks.pack];
      PROGRAMS[language](engine.project, { ...inputs, only: ["jewelry-shop"] });
      const preview = succeeded(await engine.preview("dev", judged));
      assert.deepEqual(Object.keys(preview.changes), ["create"]);
      const up = succeeded(await engine.up("dev", judged));
      assert.deepEqual(up.changes, preview.changes);
      const state = await engine.state("dev");
      assert.deepEqual(described(state), ofCluster(asTypeScript, "k3d-dev"));
      assert.ok(state.filter(({ type }) => type === policyType).length > 10);
      const again = succeeded(await engine.up("dev"));
      assert.deepEqual(again.changes, { same: up.changes["create"] });
      await goes(engine);
      bench().count(`resources created by a program in ${language}`, up.changes["create"] ?? 0);
    });
  }
});
