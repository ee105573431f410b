import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { plannedObjects } from "../../../cli/verify/planned";
import { bench } from "../bench/bench";
import { CurrentEngine, type CurrentOutcome } from "../engine/current";
import { editYaml, root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { goParts } from "../parts/catalogue";
import { inOrder } from "../machine/inOrder";
import { run } from "../machine/process";
import { Stacks } from "../systems/stacks";

/** The engine of the newest CLI that can be built: it judges by the packed policies, too. */
describe("current: the newest CLI that builds, by the Automation API", () => {
  inOrder();
  let whole: Stacks;
  let stacks: Stacks;

  const main: PulumiFn = () => (createRequire(__filename)("../../../index") as PulumiFn)();
  const broken: PulumiFn = async () => {
    await main();
    new k8s.networking.v1.NetworkPolicy("temporary", {
      metadata: { name: "temporary", namespace: "jewelry-shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    });
  };

  function open(laid: Stacks, program: PulumiFn, clusters = true): Promise<CurrentEngine> {
    const { AWS_ENDPOINT_URL = "", KUBECONFIG } = laid.engine.environment;
    const env = { AWS_ENDPOINT_URL, ...(clusters && KUBECONFIG !== undefined ? { KUBECONFIG } : {}) };
    return CurrentEngine.open(
      laid.project,
      join(laid.engine.work, "current"),
      bench().parts,
      "dev",
      program,
      env,
    );
  }

  const policies = async (): Promise<number> => {
    const lists = stacks.clusters.map(({ kube }) => kube.list("networking.k8s.io/v1", "NetworkPolicy"));
    return (await Promise.all(lists)).flat().length;
  };

  /** As in uat and prod: what is protected stops a destroy, unless the command says to pass over it. */
  async function refusesProtected(engine: CurrentEngine): Promise<void> {
    const before = await policies();
    assert.ok(before > 0);
    const all = ["state", "protect", "--all", "--yes"];
    const said = await engine.cli(all);
    assert.equal(said.code, 0, said.stdout + said.stderr);
    const refused = await engine.destroy();
    assert.match(refused.failure ?? "", /protected/);
    assert.equal(await policies(), before);
    const passed = await engine.cli(["destroy", "--preview-only", "--ignore-protect"]);
    assert.equal(passed.code, 0, passed.stdout + passed.stderr);
    const open = await engine.cli(["state", "unprotect", "--all", "--yes"]);
    assert.equal(open.code, 0, open.stdout + open.stderr);
  }

  function succeeded(outcome: CurrentOutcome): CurrentOutcome {
    assert.equal(outcome.failure, undefined);
    return outcome;
  }

  before("the dev stack, the shop alone with its cluster", async () => {
    whole = await Stacks.layOut(bench(), "current-whole", ["dev"], { clusters: "none" });
    stacks = await Stacks.layOut(bench(), "current", ["dev"], {
      clusters: "api",
      only: "jewelry-shop",
      index: 13,
    });
    // Inline programs are started by no language host, and their project's main file is none of theirs.
    for (const { project } of [whole, stacks]) {
      editYaml(join(project, "Pulumi.yaml"), (document) => {
        document["runtime"] = "nodejs";
        Reflect.deleteProperty(document, "main");
      });
    }
  });

  after(() => stacks.stop());

  it("is the version that the parts pin", async () => {
    const { version } = await open(whole, main);
    assert.equal(`v${version}`, goParts.find(({ name }) => name === "current/bin/pulumi")?.version);
  });

  it("preview of the whole stack with the packed policy pack: as the older engine's, and nothing is violated", async () => {
    const engine = await open(whole, main);
    let preview = await engine.preview([whole.pack]);
    // On a busy machine this CLI may be asked a function of a provider before it knows that it has registered it.
    for (let i = 0; i < 4 && preview.failure?.includes("Invoke: unknown provider") === true; i++)
      preview = await engine.preview([whole.pack]);
    assert.equal(preview.failure, undefined);
    assert.deepEqual(preview.violations, []);
    assert.deepEqual(preview.changes, (await whole.engine.preview("dev")).changes);
  });

  it("a change that breaks isolation is stopped at preview by the packed policy pack, in our words", async () => {
    // No kubeconfig: what is wrong is found before any cluster is asked.
    const preview = await (await open(stacks, broken, false)).preview([stacks.pack]);
    assert.notEqual(preview.failure, undefined);
    const found = preview.violations.filter(
      ({ policyName }) => policyName === "network-policy-no-everyone-ingress",
    );
    assert.equal(found.length, 1, preview.failure);
    assert.match(`${found[0]?.resourceUrn ?? ""} ${found[0]?.message ?? ""}`, /temporary/);
    assert.ok(preview.violations.every(({ enforcementLevel }) => enforcementLevel === "mandatory"));
  });

  it("up makes what was previewed, a second up changes nothing, destroy leaves no policy", async () => {
    const engine = await open(stacks, main);
    const preview = succeeded(await engine.preview([stacks.pack]));
    assert.deepEqual(Object.keys(preview.changes), ["create"]);
    assert.deepEqual(preview.violations, []);
    const { create = 0 } = preview.changes;
    assert.deepEqual(succeeded(await engine.up([stacks.pack])).changes, { create });
    bench().count("resources created by up", create);
    assert.deepEqual(succeeded(await engine.up()).changes, { same: create });
    await refusesProtected(engine);
    succeeded(await engine.destroy());
    assert.equal(await policies(), 0);
  });

  it("what is there before is taken over as it is: up refuses it, `palisade import` writes the file that takes it, and up changes in place what differs", async () => {
    const engine = await open(stacks, main);
    const [cluster] = stacks.clusters;
    assert.ok(cluster);
    const name = "k3d-dev";
    const planned = (await plannedObjects("dev", stacks.project)).objects.get(name) ?? [];
    const wanted = planned.filter(({ kind }) => kind === "NetworkPolicy") as unknown as readonly KubeObject[];
    // The namespace is there since the last test. Its policies, as somebody made them with kubectl, one with less than the plan has; and one of the owner's.
    for (const { metadata, ...policy } of wanted) {
      const { annotations, ...rest } = metadata;
      const isolates = metadata.name === "isolation";
      const object = { ...policy, metadata: isolates ? rest : { ...rest, annotations } } as KubeObject;
      await cluster.kube.create(object, { manager: "kubectl-create", dryRun: false });
    }
    const own = { ...wanted[0], metadata: { name: "by-hand", namespace: "jewelry-shop" } } as KubeObject;
    await cluster.kube.create(own, { manager: "kubectl-create", dryRun: false });
    const uids = async () => {
      const live = await cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy");
      return live.map(({ metadata }) => `${metadata.name} ${String(metadata["uid"])}`).sort();
    };
    const before = await uids();
    assert.match((await engine.up()).failure ?? "", /already exists/);
    assert.deepEqual(await uids(), before);
    const file = join(stacks.engine.work, "resources.json");
    const said = await run(process.execPath, [
      ...[join(root, "bin", "palisade.js"), "import", "--context", cluster.options.name],
      ...["--kubeconfig", cluster.controlPlane.kubeconfig, "--stack", "dev", "--cwd", stacks.project],
      ...["--cluster", name, "--resources", file],
    ]);
    assert.equal(said.code, 0, said.stderr);
    const how = ["--protect=false", "--generate-code=false", "--yes"];
    const taken = await engine.cli(["import", "--file", file, ...how], bench().parts.path);
    assert.equal(taken.code, 0, taken.stdout + taken.stderr);
    assert.deepEqual(await uids(), before, "an import changes nothing");
    const up = succeeded(await engine.up([stacks.pack]));
    assert.deepEqual(Object.keys(up.changes).sort(), ["same", "update"], JSON.stringify(up.changes));
    assert.deepEqual(await uids(), before, "nothing is made anew, and the owner's own stays");
    const again = succeeded(await engine.up());
    assert.deepEqual(Object.keys(again.changes), ["same"]);
  });
});
