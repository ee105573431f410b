import { strict as assert } from "node:assert";
import { imported } from "./imported";

const WORKLOADS = ["web", "api"]
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ports: [{ containerPort: 8080 }] }] }
---`,
  )
  .join("");

const PACKAGE = (spec: string, name = "shop") => `
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---`;

const ALLOW = (...entries: readonly string[]) => PACKAGE(`{ network: { allow: [${entries.join(", ")}] } }`);

describe("palisade import: UDS Core's Packages", function () {
  this.timeout(60_000);

  const packages = async (text: string) => {
    const { warnings, ...found } = await imported(WORKLOADS + text, "Package");
    assert.ok(warnings.some((one) => one.startsWith("UDS Packages are read as the NetworkPolicies")));
    return { ...found, said: found.said.map((one) => one.replace(/^Package shop\/shop: /, "")) };
  };

  it("become flows with their descriptions as reasons, by both spellings of selectors", async () => {
    const { flows, reasons, said } = await packages(
      ALLOW(
        "{ direction: Ingress, selector: { app: api }, remoteGenerated: IntraNamespace, ports: [8080, 8443], description: Orders of the pages }",
        "{ direction: Egress, podLabels: { app: web }, remotePodLabels: { app: api }, port: 8080 }",
        "{ direction: Ingress, selector: { app: api }, remoteNamespace: grafana, remoteSelector: { app: grafana }, port: 8080, description: Queries from Grafana }",
        "{ direction: Egress, selector: { app: api }, remoteCidr: 198.51.100.7/32, port: 443, description: Payments at the acquirer }",
      ),
    );
    assert.deepEqual(flows, [
      "web → api: tcp/8080",
      "grafana → api: tcp/8080",
      "api → 198.51.100.7/32: tcp/443",
    ]);
    assert.deepEqual(reasons, ["Orders of the pages", "Queries from Grafana", "Payments at the acquirer"]);
    assert.deepEqual(said, []);
  });

  it("have what their gateways, Prometheus and single sign-on ask; the name of a Package is no reason", async () => {
    const text = PACKAGE(
      `{
        network: { expose: [{ service: web, selector: { app: web }, host: shop, port: 80, targetPort: 8080 }, { host: old, advancedHTTP: { directResponse: { status: 404 } } }] },
        monitor: [{ selector: { app: api }, portName: metrics, targetPort: 9090 }],
        sso: [{ clientId: shop, name: Shop, enableAuthserviceSelector: { app: web } }, { clientId: other, name: Other }],
      }`,
      "front-of-house",
    );
    const { flows, reasons } = await packages(text);
    assert.deepEqual(flows, [
      "platform → web: tcp/8080",
      "web → authservice: tcp/10003",
      "web → keycloak: tcp/8080",
    ]);
    assert.deepEqual(new Set(reasons), new Set(["TODO: why?"]));
  });

  it("without entries close everything but name resolution over UDP: what a flow adds to it is listed as wider", async () => {
    const { flows, verdict, code } = await packages(PACKAGE("{}"));
    assert.deepEqual([flows, verdict, code], [[], "nothing", 3]);
    const wider = await packages(
      ALLOW("{ direction: Egress, selector: { app: web }, remoteCidr: 198.51.100.7/32, port: 443 }"),
    );
    assert.deepEqual([wider.verdict, wider.code], ["wider", 1]);
  });

  it("that name no remote end mean everyone, which no flow says; one of a namespace with several Packages loses nothing", async () => {
    const { flows, said } = await imported(
      WORKLOADS +
        ALLOW("{ direction: Ingress, selector: { app: api }, port: 8080 }") +
        PACKAGE(
          "{ network: { allow: [{ direction: Egress, selector: { app: web }, remoteCidr: 198.51.100.7/32, port: 443 }] } }",
          "second",
        ),
      "shop/shop-allow-0",
    );
    assert.deepEqual(flows, ["web → 198.51.100.7/32: tcp/443"]);
    assert.deepEqual(said.length, 1);
    assert.match(said[0] ?? "", /everyone/);
  });

  it("list what no flow or NetworkPolicy says, with its place and the nearest that can", async () => {
    const { said, flows } = await packages(
      PACKAGE(`{
        network: {
          allow: [
            { direction: Egress, remoteGenerated: KubeAPI },
            { direction: Ingress, remoteGenerated: KubeNodes },
            { direction: Egress, remoteGenerated: CloudMetadata },
            { direction: Egress, selector: { app: web }, remoteHost: api.example.com, port: 443 },
            { direction: Egress, selector: { app: web }, remoteCidr: 198.51.100.7/32, port: 443, serviceAccount: web },
          ],
          expose: [{ service: web, selector: { app: web }, protocol: UDP, host: shop, port: 53 }],
        },
      }`),
    );
    assert.deepEqual(flows, ["web → 198.51.100.7/32: tcp/443"]);
    assert.deepEqual(said, [
      "spec.network.allow[0].remoteGenerated: means the Kubernetes API, whose addresses the operator fills in. Declare a flow to kubernetesApi().",
      "spec.network.allow[1].remoteGenerated: means the nodes, whose addresses the operator fills in. Declare a cidr() with their addresses.",
      "spec.network.allow[2].remoteGenerated: means instance metadata, which is never opened here. Give the workload a role of its own: cloudIdentity().",
      "spec.network.allow[3].remoteHost: means api.example.com, which has a name and no address. Declare internet() on its ports, or cidr() with its addresses.",
      "spec.network.allow[4].serviceAccount: means one service account: the mesh tells them apart, and no NetworkPolicy does. Keep the mesh's AuthorizationPolicy beside the flow.",
      "spec.network.expose[0].protocol: means UDP, which comes by a gateway outside the mesh. Declare a flow from that gateway's pods: podsOf().",
    ]);
  });

  it("with fields of another shape open nothing by them: a selector that can't be read is never every pod", async () => {
    const { said, flows } = await packages(
      ALLOW(
        "{ direction: Egress, selector: web, remoteCidr: 198.51.100.7/32, port: 443 }",
        "{ direction: Egress, selector: { app: web }, remoteSelector: [api], port: 8080 }",
        "{ direction: Sideways, selector: { app: web }, port: 8080 }",
        "{ direction: Egress, selector: { app: web }, remoteCidr: 198.51.100.7/32, port: '443' }",
      ),
    );
    assert.deepEqual(flows, []);
    assert.deepEqual(
      said.map((one) => one.split(":")[0]),
      [
        "spec.network.allow[0].selector",
        "spec.network.allow[1].remoteSelector",
        "spec.network.allow[2].direction",
        "spec.network.allow[3].port",
      ],
    );
    const list = await packages(PACKAGE("{ network: { allow: { direction: Egress } } }"));
    assert.deepEqual(
      list.said.map((one) => one.split(":")[0]),
      ["spec.network.allow"],
    );
  });
});
