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

  async function warnings(clusters: readonly ClusterToSee[], preview = true): Promise<readonly string[]> {
    const said: string[] = [];
    await seeClusters(clusters, preview, (text) => said.push(text));
    return said;
  }

  const refuses = (clusters: readonly ClusterToSee[], preview: boolean, says: string) =>
    assert.rejects(
      warnings(clusters, preview),
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

  it("a namespace to adopt that doesn't exist is refused, in a preview and in an update", async () => {
    const says =
      "lab: namespace shop: doesn't exist, so it can't be adopted. Make it first, or remove adopt: true, and it is made with everything else.";
    await refuses([cluster(true)], true, says);
    await refuses([cluster(true)], false, says);
    namespaces.add("/api/v1/namespaces/shop");
    assert.deepEqual(await warnings([cluster(true)]), []);
  });

  it("a preview says that it can't see a cluster, and why; an update leaves that to the provider", async () => {
    server.stop();
    const [said, ...others] = await warnings([cluster(true)]);
    assert.match(
      said ?? "",
      /^cluster lab can't be seen, so this preview knows the stack's state only, and not what is there\. .*ECONNREFUSED/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(await warnings([cluster(true)], false), []);
    assert.match((await warnings([cluster(false, join(folder, "gone"))])).join(), /gone: no such file/);
  });

  it("an update without a namespace to adopt asks nothing", async () => {
    await warnings([cluster(false)], false);
    assert.deepEqual(server.requests, []);
  });

  it("KUBECONFIG as a list of files is refused, unless every cluster has a kubeconfig of its own", async () => {
    process.env["KUBECONFIG"] = [file, file].join(delimiter);
    const unset: ClusterToSee = { ...cluster(false), cluster: { name: "lab", access: { context: "lab" } } };
    await refuses(
      [cluster(false), unset],
      true,
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
