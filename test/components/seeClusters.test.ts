import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type ClusterToSee, seeClusters } from "../../components/seeClusters";
import { PalisadeInputError } from "../../flows/problem";
import { FakeApiServer } from "../kube/fakeApiServer";

describe("clusters are looked at before anything is registered", () => {
  let folder: string;
  let server: FakeApiServer;
  let file: string;
  const namespaces = new Set<string>();
  const kept = { ...process.env };

  const cluster = (adopt: boolean, kubeconfig = file): ClusterToSee => ({
    cluster: { name: "lab", access: { context: "lab", kubeconfig } },
    applications: [{ placement: { namespace: "shop", adopt } }],
  });

  async function warnings(clusters: readonly ClusterToSee[]): Promise<readonly string[]> {
    const said: string[] = [];
    await seeClusters(clusters, (text) => said.push(text));
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
    folder = mkdtempSync(join(tmpdir(), "palisade-test-"));
    server = new FakeApiServer((_method, path) => {
      if (path === "/version") return { body: {} };
      if (path === "/api/v1")
        return { body: { resources: [{ name: "namespaces", kind: "Namespace", namespaced: false }] } };
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
      "lab: namespace shop: doesn't exist, so it can't be adopted. Make it first, or remove adopt: true, and it is made with everything else.";
    await refuses([cluster(true)], says);
    namespaces.add("/api/v1/namespaces/shop");
    assert.deepEqual(await warnings([cluster(true)]), []);
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
