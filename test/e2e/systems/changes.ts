import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isolationSpec } from "../../../compile/networkPolicy/isolation";
import type { Kube } from "../kube/client";
import { Engine } from "../engine/engine";
import { editYaml, linkProject, root } from "../engine/project";
import { layOutAccount } from "./account";
import { objectName, objectsIn, policyType, succeeded } from "./outcomes";
import type { Stacks } from "./stacks";

const isolation = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "isolation", namespace: "jewelry-shop" },
};

/** The first cluster of the stack's config. */
interface FirstCluster {
  name: string;
  aliases?: readonly string[];
  identifier?: string;
  readonly platform: Record<string, unknown>;
  readonly applications: Record<string, Record<string, unknown>>;
}

function changeFirstCluster(stacks: Stacks, stack: string, change: (cluster: FirstCluster) => void): void {
  editYaml(stacks.config(stack), (document) => {
    const config = document["config"] as Record<string, readonly FirstCluster[]>;
    const [first] = config["palisade:clusters"] ?? [];
    assert.ok(first);
    change(first);
  });
}

/** What a running dev stack's life brings: each is its own test, and leaves the stack as its config says. */
export function changesOfDev(given: () => Stacks): void {
  const kube = (): Kube => given().cluster("k3d-jewelry-dev").kube;

  it("a change of config changes only the objects that it is in", async () => {
    const { engine } = given();
    const state = await engine.state("dev");
    const concerned = objectsIn(state)
      .filter(
        ({ urn, inputs }) => urn.includes("jewelry-shop") && JSON.stringify(inputs).includes('"monitoring"'),
      )
      .map(objectName);
    assert.ok(concerned.length > 0);
    changeFirstCluster(given(), "dev", ({ platform }) => {
      platform["monitoring"] = { namespace: "watch", pods: { "app.kubernetes.io/name": "prometheus" } };
    });
    const up = succeeded(await engine.up("dev"));
    assert.equal(up.changes["update"], concerned.length);
    assert.deepEqual(Object.keys(up.changes).sort(), ["same", "update"]);
    const urns = new Set(up.steps.filter(({ op }) => op === "update").map(({ urn }) => urn));
    const changed = objectsIn(await engine.state("dev")).filter(({ urn }) => urns.has(urn));
    assert.deepEqual(changed.map(objectName).sort(), concerned.sort());
  });

  it("a cluster with another name, its old one among its aliases, keeps everything", async () => {
    const { engine } = given();
    const before = objectsIn(await engine.state("dev"))
      .map(objectName)
      .sort();
    let first = "";
    changeFirstCluster(given(), "dev", (cluster) => {
      first = cluster.name;
      Object.assign(cluster, { name: "renamed", aliases: [first], identifier: first });
    });
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
    const renamed = objectsIn(await engine.state("dev"));
    assert.deepEqual(renamed.map(objectName).sort(), before);
    assert.ok(renamed.some(({ urn }) => urn.includes("renamed/jewelry-shop")));
    changeFirstCluster(given(), "dev", (cluster) =>
      Object.assign(cluster, { name: first, aliases: ["renamed"], identifier: first }),
    );
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
  });

  it("a change of stage updates one object, in place", async () => {
    const uid = async () => (await kube().read(isolation))?.metadata["uid"];
    const before = await uid();
    for (const stage of ["observe", "enforce"]) {
      changeFirstCluster(given(), "dev", ({ applications }) => {
        const shop = applications["jewelry-shop"];
        assert.ok(shop);
        shop["stage"] = stage;
      });
      const up = succeeded(await given().engine.up("dev"));
      const updated = up.steps.filter(({ type, op }) => op === "update" && type === policyType);
      assert.deepEqual(up.changes["update"], 1, JSON.stringify(up.steps));
      assert.equal(updated.length, 1);
      assert.equal(await uid(), before, "the same object");
    }
  });

  for (const { what, spec } of [
    { what: "a direction taken out", spec: { policyTypes: ["Ingress"] } },
    { what: "a rule for everyone in the place of the one for nobody", spec: { ingress: [{}] } },
  ]) {
    it(`isolation changed by hand, ${what}: refresh sees it, up is refused, and takes it back when told to`, async () => {
      const { engine } = given();
      await kube().merge({ ...isolation, spec });
      const refreshed = succeeded(await engine.refresh("dev"));
      assert.equal(refreshed.changes["update"], 1, refreshed.stdout);
      const refused = await engine.up("dev");
      assert.notEqual(refused.code, 0, "a field that somebody else holds isn't taken over unasked");
      assert.match(refused.stdout, /conflict/);
      // The variable is an input of the providers too, so these are updates beside the policy's.
      const up = succeeded(await engine.up("dev", [], { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }));
      const updated = up.steps.filter(({ type, op }) => op === "update" && type === policyType);
      assert.equal(updated.length, 1, JSON.stringify(up.steps));
      const repaired = (await kube().read(isolation))?.["spec"];
      assert.deepEqual(repaired, isolationSpec("enforce"));
    });
  }

  it("a change that breaks isolation is stopped at preview, in our words", async () => {
    const { bench, pack } = given();
    const broken = linkProject(root, join(bench.folder, "engine", "broken"));
    editYaml(join(broken, "Pulumi.yaml"), (document) => (document["main"] = "broken.ts"));
    writeFileSync(
      join(broken, "broken.ts"),
      `import "./index";
import * as k8s from "@pulumi/kubernetes";
new k8s.networking.v1.NetworkPolicy("temporary", {
  metadata: { name: "temporary", namespace: "jewelry-shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
});
`,
    );
    await layOutAccount(await bench.aws(), join(broken, "Pulumi.dev.yaml"));
    const work = join(bench.folder, "engine", "broken-work");
    // No kubeconfig: what is wrong is found before any cluster is asked.
    const other = new Engine(broken, work, bench.parts.path, { AWS_ENDPOINT_URL: await bench.aws() });
    await other.init("dev");
    const preview = await other.preview("dev", ["--policy-pack", pack]);
    assert.notEqual(preview.code, 0);
    const names = preview.violations.map(({ policyName }) => policyName);
    assert.ok(names.includes("network-policy-no-everyone-ingress"), preview.stdout + preview.stderr);
    assert.ok(preview.violations.every(({ enforcementLevel }) => enforcementLevel === "mandatory"));
    const [first] = preview.violations.filter(
      ({ policyName }) => policyName === "network-policy-no-everyone-ingress",
    );
    assert.match(`${first?.resourceUrn ?? ""} ${first?.message ?? ""}`, /temporary/);
  });
}
