// Longer than most: one small stack, and all that records may say of it.
import { strict as assert } from "node:assert";
import type { DeclaredEnd, DeclaredFlow } from "../../declared";
import { AddressSet } from "../../net";
import {
  type ClusterRanges,
  TrafficObservation,
  type ObservedApplication,
  type ObservedParty,
  type ObservedStack,
  PodTable,
} from "../../observe";
import type { RecordReading, RecordedConnection, RecordedEnd, RecordFormat } from "../../records";

const at = (text: string): number => Date.parse(`2026-01-01T${text}Z`);
const NOON = { first: at("12:00:00"), last: at("12:00:00") };

const pods = (app: string): DeclaredEnd => ({
  name: app,
  kind: "workload",
  pods: [{ namespace: "shop", labels: { app } }],
  addresses: [],
  groups: [],
});
const blocks = (
  name: string,
  kind: DeclaredEnd["kind"],
  cidr: string,
  ports?: readonly string[],
): DeclaredEnd => ({
  name,
  kind,
  pods: [],
  addresses: [{ kind: "blocks", cidrs: [cidr], ...(ports && { ports }) }],
  groups: [],
});
const INTERNET: DeclaredEnd = {
  name: "internet",
  kind: "internet",
  pods: [],
  addresses: [{ kind: "internet", families: [4], except: ["10.42.0.0/16"] }],
  groups: [],
};
const flow = (from: DeclaredEnd, to: DeclaredEnd, ...ports: string[]): DeclaredFlow => ({
  id: `${from.name} → ${to.name} ${ports.join(" ")}`,
  from,
  to,
  ports,
  because: "it is so",
});

const SHOP: ObservedApplication = {
  owner: "shop's team",
  declaration: {
    version: 1,
    application: "shop",
    namespace: "shop",
    cluster: "lab",
    stage: "observe",
    adopted: false,
    workloads: ["web", "db"].map((id) => ({
      id,
      pods: { namespace: "shop", labels: { app: id } },
      observed: false,
      ownGroup: false,
    })),
    families: [4],
    cni: "cilium",
    flows: [],
  },
  flows: [
    flow(pods("web"), pods("db"), "tcp/5432"),
    flow(pods("web"), INTERNET, "tcp/443"),
    flow(pods("web"), blocks("database", "database", "10.99.0.0/24"), "tcp/3306"),
    flow(pods("db"), blocks("kubernetes-api", "kubernetes-api", "10.0.0.2/32", ["tcp/6443"]), "tcp/443"),
  ].map((one) => ({ flow: one, verdict: "allowed" as const })),
};

const RANGES: ClusterRanges = {
  pods: AddressSet.of("10.42.0.0/16"),
  services: AddressSet.of("10.43.0.0/16"),
  nodes: AddressSet.of("10.0.0.0/24"),
};

const pod = (app: string, namespace = "shop"): RecordedEnd => ({
  pod: { namespace, name: `${app}-0`, labels: { app, "pod-template-hash": "7c9f" } },
});
const address = (text: string): RecordedEnd => ({ address: text });

const asked = (
  from: RecordedEnd,
  to: RecordedEnd,
  port: number,
  more: Partial<RecordedConnection> = {},
): RecordedConnection => ({
  kind: "connection",
  from,
  to,
  protocol: "TCP",
  port,
  outcome: "passed",
  time: NOON,
  count: 1,
  ...more,
});

interface Told {
  readonly format?: RecordFormat;
  readonly table?: PodTable;
  readonly ranges?: ClusterRanges | undefined;
  readonly since?: number;
}

function observed(
  readings: readonly RecordReading[],
  { format = "Hubble", table = new PodTable(), since, ...rest }: Told = {},
): ObservedStack {
  const observation = new TrafficObservation([SHOP], table, "ranges" in rest ? rest.ranges : RANGES, since);
  for (const reading of readings) observation.add(format, reading);
  return observation.result();
}

