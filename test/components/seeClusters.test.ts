import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PalisadeInputError } from "../../problems";
import { type ClusterToSee, seeClusters } from "../../components/seeClusters";
import type { Stage } from "../../compile/cluster";
import { type Answer, FakeApiServer } from "../kube/fakeApiServer";

describe("clusters are looked at before anything is registered", () => {
  let folder: string;
  let server: FakeApiServer;
  let file: string;
  const namespaces = new Set<string>();
  let isolation: Answer | undefined;
  const kept = { ...process.env };

  const cluster = (adopt: boolean, kubeconfig = file, stage: Stage = "enforce"): ClusterToSee => ({
    cluster: { name: "lab", access: { context: "lab", kubeconfig } },
    applications: [{ placement: { namespace: "shop", adopt, stage } }],
  });

  async function warnings(clusters: readonly ClusterToSee[]): Promise<readonly string[]> {
    const said: string[] = [];
    await seeClusters(clusters, "uat", (text) => said.push(text));
    return said;
  }

  const refuses = (clusters: readonly ClusterToSee[], says: string) =>
    assert.rejects(
      warnings(clusters),
      (error: unknown) => error instanceof PalisadeInputError && error.message === says,
    );

  beforeEach(async () => {
    for (const name of ["KUBECONFIG", "PALISADE_PREVIEW"]) Reflect.deleteProperty(process.env, name);
    namespaces.clear();
    isolation = undefined;
    folder = mkdtempSync(join(tmpdir(), "palisade-test-"));
    server = new FakeApiServer((_method, path) => {
      if (path === "/version") return { body: {} };
      if (path === "/api/v1")
        return { body: { resources: [{ name: "namespaces", kind: "Namespace", namespaced: false }] } };
      if (path === "/apis/networking.k8s.io/v1")
        return {
          body: { resources: [{ name: "networkpolicies", kind: "NetworkPolicy", namespaced: true }] },
        };
      if (path === "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/isolation") return isolation;
      return namespaces.has(path) ? { body: { kind: "Namespace" } } : undefined;
    });
    file = join(folder, "kubeconfig");
    const config = {
      clusters: [{ name: "lab", cluster: { server: await server.start() } }],
      users: [],
      contexts: [{ name: "lab", context: { cluster: "lab", user: "" } }],
    };
    writeFileSync(file, JSON.stringify(config));
  });
  afterEach(() => {
    server.stop();
    rmSync(folder, { recursive: true });
    for (const name of ["KUBECONFIG", "PALISADE_PREVIEW"]) {
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    }
  });

  it("a namespace to adopt that doesn't exist is refused", async () => {
    const says =
      "cluster lab: namespace shop: doesn't exist, so it can't be adopted. Create it first, or remove adopt: true to have it created with everything else.";
    await refuses([cluster(true)], says);
    namespaces.add("/api/v1/namespaces/shop");
    assert.deepEqual(await warnings([cluster(true)]), []);
  });

  const ofStage = (stage: string): Answer => ({
    body: { kind: "NetworkPolicy", metadata: { annotations: { "palisade.dev/stage": stage } } },
  });

  it("the change from observe to enforce says what Pulumi doesn't see, and what to run", async () => {
    isolation = ofStage("observe");
    assert.deepEqual(await warnings([cluster(false)]), [
      "lab: namespace shop goes from observe to enforce. Pulumi doesn't see rules, peers and groups that somebody has appended by hand: " +
        "run palisade drift --stack uat before this update, and after it",
    ]);
    namespaces.add("/api/v1/namespaces/shop");
    assert.equal((await warnings([cluster(true)])).length, 1);
  });

  it("no other change of stage does, nor an isolation that isn't there, isn't ours or may not be read", async () => {
    for (const live of [
      ofStage("enforce"),
      { body: { kind: "NetworkPolicy", metadata: {} } },
      { status: 403, body: { message: "forbidden" } },
      undefined,
    ]) {
      isolation = live;
      assert.deepEqual(await warnings([cluster(false)]), []);
    }
    isolation = ofStage("observe");
    for (const stage of ["observe", "off"] as const)
      assert.deepEqual(await warnings([cluster(false, file, stage)]), []);
  });

  it("a cluster that can't be seen is said, with the reason", async () => {
    server.stop();
    const [said, ...others] = await warnings([cluster(true)]);
    assert.match(
      said ?? "",
      /^cluster lab can't be seen: what Pulumi says of it is the stack's state, not what is there\. .*ECONNREFUSED/,
    );
    assert.deepEqual(others, []);
    assert.match((await warnings([cluster(false, join(folder, "gone"))])).join(), /gone: no such file/);
  });

  it("KUBECONFIG as a list of files is refused, unless every cluster has a kubeconfig of its own", async () => {
    process.env["KUBECONFIG"] = [file, file].join(delimiter);
    const unset: ClusterToSee = { ...cluster(false), cluster: { name: "lab", access: { context: "lab" } } };
    await refuses(
      [cluster(false), unset],
      "KUBECONFIG: names 2 files, and Pulumi's Kubernetes provider reads one. Merge them, kubectl config view --flatten > FILE, and set KUBECONFIG to that file; or write kubeconfig: for each cluster in the stack's config.",
    );
    assert.deepEqual(await warnings([cluster(false)]), []);
  });

  it("the embedded preview looks at nothing and refuses nothing of this", async () => {
    process.env["PALISADE_PREVIEW"] = "true";
    process.env["KUBECONFIG"] = [file, file].join(delimiter);
    assert.deepEqual(await warnings([cluster(true)]), []);
    assert.deepEqual(server.requests, []);
  });
});
