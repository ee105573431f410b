import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../../../cli/import";
import { fortyPolicies } from "../../adopt/fortyPolicies";
import { captured } from "../../captured";
import { FakeApiServer, kubeconfigFor } from "../../kube/fakeApiServer";
import { served } from "../../kube/servedObjects";

const KINDS = [
  ["v1", "Namespace", "namespaces"],
  ["v1", "Pod", "pods"],
  ["apps/v1", "Deployment", "deployments"],
  ["networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"],
] as const;

describe("palisade import --context", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "palisade-import-context-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("imports a running cluster as it does its manifests, by what its API server lists", async () => {
    const objects = fortyPolicies() as readonly { readonly kind: string }[];
    const server = new FakeApiServer(
      served(
        KINDS.map(([apiVersion, kind, resource]) => ({
          apiVersion,
          kind,
          resource,
          objects: objects.filter((one) => one.kind === kind),
        })),
      ),
    );
    const kubeconfig = path.join(folder, "kubeconfig");
    writeFileSync(kubeconfig, kubeconfigFor(await server.start()));
    try {
      const { code, stdout, stderr } = await captured(() =>
        run([], { kubeconfig, context: "k3d-jewelry-dev", podCidr: ["10.42.0.0/16"], json: true }),
      );
      const plan = JSON.parse(stdout) as { verdict: string; applications: object[]; unexpressed: object[] };
      assert.deepEqual(
        [code, stderr, plan.verdict, plan.applications.length, plan.unexpressed],
        [0, "", "identical", 8, []],
      );
    } finally {
      server.stop();
    }
  });

  it("refuses options that are for manifests", async () => {
    const { code, stderr } = await captured(() => run([], { context: "prod", namespace: "shop" }));
    assert.equal(code, 2);
    assert.match(stderr, /--namespace: is for manifests/);
  });
});
