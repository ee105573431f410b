import { strict as assert } from "node:assert";
import fc from "fast-check";
import { PalisadeInputError } from "../../problems";
import { readStack } from "../../config";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { declarationOf } from "../../declared";
import { withoutLayout } from "../../compile/networkPolicy/names";
import { cluster, placement } from "../compile/worlds";
import { type Data, changed, declared, lab, values } from "./stacks";

const read = (clusters: readonly Data[], extra: Record<string, string> = {}) =>
  readStack(values(clusters, extra), declared);

const shopOf = (overrides: Data, platform: Data = {}) => {
  const base = changed(lab(), "applications.shop.overrides", overrides);
  const config = Object.entries(platform).reduce(
    (data, [name, value]) => changed(data, `platform.${name}`, value),
    base,
  );
  const [lone] = read([config]).clusters;
  const placed = lone?.applications.find(({ application }) => application.name === "shop");
  assert.ok(lone && placed);
  const compiled = compileNetworkPolicies(
    placed.application,
    placed.placement,
    lone.cluster,
    lone.neighbours,
  );
  const spec = (name: string) =>
    compiled.policies.find(({ metadata }) => withoutLayout(metadata.name) === name)?.spec;
  const { flows } = declarationOf({
    component: "lab/shop",
    application: placed.application,
    placement: placed.placement,
    cluster: lone.cluster,
    neighbours: lone.neighbours,
  });
  return { compiled, spec, flows };
};

