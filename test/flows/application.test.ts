import { strict as assert } from "node:assert";
import {
  application,
  bucket,
  database,
  everyWorkload,
  internet,
  podsOf,
  validateApplications,
  workloadOf,
} from "../../flows";

/**
 * What must not compile. `tsc --noEmit` is the judge: it refuses a `@ts-expect-error` above a line without an error,
 * so each of these lines proves that TypeScript catches the slip below it.
 */
export const slips = () => [
  application("shop", {
    owner: "team",
    workloads: {
      web: { labels: { app: "web" }, ports: { http: "tcp/80" } },
      api: {
        labels: { app: "api" },
        ports: { http: "tcp/8080" },
        instances: { read: { instance: "read" }, write: { instance: "write" } },
      },
    },
    databases: { main: { engine: "postgres" } },
    buckets: { documents: {} },
    flows: [
      // @ts-expect-error there is no workload "apu"
      { from: "web", to: "apu", ports: ["tcp/8080"], because: "orders" },
      // @ts-expect-error nor one called "wbe" among several
      { from: ["web", "wbe"], to: "api", ports: ["tcp/8080"], because: "orders" },
      // @ts-expect-error api has no instance "raed"
      { from: "web", to: "api/raed", ports: ["tcp/8080"], because: "orders" },
      // @ts-expect-error web has no instances
      { from: "web/read", to: "api", ports: ["tcp/8080"], because: "orders" },
      // @ts-expect-error as data, too
      { from: "web", to: { kind: "workload", workload: "apu" }, ports: ["tcp/8080"], because: "orders" },
      // @ts-expect-error there is no database "mian"
      { from: "api", to: database("mian"), ports: ["tcp/5432"], because: "orders" },
      // @ts-expect-error there is no bucket "document"
      { from: "api", to: bucket("document", "read"), ports: ["tcp/443"], because: "orders" },
      // @ts-expect-error nobody looks at a bucket
      { from: "api", to: bucket("documents", "look"), ports: ["tcp/443"], because: "orders" },
      // @ts-expect-error a port has a protocol
      { from: "web", to: "api", ports: ["8080"], because: "orders" },
      // @ts-expect-error that NetworkPolicy knows
      { from: "web", to: "api", ports: ["icmp/8"], because: "orders" },
      // @ts-expect-error a flow has a reason
      { from: "web", to: "api", ports: ["tcp/8080"] },
      // @ts-expect-error "too" isn't an end
      { from: "web", too: "api", ports: ["tcp/8080"], because: "orders" },
    ],
    // @ts-expect-error acceptances are for workloads of this application
    accepts: [{ application: "x", workload: "y", to: "apu", ports: ["tcp/80"], because: "orders" }],
  }),
  application("engines", {
    owner: "team",
    workloads: { web: { labels: { app: "web" } } },
    // @ts-expect-error RDS calls it "postgres"
    databases: { main: { engine: "postgresql" } },
    flows: [],
  }),
  application("accounts", {
    owner: "team",
    workloads: {
      frontend: { labels: { app: "frontend" }, serviceAccount: "frontend" },
      api: {
        labels: { app: "api" },
        ports: { http: "tcp/8080" },
        instances: { write: { instance: "write" } },
        serviceAccount: { write: "api-write" },
      },
    },
    flows: [
      // @ts-expect-error an account isn't a list of instances, though a string has members
      { from: "frontend/charAt", to: "api", ports: ["tcp/8080"], because: "orders" },
      { from: "frontend", to: "api/write", ports: ["tcp/8080"], because: "orders" },
    ],
  }),
  application("small", {
    owner: "team",
    // @ts-expect-error "prots" is not a key of a workload
    workloads: { web: { labels: { app: "web" }, prots: {} } },
    // @ts-expect-error there are no databases at all
    flows: [{ from: "web", to: database("main"), ports: ["tcp/5432"], because: "orders" }],
  }),
];

describe("flows: application()", () => {
  it("takes every kind of peer, several ends and ports at once, and instances, without a cast", () => {
    const shop = application("shop", {
      owner: "team",
      workloads: {
        web: { labels: { app: "web" }, ports: { http: "tcp/80" } },
        api: {
          labels: { app: "api" },
          ports: { http: "tcp/8080", events: "udp/8081-8090" },
          instances: { read: { instance: "read" }, write: { instance: "write" } },
        },
      },
      flows: [
        {
          from: "web",
          to: ["api/read", "api/write"],
          ports: ["tcp/8080", "udp/8081-8082"],
          because: "orders",
        },
        {
          from: everyWorkload(),
          to: [internet(), podsOf("logs", "every-pod")],
          ports: ["tcp/443"],
          because: "logs",
        },
      ],
    });
    assert.deepEqual(
      validateApplications([shop]).map(({ flows }) => flows.map(({ id }) => id)),
      [
        [
          "api → every pod in namespace logs tcp/443",
          "api → internet tcp/443",
          "web → api/read tcp/8080, udp/8081-8082",
          "web → api/write tcp/8080, udp/8081-8082",
          "web → every pod in namespace logs tcp/443",
          "web → internet tcp/443",
        ],
      ],
    );
  });

  it("lets a flow into another application name what TypeScript can't know", () => {
    const web = application("front", {
      owner: "team",
      workloads: { web: { labels: { app: "web" } } },
      flows: [{ from: "web", to: workloadOf("shop", "api/read"), ports: ["tcp/8080"], because: "orders" }],
    });
    assert.equal(web.name, "front");
  });
});
