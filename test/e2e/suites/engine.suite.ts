import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { Engine, type Outcome, type StateResource } from "../engine/engine";
import { layOutAccount } from "../systems/account";
import { editYaml, linkProject, packPolicies, root } from "../engine/project";
import type { KubeObject } from "../kube/client";

const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function succeeded(outcome: Outcome): Outcome {
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

/** "NetworkPolicy jewelry-shop/django-ingress" for what a state's resource is on a cluster. */
function objectName({ inputs }: StateResource): string {
  const { kind, metadata } = inputs as unknown as KubeObject;
  return `${kind} ${[metadata.namespace, metadata.name].filter(Boolean).join("/")}`;
}

const objectsIn = (state: readonly StateResource[]): readonly StateResource[] =>
  state.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));

describe("engine: Pulumi's own CLI provisions the stacks on real API servers", function () {
  // Each step starts from what the one before has made.
  this.bail(true);
  let clusters: Cluster[];
  let engine: Engine;
  let project: string;
  let pack: string;
  let environment: Record<string, string>;

  const clusterOf = (context: string): Cluster => {
    const found = clusters.find(({ options }) => options.name === context);
    assert.ok(found, `cluster ${context}`);
    return found;
  };

  before("an API server for each cluster of the dev and prod stacks", async () => {
    const contexts = ["k3d-jewelry-dev", "fineract-dev", "production", "fineract-production"];
    clusters = [];
    for (const [i, name] of contexts.entries()) {
      clusters.push(await bench().startCluster({ name, index: i + 1, serviceCidr: "10.43.0.0/16" }, "api"));
    }
    const work = join(bench().folder, "engine");
    project = linkProject(root, join(work, "project"));
    pack = await packPolicies(join(work, "pack"));
    const endpoint = await bench().aws();
    for (const stack of ["dev", "prod"]) await layOutAccount(endpoint, join(project, `Pulumi.${stack}.yaml`));
    environment = { KUBECONFIG: bench().kubeconfig(clusters), AWS_ENDPOINT_URL: endpoint };
    engine = new Engine(project, work, bench().parts.path, environment);
    await engine.init("dev");
    await engine.init("prod");
  });

  after(async () => {
    for (const cluster of clusters) await bench().stopCluster(cluster);
  });

  let created = 0;

  it("preview with the packed policy pack: everything is created, nothing is violated, nothing is done", async () => {
    const preview = succeeded(await engine.preview("dev", ["--policy-pack", pack]));
    assert.deepEqual(Object.keys(preview.changes), ["create"]);
    created = preview.changes["create"] ?? 0;
    assert.ok(created > 20, `${created} resources`);
    assert.deepEqual(preview.violations, []);
    assert.deepEqual(await clusterOf("fineract-dev").kube.list("networking.k8s.io/v1", "NetworkPolicy"), []);
  });

  it("up: makes what was previewed; each object is live as it was registered", async () => {
    const up = succeeded(await engine.up("dev", ["--policy-pack", pack]));
    assert.deepEqual(up.changes, { create: created });
    bench().count("resources created by up", created);
    const objects = objectsIn(await engine.state("dev"));
    const live = await Promise.all(
      ["k3d-jewelry-dev", "fineract-dev"].map((name) =>
        clusterOf(name).kube.list("networking.k8s.io/v1", "NetworkPolicy"),
      ),
    );
    const registered = objects.filter(({ type }) => type === policyType);
    const specOf = (object: KubeObject | StateResource["inputs"]) => (object as KubeObject)["spec"];
    assert.deepEqual(
      new Map(
        live.flat().map((each) => [`${each.metadata.namespace ?? ""}/${each.metadata.name}`, specOf(each)]),
      ),
      new Map(registered.map((each) => [each.id ?? "", specOf(each.outputs)])),
    );
    assert.ok(registered.length > 10);
  });

  it("second up: nothing changes", async () => {
    const again = succeeded(await engine.up("dev"));
    assert.deepEqual(again.changes, { same: created });
  });

  it("refresh: no drift", async () => {
    const refreshed = succeeded(await engine.refresh("dev"));
    assert.deepEqual(
      refreshed.steps.filter(({ op }) => op !== "refresh"),
      [],
    );
    const again = succeeded(await engine.preview("dev"));
    assert.deepEqual(again.changes, { same: created });
  });

  it("a change of config changes only the objects that it is in", async () => {
    const before = objectsIn(await engine.state("dev"));
    const concerned = before
      .filter(
        ({ urn, inputs }) => urn.includes("jewelry-shop") && JSON.stringify(inputs).includes('"monitoring"'),
      )
      .map(objectName);
    assert.ok(concerned.length > 0);
    editYaml(join(project, "Pulumi.dev.yaml"), (document) => {
      const config = document["config"] as Record<string, { platform: Record<string, unknown> }[]>;
      const [k3d] = config["palisade:clusters"] ?? [];
      assert.ok(k3d);
      k3d.platform["monitoring"] = { namespace: "watch", pods: { "app.kubernetes.io/name": "prometheus" } };
    });
    const up = succeeded(await engine.up("dev"));
    assert.deepEqual(up.changes, { same: created - concerned.length, update: concerned.length });
    const urns = new Set(up.steps.filter(({ op }) => op === "update").map(({ urn }) => urn));
    const changed = objectsIn(await engine.state("dev")).filter(({ urn }) => urns.has(urn));
    assert.deepEqual(changed.map(objectName).sort(), concerned.sort());
  });

  it("a change of stage updates one object, in place", async () => {
    const { kube } = clusterOf("k3d-jewelry-dev");
    const isolation = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "isolation", namespace: "jewelry-shop" },
    };
    const uid = async () => (await kube.read(isolation))?.metadata["uid"];
    const before = await uid();
    for (const stage of ["observe", "enforce"]) {
      editYaml(join(project, "Pulumi.dev.yaml"), (document) => {
        const config = document["config"] as Record<
          string,
          { applications: Record<string, Record<string, unknown>> }[]
        >;
        const shop = config["palisade:clusters"]?.[0]?.applications["jewelry-shop"];
        assert.ok(shop);
        shop["stage"] = stage;
      });
      const up = succeeded(await engine.up("dev"));
      const updated = up.steps.filter(({ type, op }) => op === "update" && type === policyType);
      assert.deepEqual(up.changes["update"], 1, JSON.stringify(up.steps));
      assert.equal(updated.length, 1);
      assert.equal(await uid(), before, "the same object");
    }
  });

  it("refresh sees what was changed by hand; up takes it back where it is told to", async () => {
    const { kube } = clusterOf("k3d-jewelry-dev");
    const isolation = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "isolation", namespace: "jewelry-shop" },
    };
    await kube.merge({ ...isolation, spec: { policyTypes: ["Ingress"] } });
    const refreshed = succeeded(await engine.refresh("dev"));
    assert.equal(refreshed.changes["update"], 1, refreshed.stdout);
    const refused = await engine.up("dev");
    assert.notEqual(refused.code, 0, "a field that somebody else holds isn't taken over unasked");
    assert.match(refused.stdout, /conflict/);
    const up = succeeded(await engine.up("dev", [], { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }));
    assert.equal(up.changes["update"], 1);
    const repaired = (await kube.read(isolation))?.["spec"];
    assert.deepEqual(repaired, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("a change that breaks isolation is stopped at preview, in our words", async () => {
    const broken = linkProject(root, join(bench().folder, "engine", "broken"));
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
    await layOutAccount(await bench().aws(), join(broken, "Pulumi.dev.yaml"));
    const work = join(bench().folder, "engine", "broken-work");
    // No kubeconfig: what is wrong is found before any cluster is asked.
    const other = new Engine(broken, work, bench().parts.path, { AWS_ENDPOINT_URL: await bench().aws() });
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

  it("destroy: only the retained namespaces are left", async () => {
    succeeded(await engine.destroy("dev"));
    for (const [context, namespace] of [
      ["k3d-jewelry-dev", "jewelry-shop"],
      ["fineract-dev", "fineract-dev"],
    ] as const) {
      const { kube } = clusterOf(context);
      assert.deepEqual(await kube.list("networking.k8s.io/v1", "NetworkPolicy"), []);
      const names = (await kube.list("v1", "Namespace")).map(({ metadata }) => metadata.name);
      assert.ok(names.includes(namespace), `${namespace} stays`);
    }
    assert.deepEqual(await engine.state("dev"), []);
  });

  it("prod: destroy is refused by protection; unprotected on purpose, it goes and the namespaces stay", async () => {
    succeeded(await engine.up("prod", ["--policy-pack", pack]));
    const protectedOnes = (await engine.state("prod")).filter(({ protect }) => protect === true);
    assert.deepEqual(protectedOnes.map(objectName).sort(), [
      "Namespace fineract-production",
      "Namespace jewelry-shop",
    ]);
    const refused = await engine.destroy("prod");
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /protect/);
    const live = await clusterOf("production").kube.list("networking.k8s.io/v1", "NetworkPolicy");
    assert.ok(live.length > 0, "a refused destroy takes no policy away");
    for (const { urn } of protectedOnes) {
      const unprotected = await engine.pulumi(["state", "unprotect", urn, "--yes", "--stack", "prod"]);
      assert.equal(unprotected.code, 0, unprotected.stderr);
    }
    succeeded(await engine.destroy("prod"));
    const names = (await clusterOf("production").kube.list("v1", "Namespace")).map(
      ({ metadata }) => metadata.name,
    );
    assert.ok(names.includes("jewelry-shop"));
    assert.deepEqual(await clusterOf("production").kube.list("networking.k8s.io/v1", "NetworkPolicy"), []);
  });
});
