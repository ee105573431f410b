import { strict as assert } from "node:assert";
import { imported } from "./imported";

const WORKLOADS = ["web", "api", "db"]
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}-service, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }
---`,
  )
  .join("");

const NAMED = (name: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-v2, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} }, annotations: { intents.otterize.com/workload-name: ${name} } }
    spec: { containers: [{ name: main, ports: [{ containerPort: 9000 }] }] }
---`;

const NEWER = (targets: string, client = "web") => `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: of-${client}, namespace: shop }
spec:
  workload: { name: ${client}, kind: Deployment }
  targets: ${targets}
---`;

const OLDER = (calls: string) => `
apiVersion: k8s.otterize.com/v1alpha3
kind: ClientIntents
metadata: { name: of-web, namespace: shop }
spec:
  service: { name: web }
  calls: ${calls}
---`;

describe("palisade import: Otterize's ClientIntents", function () {
  this.timeout(60_000);

  const intents = async (text: string) => {
    const { warnings, code, verdict, flows, said } = await imported(text, "ClientIntents");
    assert.ok(
      warnings.includes(
        "ClientIntents are read as the NetworkPolicies that Otterize writes for both ends, on the ports that workloads list",
      ),
    );
    return { code, verdict, flows, said };
  };

  it("of this version become flows of both ends, on a Service's ports or those that the pods list", async () => {
    const text = NEWER(
      "[{ kubernetes: { name: api } }, { service: { name: db-service } }, { internet: { ips: [198.51.100.7], ports: [443] } }]",
    );
    assert.deepEqual(await intents(WORKLOADS + text), {
      code: 0,
      verdict: "narrower",
      flows: ["web → api: tcp/8080", "web → db: tcp/8080", "web → 198.51.100.7/32: tcp/443"],
      said: [],
    });
  });

  it("of older versions mean the same, with a Service by its prefix, and a workload by its annotation or another namespace", async () => {
    const elsewhere = WORKLOADS.replaceAll("namespace: shop", "namespace: data")
      .replaceAll("name: db", "name: store")
      .replaceAll("app: db", "app: store");
    const text = OLDER(
      "[{ name: api }, { name: 'svc:db-service' }, { name: billing, type: http }, { name: store.data }]",
    );
    const { flows, said } = await intents(WORKLOADS + elsewhere + NAMED("billing") + text);
    assert.deepEqual(flows.filter((flow) => flow.startsWith("web")).sort(), [
      "web → api: tcp/8080",
      "web → billing: tcp/9000",
      "web → data/store: tcp/8080",
      "web → db: tcp/8080",
    ]);
    assert.deepEqual(said, []);
  });

  it("about what is no connection of pods, or about nobody, are listed with their place and what says it here", async () => {
    const text = NEWER(
      "[{ aws: { arn: a } }, { sql: { name: db } }, { internet: { domains: [api.example.com] } }, { kubernetes: { name: nobody } }, { service: { name: nobody } }, { kubernetes: { name: db } }]",
    );
    const { flows, said } = await intents(WORKLOADS + text);
    assert.deepEqual(flows, ["web → db: tcp/8080"]);
    assert.deepEqual(
      said.map((one) => one.replace(/^ClientIntents shop\/of-web: /, "")),
      [
        "spec.targets[0]: asks for aws, which is no connection of pods. Declare a bucket() or cloudIdentity() of the workload.",
        "spec.targets[1]: asks for sql, which is no connection of pods. Declare a database(), or the workload that it runs in.",
        "spec.targets[2]: asks for api.example.com by name. Declare internet() on its ports, or cidr() with its addresses.",
        'spec.targets[3]: no workload of the input is "shop/nobody". Give the manifest of the workload, too.',
        'spec.targets[4]: no Service of the input is "shop/nobody". Give the manifest of the Service, too.',
      ],
    );
  });

  it("in a List, as kubectl prints them, mean the same", async () => {
    const items = (WORKLOADS + NEWER("[{ kubernetes: { name: api } }]"))
      .split("---")
      .filter((one) => one.trim() !== "")
      .map((one) => `- ${one.trim().replaceAll("\n", "\n  ")}\n`);
    const { flows, said } = await intents(`apiVersion: v1\nkind: List\nitems:\n${items.join("")}`);
    assert.deepEqual([flows, said], [["web → api: tcp/8080"], []]);
  });

  it("of a client that the input doesn't have aren't guessed at", async () => {
    const { flows, said, verdict, code } = await intents(
      WORKLOADS + NEWER("[{ kubernetes: { name: db } }]", "nobody"),
    );
    assert.deepEqual([flows, verdict, code], [[], "nothing", 3]);
    assert.deepEqual(said.length, 1);
    assert.match(said[0] ?? "", /spec\.workload: no workload of the input is "nobody"\./);
  });
});
