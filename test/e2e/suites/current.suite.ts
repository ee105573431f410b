import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { bench } from "../bench/bench";
import { CurrentEngine, type CurrentOutcome } from "../engine/current";
import { editYaml } from "../engine/project";
import { goParts } from "../parts/catalogue";
import { contextsOf, Stacks } from "../systems/stacks";

/** The engine of the newest CLI that can be built: it judges by the packed policies, too. */
describe("current: the newest CLI that builds, by the Automation API", function () {
  this.bail(true);
  let stacks: Stacks;
  let created = 0;

  const main: PulumiFn = () => (createRequire(__filename)("../../../index") as PulumiFn)();
  const broken: PulumiFn = async () => {
    await main();
    new k8s.networking.v1.NetworkPolicy("temporary", {
      metadata: { name: "temporary", namespace: "jewelry-shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    });
  };

  async function open(program: PulumiFn, clusters = true): Promise<CurrentEngine> {
    const { AWS_ENDPOINT_URL = "", KUBECONFIG = "" } = stacks.engine.environment;
    const work = join(bench().folder, "current", "work");
    const env = { AWS_ENDPOINT_URL, ...(clusters ? { KUBECONFIG } : {}) };
    return CurrentEngine.open(stacks.project, work, bench().parts, "dev", program, env);
  }

  function succeeded(outcome: CurrentOutcome): CurrentOutcome {
    assert.equal(outcome.failure, undefined);
    return outcome;
  }

  before("the dev stack's clusters", async () => {
    stacks = await Stacks.layOut(bench(), "current", ["dev"], { clusters: "api" });
    // Inline programs are started by no language host, and their project's main file is none of theirs.
    editYaml(join(stacks.project, "Pulumi.yaml"), (document) => {
      document["runtime"] = "nodejs";
      Reflect.deleteProperty(document, "main");
    });
  });

  after(() => stacks.stop());

  it("is the version that the parts pin", async () => {
    const { version } = await open(main);
    assert.equal(`v${version}`, goParts.find(({ name }) => name === "current/bin/pulumi")?.version);
  });

  it("preview with the packed policy pack: everything is created, nothing is violated", async () => {
    const preview = succeeded(await (await open(main)).preview([stacks.pack]));
    assert.deepEqual(Object.keys(preview.changes), ["create"]);
    assert.deepEqual(preview.violations, []);
    created = preview.changes["create"] ?? 0;
    // Before any update, the older engine previews the same.
    const older = await stacks.engine.preview("dev");
    assert.equal(created, older.changes["create"]);
  });

  it("a change that breaks isolation is stopped at preview by the packed policy pack, in our words", async () => {
    // No kubeconfig: what is wrong is found before any cluster is asked.
    const preview = await (await open(broken, false)).preview([stacks.pack]);
    assert.notEqual(preview.failure, undefined);
    const found = preview.violations.filter(
      ({ policyName }) => policyName === "network-policy-no-everyone-ingress",
    );
    assert.equal(found.length, 1, preview.failure);
    assert.match(`${found[0]?.resourceUrn ?? ""} ${found[0]?.message ?? ""}`, /temporary/);
    assert.ok(preview.violations.every(({ enforcementLevel }) => enforcementLevel === "mandatory"));
  });

  it("up makes what was previewed, a second up changes nothing, destroy leaves no policy", async () => {
    const engine = await open(main);
    assert.deepEqual(succeeded(await engine.up([stacks.pack])).changes, { create: created });
    bench().count("resources created by up", created);
    assert.deepEqual(succeeded(await engine.up()).changes, { same: created });
    succeeded(await engine.destroy());
    for (const context of contextsOf("dev")) {
      const { kube } = stacks.cluster(context);
      assert.deepEqual(await kube.list("networking.k8s.io/v1", "NetworkPolicy"), []);
    }
  });
});
