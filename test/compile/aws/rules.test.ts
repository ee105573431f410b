// Longer than most: what each pair of ends makes of groups, a test each.
import { strict as assert } from "node:assert";
import { compileSite } from "../../../compile/aws/compile";
import { type CompiledGroupRule, formatTraffic } from "../../../compile/aws/rule";
import type { Application } from "../../../flows/model";
import { application, flow, workload } from "../worlds";
import { allRules } from "./judge";
import {
  NODES,
  OWNERS_DATABASE,
  S3_GROUP,
  STS,
  eks,
  gateway,
  interfaceEndpoint,
  place,
  shop,
  site,
} from "./lab";

const database = { kind: "database", database: "main" } as const;
const bucket = { kind: "bucket", bucket: "files", access: "read-write" } as const;

/** "web egress db-main tcp/5432", sorted: the exact set of rules. */
const lines = (rules: readonly CompiledGroupRule[]): string[] =>
  rules
    .map(
      (rule) =>
        `${rule.name.replace(`-${formatTraffic(rule.traffic).replace("/", "-")}`, "")} ${formatTraffic(rule.traffic)}`,
    )
    .sort();

const compiled = (app: Application, ...rest: [Parameters<typeof site>[1]?, Parameters<typeof site>[2]?]) =>
  lines(allRules(compileSite(site(app, ...rest))));

const DNS = [
  `${NODES.id}-from-dns-client tcp/53`,
  `${NODES.id}-from-dns-client udp/53`,
  `dns-client-to-${NODES.id} tcp/53`,
  `dns-client-to-${NODES.id} udp/53`,
];
const IDENTITY = [`${STS.id}-from-web tcp/443`, `web-to-${STS.id} tcp/443`];
const DATABASE = ["db-main-from-web tcp/5432", "web-to-db-main tcp/5432"];

const web = workload("web");
const api = workload("api");
const toDatabase = flow("web", database, ["tcp/5432"]);