describe("readStack", () => {
  it("reads what a cluster is known by, across its names", () => {
    const renamed = { ...lab(), name: "new", aliases: ["lab"], identifier: "lab" };
    assert.deepEqual(
      read([renamed]).clusters.map(({ cluster: { name, identifier } }) => [name, identifier]),
      [["new", "lab"]],
    );
  });

  it("reads a stack with its defaults written out", () => {
    const stack = read([lab()]);
    assert.equal(stack.environment, "dev");
    assert.deepEqual(
      stack.clusters.map((one) => one.cluster),
      [
        cluster("k3s", {
          aliases: [],
          platform: {
            ingress: { namespace: "kube-system", pods: { app: "traefik" } },
            monitoring: { namespace: "monitoring", pods: "every-pod" },
          },
        }),
      ],
    );
    assert.deepEqual(
      stack.clusters[0]?.applications.map((one) => one.placement),
      [
        placement({
          application: "bank",
          namespace: "bank-lab",
          stage: "observe",
          databases: { ledger: { subnetCidrs: ["10.9.0.0/24"] } },
          buckets: { papers: { endpoint: { kind: "gateway", prefixListCidrs: ["52.216.0.0/15"] } } },
          identity: { kind: "irsa", stsSubnetCidrs: ["10.9.1.0/27"] },
        }),
        placement(),
      ],
    );
  });

  it("provisions what is selected, and leaves clusters out where nothing is", () => {
    const only = (application: string): Data => ({
      ...changed(lab(), "applications", { [application]: (lab()["applications"] as Data)[application] }),
      name: application,
      context: application,
    });
    const all = read([only("shop"), only("bank")]);
    const selected = read([only("shop"), only("bank")], { "palisade:applications": '["bank"]' });
    assert.deepEqual(
      all.clusters.map(({ cluster }) => cluster.name),
      ["shop", "bank"],
    );
    assert.deepEqual(
      selected.clusters.map(({ cluster }) => cluster.name),
      ["bank"],
    );
  });

  it("knows an application's neighbours whoever provisions them", () => {
    const [cluster] = read([lab()], { "palisade:applications": '["shop"]' }).clusters;
    assert.deepEqual(
      cluster?.applications.map(({ application }) => application.name),
      ["shop"],
    );
    assert.deepEqual(
      cluster.neighbours.map(({ application, namespace }) => [application.name, namespace]),
      [
        ["bank", "bank-lab"],
        ["shop", "shop"],
      ],
    );
  });

  describe("with a baseline", () => {
    const based = changed(changed(lab(), "cni", "calico"), "baseline", { exempt: ["kube-system"] });
    const names = (extra: Record<string, string> = {}) =>
      read([based], extra).clusters[0]?.baseline.map(({ metadata }) => metadata.name);

    it("compiles it of all applications, also of those that a selection leaves out", () => {
      assert.deepEqual(read([lab()]).clusters[0]?.baseline, []);
      assert.deepEqual(names(), [
        "palisade-database-bank-ledger",
        "palisade-default-deny",
        "palisade-metadata",
      ]);
      assert.deepEqual(names({ "palisade:applications": '["shop"]' }), names());
    });

    it("refuses it where the profile doesn't serve it, with the reason", () => {
      assert.throws(
        () => read([changed(lab(), "baseline", {})]),
        (error: unknown) =>
          error instanceof PalisadeInputError &&
          error.message.includes(
            "baseline: can't be had on k3s: k3s's controller reads no ClusterNetworkPolicy",
          ),
      );
    });
  });

  it("reads a bare off for the stage off, as some YAML parsers give it", () => {
    const [cluster] = read([changed(lab(), "applications.shop.stage", false)]).clusters;
    assert.deepEqual(
      cluster?.applications.map(({ placement }) => placement.stage),
      ["observe", "off"],
    );
  });

  it("leaves other projects' keys alone", () => {
    assert.doesNotThrow(() => read([lab()], { "kubernetes:context": "x", "aws:region": "eu-central-1" }));
  });

  it("customizes monitoring: another namespace is the cluster's fact", () => {
    const custom = { monitoring: { namespace: "custom-monitoring", pods: "every-pod" } };
    assert.deepEqual(shopOf({}, custom).spec("web-ingress")?.ingress, [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { app: "traefik" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 80 }],
      },
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "custom-monitoring" } },
            podSelector: {},
          },
        ],
        ports: [{ protocol: "TCP", port: 9100 }],
      },
    ]);
  });

  it("customizes egress: an extra webhook is a flow that only this stack has", () => {
    const hook = {
      from: "db",
      to: { kind: "cidr", cidrs: ["1.2.3.4/32"] },
      ports: ["tcp/443"],
      because: "the auditor's webhook",
    };
    const rules = shopOf({ extraFlows: [hook] }).spec("db-egress")?.egress ?? [];
    assert.deepEqual(rules[0], {
      to: [{ ipBlock: { cidr: "1.2.3.4/32" } }],
      ports: [{ protocol: "TCP", port: 443 }],
    });
  });

  it("customizes a flow: removed by name, with the reason in the notes", () => {
    const { compiled, flows } = shopOf({ flows: { "web-out": { removed: "no payments in this stack" } } });
    assert.ok(flows.every(({ to }) => to.kind !== "internet"));
    assert.deepEqual(compiled.notes, [
      "flow web → internet tcp/443 is removed by this stack: no payments in this stack",
    ]);
  });

  it("starts with monitoring disabled, and then asks for no monitoring on the cluster", () => {
    const { flows } = shopOf({ monitoring: false }, { monitoring: undefined });
    assert.ok(flows.every(({ from }) => from.name !== "platform monitoring"));
  });

  it("answers any config with a stack or with problems, never with another error", () => {
    const paths = [
      "name",
      "cni",
      "podCidrs",
      "dns",
      "dns.pods",
      "apiServer",
      "apiServer.endpoints",
      "platform",
      "platform.ingress",
      "applications",
      "applications.shop",
      "applications.shop.namespace",
      "applications.shop.overrides",
      "applications.shop.workloadStages",
      "applications.bank.identity",
      "applications.bank.databases",
      "applications.bank.buckets.papers",
      "aliases",
      "kubeconfig",
      "unknown",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        try {
          read([changed(lab(), path, value)]);
        } catch (error) {
          assert.ok(error instanceof PalisadeInputError, `${path}: ${String(error)}`);
          assert.ok(!error.message.includes("\n    at "), "no stack in the message");
        }
      }),
      { numRuns: 100 },
    );
  });

  it("answers any text with problems", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.throws(() => readStack(values(text), declared), PalisadeInputError);
      }),
      { numRuns: 40 },
    );
  });
});