const partyText = (party: ObservedParty): string => {
  switch (party.kind) {
    case "workload":
      return `${party.application}/${party.workload}`;
    case "pods":
      return `${party.application ?? "-"}:${party.namespace}${JSON.stringify(party.labels)}`;
    case "addresses":
      return `${party.isPublic ? "public" : "private"} ${party.addresses.join(" ")}${party.areAll ? "" : " …"}`;
  }
};
const undeclared = ({ undeclared: found }: ObservedStack): string[] =>
  found.map(({ from, to, protocol, port }) => `${partyText(from)} → ${partyText(to)} ${protocol}/${port}`);
const states = ({ flows }: ObservedStack): Readonly<Record<string, string>> =>
  Object.fromEntries(
    flows.map((one) => [one.flow.id, one.because.length > 0 ? one.because.join("; ") : one.state]),
  );
const nobody = ({ unattributed }: ObservedStack) =>
  Object.fromEntries(unattributed.map(({ because, records }) => [because, records]));

const WEB_DB = "web → db tcp/5432";
const UNSEEN = {
  [WEB_DB]: "unseen",
  "web → internet tcp/443": "unseen",
  "web → database tcp/3306": "unseen",
  "db → kubernetes-api tcp/443": "unseen",
};

describe("observe: records against what a stack declares", () => {
  const declared: readonly (readonly [string, RecordedConnection, string])[] = [
    ["pods", asked(pod("web"), pod("db"), 5432), WEB_DB],
    ["a public address", asked(pod("web"), address("203.1.1.9"), 443), "web → internet tcp/443"],
    ["a database's address", asked(pod("web"), address("10.99.0.7"), 3306), "web → database tcp/3306"],
    [
      "an API server's address, on the port that it has there",
      asked(pod("db"), address("10.0.0.2"), 6443),
      "db → kubernetes-api tcp/443",
    ],
    [
      "an API server that is a node as well",
      asked(pod("db"), { isNode: true, address: "10.0.0.2" }, 6443),
      "db → kubernetes-api tcp/443",
    ],
  ];
  for (const [what, record, id] of declared) {
    it(`finds the flow that is declared between ${what}`, () => {
      const result = observed([record]);
      assert.deepEqual(undeclared(result), []);
      assert.deepEqual(states(result), { ...UNSEEN, [id]: "seen" });
      assert.deepEqual([result.attributed, result.others, result.nodes, nobody(result)], [1, 0, 0, {}]);
    });
  }

  const others: readonly (readonly [string, RecordedConnection, string])[] = [
    ["another port", asked(pod("web"), pod("db"), 5433), "shop/web → shop/db TCP/5433"],
    [
      "another protocol",
      asked(pod("web"), pod("db"), 5432, { protocol: "UDP" }),
      "shop/web → shop/db UDP/5432",
    ],
    ["the other direction", asked(pod("db"), pod("web"), 5432), "shop/db → shop/web TCP/5432"],
    [
      "the flow's own port, where the API server has another",
      asked(pod("db"), address("10.0.0.2"), 443),
      "shop/db → private 10.0.0.2 TCP/443",
    ],
    [
      "a pod of the namespace that is no workload",
      asked(pod("job"), pod("db"), 5432),
      'shop:shop{"app":"job"} → shop/db TCP/5432',
    ],
    [
      "a pod of the same labels elsewhere",
      asked(pod("web", "other"), pod("db"), 5432),
      '-:other{"app":"web"} → shop/db TCP/5432',
    ],
    ["an address outside", asked(address("203.1.1.9"), pod("web"), 80), "public 203.1.1.9 → shop/web TCP/80"],
    [
      "a private address outside the cluster",
      asked(pod("web"), address("192.168.7.7"), 443),
      "shop/web → private 192.168.7.7 TCP/443",
    ],
    [
      "the metadata service",
      asked(pod("web"), address("169.254.169.254"), 80),
      "shop/web → private 169.254.169.254 TCP/80",
    ],
  ];
  for (const [what, record, expected] of others) {
    it(`finds that nobody declares ${what}`, () => {
      const result = observed([record]);
      assert.deepEqual(undeclared(result), [expected]);
      assert.deepEqual(states(result), UNSEEN);
    });
  }

  const lost: readonly (readonly [string, RecordedConnection, string, Told?])[] = [
    [
      "a pod's address that nobody knows",
      asked(address("10.42.0.7"), pod("db"), 5432),
      "an address that no known pod held then",
    ],
    ["a Service's address", asked(pod("web"), address("10.43.0.1"), 5432), "a Service's address"],
    [
      "a pod whose labels nobody tells",
      asked({ pod: { namespace: "shop", name: "web-0" } }, pod("db"), 5432),
      "a pod whose labels nobody tells",
    ],
    [
      "a private address of a cluster whose ranges nobody knows",
      asked(pod("web"), address("192.168.7.7"), 5432),
      "a private address, and the cluster's own ranges aren't known",
      { ranges: undefined },
    ],
    [
      "a public address of IPv6 there",
      asked(pod("web"), address("2600::1"), 5432),
      "a private address, and the cluster's own ranges aren't known",
      { ranges: undefined },
    ],
  ];
  for (const [what, record, because, told = {}] of lost) {
    it(`gives to nobody: ${what}; and doubts the flows on its port`, () => {
      const result = observed([record], told);
      assert.deepEqual(nobody(result), { [because]: 1 });
      assert.deepEqual([undeclared(result), result.attributed], [[], 0]);
      assert.match(states(result)[WEB_DB] ?? "", /records on its ports are a node's or nobody's/);
      assert.doesNotMatch(states(result)["web → database tcp/3306"] ?? "", /nobody's/);
    });
  }

  it("passes over nodes, and ends that are none of the stack's", () => {
    const result = observed([
      asked({ isNode: true, address: "10.0.0.7" }, pod("web"), 8080),
      asked(address("10.0.0.7"), pod("web"), 8080),
      asked({ isNode: true }, address("10.42.0.7"), 8080),
      asked(pod("a", "other"), pod("b", "other"), 80),
    ]);
    assert.deepEqual([result.nodes, result.others, result.attributed], [3, 1, 0]);
    assert.deepEqual([undeclared(result), nobody(result)], [[], {}]);
  });

  it("takes addresses for the pods that held them then", () => {
    const table = new PodTable();
    const item = (name: string, podIP: string) => ({
      kind: "Pod",
      metadata: { uid: name, namespace: "shop", name, labels: { app: name } },
      status: { podIP, startTime: "2026-01-01T11:00:00Z" },
    });
    table.add({ kind: "List", items: [item("web", "10.42.0.5"), item("db", "10.42.0.6")] }, at("13:00:00"));
    const early = { first: at("10:00:00"), last: at("10:00:00") };
    const result = observed(
      [
        asked(address("10.42.0.5"), address("10.42.0.6"), 5432, { outcome: "seen" }),
        asked(address("10.42.0.5"), address("10.42.0.6"), 5432, { time: early }),
        asked(address("10.42.0.5"), address("10.42.0.6"), 5432, { time: undefined }),
        asked({ pod: { namespace: "shop", name: "web" } }, pod("db"), 5432),
      ],
      { table },
    );
    assert.equal(states(result)[WEB_DB], "seen");
    assert.equal(result.attributed, 2);
    assert.deepEqual(nobody(result), {
      "an address that a known pod held at another time": 1,
      "a record without a time": 1,
    });
  });

  const hiding: readonly (readonly [string, readonly RecordReading[], RegExp, Told?])[] = [
    ["a gap", [{ kind: "gap", because: "SKIPDATA" }], /the records hide traffic \(SKIPDATA\)/],
    [
      "a line that can't be read",
      [{ kind: "bad", message: "x" }],
      /the records hide traffic \(unreadable lines\)/,
    ],
    [
      "a record that tells no direction on the port",
      [
        {
          kind: "unclear",
          because: "UDP: nobody says who asked",
          protocol: "TCP",
          ports: [5432, 40000],
          time: NOON,
        },
      ],
      /records on its ports are a node's or nobody's/,
    ],
    ["one moment", [], /the records hide traffic \(a listing of one moment\)/, { format: "conntrack" }],
    ["a rate limit", [], /the records hide traffic \(a log with a rate limit\)/, { format: "NFLOG" }],
    ["interfaces alone", [], /two pods of one node pass no interface/, { format: "VPC flow log" }],
    ["denials alone", [asked(pod("db"), pod("web"), 1, { outcome: "denied" })], /a log of denials alone/],
  ];
  for (const [what, readings, expected, told] of hiding) {
    it(`calls no flow unused by records with ${what}`, () => {
      const passing = what === "denials alone" ? [] : [asked(pod("db"), pod("web"), 1)];
      assert.match(states(observed([...passing, ...readings], told))[WEB_DB] ?? "", expected);
    });
  }

  it("says of what passed, where nobody says which way, that no connection is told, and not that all was denied", () => {
    const unclear: RecordReading = {
      kind: "unclear",
      because: "no TCP flags in the record",
      protocol: "TCP",
      ports: [9999, 40000],
      time: NOON,
    };
    const { gaps } = observed([unclear]);
    assert.deepEqual(
      gaps.map(({ because }) => because),
      ["no connection that passed: perhaps a log of denials alone"],
    );
  });

  it("calls a flow to a database unused by interfaces alone, which all of it passes", () => {
    const result = observed([asked(pod("db"), pod("web"), 1)], { format: "VPC flow log" });
    assert.equal(states(result)["web → database tcp/3306"], "unseen");
  });

  it("calls nothing unused where no record has a time", () => {
    const result = observed([asked(pod("db"), pod("web"), 1, { time: undefined })]);
    assert.match(states(result)[WEB_DB] ?? "", /no record has a time/);
  });

  it("counts outcomes, and what another record tells again as there", () => {
    const result = observed([
      asked(pod("web"), pod("db"), 5432),
      asked(pod("web"), pod("db"), 5432, { outcome: "denied" }),
      asked(pod("web"), pod("db"), 5432, { outcome: "denied", count: 0 }),
      asked(pod("db"), pod("web"), 1, { outcome: "denied", count: 0 }),
    ]);
    const none = { passed: 0, "let out": 0, seen: 0, audited: 0, denied: 0, "perhaps denied": 0 };
    assert.deepEqual(result.flows[0]?.records, { ...none, passed: 1, denied: 1 });
    assert.deepEqual(result.undeclared[0]?.records, { ...none, denied: 1 });
  });

  it("takes a doubtful denial of a declared flow's answer for nothing", () => {
    const answer = asked(pod("db"), pod("web"), 40000, { outcome: "perhaps denied", sourcePort: 5432 });
    const result = observed([answer]);
    assert.deepEqual(undeclared(result), []);
    assert.deepEqual(nobody(result), { "a packet of which nobody says whether it is an answer": 1 });
    assert.deepEqual(undeclared(observed([{ ...answer, sourcePort: 5433 }])), [
      "shop/db → shop/web TCP/40000",
    ]);
  });

  it("passes over what ended before the time that is asked about", () => {
    const result = observed([asked(pod("web"), pod("db"), 5432)], { since: at("12:00:01") });
    assert.deepEqual([result.attributed, result.window], [0, undefined]);
    assert.equal(observed([asked(pod("web"), pod("db"), 5432)], { since: at("12:00:00") }).attributed, 1);
  });

  it("gathers the addresses of one workload's connections, as many as are kept", () => {
    const many = Array.from({ length: 20 }, (_, i) => asked(pod("web"), address(`203.1.1.${i + 1}`), 25));
    const [one, ...more] = observed([...many, ...many]).undeclared;
    assert.ok(one?.to.kind === "addresses");
    assert.deepEqual([one.to.addresses.length, one.to.areAll, one.records.passed, more], [16, false, 40, []]);
  });

  it("keeps so many connections apart, and counts what is beyond", () => {
    const result = observed(Array.from({ length: 10_010 }, (_, i) => asked(pod("db"), pod("web"), i + 1)));
    assert.deepEqual([result.undeclared.length, result.undeclaredBeyond], [10_000, 10]);
  });

  it("says the same of records in any order", () => {
    const records = others.map(([, record]) => record);
    assert.deepEqual(observed(records).undeclared, observed([...records].reverse()).undeclared);
  });
});
