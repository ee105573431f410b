import { strict as assert } from "node:assert";
import type { Resource } from "../../engine";
import { applicationRelations } from "../../cli/manifests/stackRelation";
import type { DeclaredFlow } from "../../cli/declared";
import type { ReportedApplication } from "../../cli/report";

/** A planned NetworkPolicy of cluster `main`. */
const planned = (name: string, spec: Record<string, unknown>): Resource =>
  ({
    urn: `urn:pulumi:dev::p::kubernetes:networking.k8s.io/v1:NetworkPolicy::${name}`,
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name,
    custom: true,
    read: false,
    inputs: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec,
    },
    outputs: {},
    propertyDependencies: {},
    provider: "urn:pulumi:dev::p::pulumi:providers:kubernetes::main::id",
  }) as unknown as Resource;

const pods = (app: string, more: Record<string, string> = {}) => ({
  podSelector: { matchLabels: { app, ...more } },
});
const from = (peers: readonly unknown[], port: number) => ({ from: peers, ports: [{ port }] });
const to = (peers: readonly unknown[], port: number) => ({ to: peers, ports: [{ port }] });
const prometheus = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
  ...pods("prometheus"),
};
const INTERNET = {
  ipBlock: {
    cidr: "0.0.0.0/0",
    except: [
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
    ].concat(["192.0.0.0/24", "192.168.0.0/16", "224.0.0.0/3"]),
  },
};

const isolation = planned("isolation", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const webEgress = planned("web-egress", {
  ...pods("web"),
  policyTypes: ["Egress"],
  egress: [to([pods("db")], 5432), to([INTERNET], 443)],
});
const dbIngress = planned("db-ingress", {
  ...pods("db"),
  policyTypes: ["Ingress"],
  ingress: [from([pods("web")], 5432), from([prometheus], 9187)],
});

const flow = (source: string, target: string, ...ports: string[]): DeclaredFlow => ({
  from: source,
  to: target,
  ports,
  because: "it must",
});
const FLOWS = [
  flow("web", "db", "tcp/5432"),
  flow("web", "internet", "tcp/443"),
  flow("platform monitoring", "db", "tcp/9187"),
];

function relationOf(resources: readonly Resource[], flows: readonly DeclaredFlow[]) {
  const application: ReportedApplication = {
    name: "main/shop",
    namespace: "shop",
    cluster: "main",
    stage: "enforce",
    flows,
    notes: [],
    access: [],
    quotas: [],
  };
  const relation = applicationRelations(resources, [application]).get("main/shop");
  assert.ok(relation !== undefined);
  return relation;
}

const verdicts = (resources: readonly Resource[], flows: readonly DeclaredFlow[]) =>
  relationOf(resources, flows).flows.map(({ verdict, missing }) => [verdict, ...missing].join(" "));

describe("a plan's relation beside what its applications declare", () => {
  it("agrees where policies open what flows declare and nothing else", () => {
    const { flows, undeclared } = relationOf([isolation, webEgress, dbIngress], FLOWS);
    assert.deepEqual(
      flows.map(({ verdict, byPolicies }) => [verdict, byPolicies]),
      Array(3).fill(["allowed", "allowed"]),
    );
    assert.deepEqual(undeclared, []);
  });

  it("names the ports of a flow that a side leaves closed", () => {
    assert.deepEqual(
      verdicts([isolation, webEgress, dbIngress], [flow("web", "db", "tcp/5432", "tcp/8008")]),
      ["blocked tcp/8008"],
    );
    assert.deepEqual(verdicts([isolation, dbIngress], FLOWS), [
      "blocked tcp/5432",
      "blocked tcp/443",
      "allowed",
    ]);
  });

  it("shows what is open and declared by no flow, with everyone whom it lets in", () => {
    const wide = planned("db-ingress", {
      ...pods("db"),
      policyTypes: ["Ingress"],
      ingress: [from([pods("web")], 5432), from([{ podSelector: {} }, prometheus], 9187)],
    });
    const open = planned("other", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] });
    const { undeclared } = relationOf([isolation, webEgress, wide, open], FLOWS);
    const intoDb = undeclared.filter((one) => one.to.includes("db"));
    assert.deepEqual(intoDb, [
      { from: ["db", "web", "any other pod of shop"], to: ["db"], ports: ["tcp/9187"], verdict: "allowed" },
    ]);
  });

  it("asks each instance of a workload, and none that no instance is", () => {
    const read = planned("web.read-egress", {
      ...pods("web", { instance: "read" }),
      policyTypes: ["Egress"],
      egress: [to([pods("db")], 5432)],
    });
    const write = planned("web.write-egress", {
      ...pods("web", { instance: "write" }),
      policyTypes: ["Egress"],
      egress: [to([pods("db")], 5432), to([INTERNET], 443)],
    });
    const flows = [flow("web", "db", "tcp/5432"), flow("web/write", "internet", "tcp/443")];
    assert.deepEqual(verdicts([isolation, read, write, dbIngress], flows), ["allowed", "allowed"]);
    assert.deepEqual(verdicts([isolation, read, write, dbIngress], [flow("web", "internet", "tcp/443")]), [
      "blocked tcp/443",
    ]);
  });
});