describe("security group rules", () => {
  it("pair a workload's group and its database's, and nothing by address", () => {
    assert.deepEqual(compiled(shop([web], [toDatabase])), [...DNS, ...IDENTITY, ...DATABASE].sort());
  });

  it("reach S3 through a gateway by its prefix list, through an interface by its group, on both groups", () => {
    const app = shop([web], [flow("web", bucket, ["tcp/443"])]);
    const gatewayRules = compiled(app, eks({ endpoints: { ...eks().aws?.endpoints, s3: gateway() } }));
    assert.deepEqual(gatewayRules, [...DNS, ...IDENTITY, "web-to-pl-63a5400a tcp/443"].sort());
    const placed = place(
      {},
      { buckets: { files: { endpoint: { kind: "interface", subnetCidrs: ["10.20.0.0/24"] } } } },
    );
    const through = (kind: "existing" | "new") =>
      compiled(app, eks({ endpoints: { ...eks().aws?.endpoints, s3: interfaceEndpoint(kind) } }), placed);
    assert.deepEqual(
      through("existing"),
      [...DNS, ...IDENTITY, `${S3_GROUP.id}-from-web tcp/443`, `web-to-${S3_GROUP.id} tcp/443`].sort(),
    );
    assert.deepEqual(
      through("new"),
      [...DNS, ...IDENTITY, "s3-endpoint-from-web tcp/443", "web-to-s3-endpoint tcp/443"].sort(),
    );
  });

  it("pair a workload that has a group with those that have the nodes', in both directions", () => {
    const app = shop(
      [web, api],
      [toDatabase, flow("api", "web", ["tcp/80"]), flow("web", "api", ["tcp/90", "udp/91"])],
    );
    const pairs = [
      `web-from-${NODES.id} tcp/80`,
      `web-to-${NODES.id} tcp/90`,
      `web-to-${NODES.id} udp/91`,
      `${NODES.id}-from-web tcp/90`,
      `${NODES.id}-from-web udp/91`,
    ];
    assert.deepEqual(compiled(app), [...DNS, ...IDENTITY, ...DATABASE, ...pairs].sort());
  });

  it("merge what ingress controller and Prometheus need from the nodes' group, and adjoining ports", () => {
    const app = shop(
      [web],
      [
        toDatabase,
        flow({ kind: "platform", service: "ingress" }, "web", ["tcp/8080"], { because: "requests" }),
        flow({ kind: "platform", service: "monitoring" }, "web", ["tcp/8080", "tcp/8081"], {
          because: "metrics",
        }),
      ],
    );
    const rules = allRules(compileSite(site(app)));
    const merged = rules.filter(({ name }) => name.startsWith(`web-from-${NODES.id}`));
    assert.deepEqual(
      merged.map(({ traffic, description, flows }) => [formatTraffic(traffic), description, flows]),
      [
        [
          "tcp/8080-8081",
          "requests; metrics",
          ["shop: platform → web tcp/8080", "shop: platform → web tcp/8080, tcp/8081"],
        ],
      ],
    );
  });

  it("give each range the reasons of its own flows only", () => {
    const app = shop(
      [web],
      [
        toDatabase,
        flow("web", "web", ["tcp/80"], { because: "calls" }),
        flow("web", "web", ["tcp/7800"], { because: "gossip" }),
      ],
    );
    const within = allRules(compileSite(site(app))).filter(({ name }) => name.startsWith("web-from-web"));
    assert.deepEqual(
      within.map(({ traffic, description }) => `${formatTraffic(traffic)} ${description}`),
      ["tcp/80 calls", "tcp/7800 gossip"],
    );
  });

  it("let a group reach itself where replicas talk to each other", () => {
    const app = shop([web], [toDatabase, flow("web", "web", ["tcp/7800"])]);
    assert.deepEqual(
      compiled(app),
      [...DNS, ...IDENTITY, ...DATABASE, "web-from-web tcp/7800", "web-to-web tcp/7800"].sort(),
    );
  });

  it("give instances groups of their own where their flows differ, only those that talk to AWS", () => {
    const app = shop([workload("web", ["read", "write"])], [flow("web/write", database, ["tcp/5432"])]);
    assert.deepEqual(
      compiled(app),
      [
        ...DNS,
        "db-main-from-web.write tcp/5432",
        "web.write-to-db-main tcp/5432",
        `${STS.id}-from-web.write tcp/443`,
        `web.write-to-${STS.id} tcp/443`,
      ].sort(),
    );
  });

  it("admit only the nodes' group with podSecurityGroups off, both while migrating and leaving", () => {
    const app = shop([web], [toDatabase]);
    assert.deepEqual(
      compiled(app, eks({ podSecurityGroups: "off" })),
      [`db-main-from-${NODES.id} tcp/5432`, `${STS.id}-from-${NODES.id} tcp/443`].sort(),
    );
    const both = [
      ...DNS,
      ...IDENTITY,
      ...DATABASE,
      `db-main-from-${NODES.id} tcp/5432`,
      `${STS.id}-from-${NODES.id} tcp/443`,
    ].sort();
    assert.deepEqual(compiled(app, eks({ podSecurityGroups: "migrating" })), both);
    assert.deepEqual(compiled(app, eks({ podSecurityGroups: "leaving" })), both);
  });

  it("add nothing to an endpoint that its owner opened to the VPC, and use an owner's database group as it is", () => {
    const app = shop([web], [toDatabase]);
    const endpoints = {
      sts: { group: STS, ingress: "vpc", subnetCidrs: ["10.20.1.0/24"] },
    } as const;
    const placed = place({
      databases: {
        main: {
          source: {
            kind: "existing",
            identifier: "shop",
            group: { kind: "given", group: OWNERS_DATABASE },
            resourceId: "db-1",
          },
          credentials: { kind: "iam", user: "shop" },
        },
      },
    });
    assert.deepEqual(
      compiled(app, eks({ endpoints }), placed),
      [
        ...DNS,
        `web-to-${STS.id} tcp/443`,
        `web-to-${OWNERS_DATABASE.id} tcp/5432`,
        `${OWNERS_DATABASE.id}-from-web tcp/5432`,
      ].sort(),
    );
  });

  it("list what leaves the nodes' group where its owner lists egress", () => {
    const listed = { ...NODES, egress: "listed" } as const;
    const on = eks({
      podSecurityGroups: "off",
      groups: { node: listed, controlPlane: listed, dns: listed, platform: {} },
    });
    assert.deepEqual(
      compiled(shop([web], [toDatabase]), on),
      [
        `db-main-from-${NODES.id} tcp/5432`,
        `${NODES.id}-to-db-main tcp/5432`,
        `${STS.id}-from-${NODES.id} tcp/443`,
        `${NODES.id}-to-${STS.id} tcp/443`,
      ].sort(),
    );
  });

  it("reach the Kubernetes API where its servers listen, and the internet without private ranges", () => {
    const app = shop(
      [web],
      [
        toDatabase,
        flow("web", { kind: "kubernetes-api" }, ["tcp/443"]),
        flow("web", { kind: "internet" }, ["tcp/443"]),
      ],
    );
    const rules = allRules(compileSite(site(app)));
    const api443 = rules.filter(({ name }) => name === `web-to-${NODES.id}-tcp-6443`);
    assert.equal(api443.length, 1);
    const cidrs = rules.flatMap(({ peer }) => (peer.kind === "cidr" ? [peer.cidr] : []));
    assert.equal(cidrs.length, 37);
    assert.ok(!cidrs.some((one) => one.startsWith("10.") || one === "0.0.0.0/0"));
  });

  it("open an observed workload's group and only its", () => {
    const app = shop([web, api], [toDatabase, flow("api", database, ["tcp/5432"])]);
    const placed = place({}, { observedWorkloads: ["web"] });
    const opened = compiled(app, eks(), placed).filter((line) => line.endsWith("everything"));
    assert.deepEqual(opened, ["web-from-10.0.0.0_8 everything", "web-to-0.0.0.0_0 everything"]);
    const all = compiled(app, eks(), place({}, { stage: "observe" })).filter((line) =>
      line.endsWith("everything"),
    );
    assert.equal(all.length, 4);
  });

  it("ask for one stack where a flow leads to another stack's group", () => {
    const other = application([workload("store")], [flow("store", database, ["tcp/5432"])], {
      name: "books",
    });
    const app = shop(
      [web],
      [toDatabase, flow("web", { kind: "application", application: "books", workload: "store" }, ["tcp/80"])],
    );
    assert.throws(
      () => compileSite(site(app, eks(), place(), [other])),
      /flow shop: web → application tcp\/80: the security group of books:store is another stack's/,
    );
  });
});
