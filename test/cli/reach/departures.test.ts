import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as reach from "../../../cli/reach";
import { captured } from "../../captured";

const pod = (name: string, address: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
status: { podIP: ${address} }
---
`;
const WORLD = `${pod("web", "10.0.0.1")}${pod("db", "10.0.0.2")}${pod("other", "10.0.0.3")}apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 5432 }] }]
`;
const NOTE =
  "note: on cilium 2 answers are open by the policies' words and blocked, or not known, there: " +
  "shop/other[Pod] → shop/db[Pod] : TCP 5432, shop/web[Pod] → shop/db[Pod] : TCP 5432 " +
  "(--cni cilium answers for it, explain says why)\n";

describe("palisade reach: what CNIs would answer otherwise", () => {
  let folder = "";
  let path = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-departures-"));
    path = join(folder, "world.yaml");
    writeFileSync(path, WORLD);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is said on stderr, and listed in the JSON", async () => {
    const { stderr } = await captured(() => reach.run([path], { cni: "any" }));
    assert.equal(stderr, NOTE);
    const { stdout } = await captured(() => reach.run([path], { json: true }));
    assert.deepEqual((JSON.parse(stdout) as { departures?: unknown }).departures, [
      {
        cni: "cilium",
        closes: [
          {
            from: ["shop/other[Pod]", "shop/web[Pod]"],
            to: ["shop/db[Pod]"],
            protocol: "TCP",
            ports: "5432",
          },
        ],
        opens: [],
      },
    ]);
  });

  it("is said of what is asked about alone", async () => {
    const { stderr } = await captured(() => reach.run([path], { from: "web" }));
    assert.ok(stderr.startsWith("note: on cilium 1 answer is open"), stderr);
    const none = await captured(() => reach.run([path], { port: "80" }));
    assert.equal(none.stderr, "");
  });

  it("isn't said where a CNI is named", async () => {
    const { stderr, stdout } = await captured(() => reach.run([path], { cni: "calico", json: true }));
    assert.equal(stderr, "");
    assert.equal((JSON.parse(stdout) as { departures?: unknown }).departures, undefined);
  });
});
