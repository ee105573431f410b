import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { applications } from "../../applications";
import { applicationFromData, applicationSchema, type Peer } from "../../flows";
import { PalisadeInputError } from "../../problems";

const FILE = join(__dirname, "..", "..", "docs", "application.schema.json");
const schema = z.fromJSONSchema(applicationSchema());
const fits = (data: unknown): boolean => schema.safeParse(data).success;

/** Whether the reader takes it, and whether what it refuses is a mistake of shape. */
function reads(data: unknown): boolean {
  try {
    applicationFromData(data);
    return true;
  } catch (error) {
    if (error instanceof PalisadeInputError) return false;
    throw error;
  }
}

/** One of each kind: the type checker names a kind that is missing. */
const PEERS: { readonly [K in Peer["kind"]]: Extract<Peer, { readonly kind: K }> } = {
  workload: { kind: "workload", workload: "web" },
  "every-workload": { kind: "every-workload" },
  application: { kind: "application", application: "orders", workload: "api" },
  pods: { kind: "pods", namespace: "elsewhere", pods: { app: "x" } },
  platform: { kind: "platform", service: "ingress" },
  cidr: { kind: "cidr", cidrs: ["203.0.113.0/24"] },
  internet: { kind: "internet" },
  "kubernetes-api": { kind: "kubernetes-api" },
  database: { kind: "database", database: "ledger" },
  bucket: { kind: "bucket", bucket: "reports", access: "read", prefix: "2026/" },
  "cloud-identity": { kind: "cloud-identity" },
};

const withFlow = (flow: object) => ({
  name: "shop",
  owner: "shop",
  workloads: { web: { labels: { app: "web" }, ports: { http: "tcp/80" } } },
  flows: [{ from: "web", ports: ["tcp/443"], because: "because", ...flow }],
});

describe("the schema of an application as data", () => {
  it("is the file that is published: UPDATE_SCHEMAS=1 brings docs/application.schema.json up to date", () => {
    if (process.env["UPDATE_SCHEMAS"] !== undefined)
      writeFileSync(FILE, `${JSON.stringify(applicationSchema(), undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(FILE, "utf8")), JSON.parse(JSON.stringify(applicationSchema())));
  });

  it("takes the applications of this repository, which the reader takes too", () => {
    for (const application of applications) {
      const data: unknown = JSON.parse(JSON.stringify(application));
      assert.ok(fits(data), application.name);
      assert.ok(reads(data), application.name);
    }
  });

  it("takes every kind of peer, alone and in a list", () => {
    for (const peer of Object.values(PEERS)) {
      assert.ok(fits(withFlow({ to: peer })), peer.kind);
      assert.ok(fits(withFlow({ to: ["web", peer] })), peer.kind);
    }
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ["a misspelt key of a flow", withFlow({ to: "web", becuase: "x" })],
    ["a kind that isn't one", withFlow({ to: { kind: "internets" } })],
    ["a peer without what its kind needs", withFlow({ to: { kind: "database" } })],
    ["a field of another kind", withFlow({ to: { kind: "internet", cidrs: [] } })],
    ["ports that are no list", withFlow({ to: "web", ports: "tcp/80" })],
    ["a port as a number", withFlow({ to: "web", ports: [80] })],
    ["a way into a bucket that isn't one", withFlow({ to: { kind: "bucket", bucket: "b", access: "all" } })],
    ["a flow without its reason", { ...withFlow({}), flows: [{ from: "web", to: "web", ports: ["tcp/1"] }] }],
    ["no owner", { ...withFlow({ to: "web" }), owner: undefined }],
    ["a workload without labels", { ...withFlow({ to: "web" }), workloads: { web: {} } }],
    ["a text", "shop"],
  ];
  for (const [what, data] of wrong) {
    it(`refuses ${what}, and so does the reader`, () => {
      assert.ok(!fits(data));
      assert.ok(!reads(data));
    });
  }
});
