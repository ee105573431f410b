import { strict as assert } from "node:assert";
import {
  block,
  defaultDeny,
  DNS,
  INTERNET,
  LABELS,
  namespace,
  policy,
  run,
  type TestResource,
  UNKNOWN,
  verdicts,
  workload,
} from "../helpers";

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const tcp = (...ports: unknown[]) => ports.map((port) => ({ protocol: "TCP", port }));
const from = (name: string, ...ports: unknown[]) => ({ from: [app(name)], ports: tcp(...ports) });
const to = (name: string, ...ports: unknown[]) => ({ to: [app(name)], ports: tcp(...ports) });
const of = (name: string, spec: object) =>
  policy(name, { ...app(name), policyTypes: ["Ingress", "Egress"], ingress: [], egress: [], ...spec });
const deployment = (name: string, podSpec = {}) =>
  workload("apps/v1:Deployment", podSpec, { name: `${name}-pods`, labels: { app: name } });

/** A web that asks a database: both sides, DNS, default deny. */
const shop = (change: { web?: object; db?: object } = {}, ...more: TestResource[]) => [
  namespace(),
  defaultDeny(),
  of("web", { egress: [DNS, to("db", 5432)], ...change.web }),
  of("db", { ingress: [from("web", 5432)], ...change.db }),
  ...more,
];
const judgeBy =
  (only: string) =>
  (stack: readonly TestResource[], config: object = {}) =>
    verdicts(run(stack, { [only]: config }, { only }));

describe("flows-have-both-sides", () => {
  const NAME = "flows-have-both-sides";
  const judge = judgeBy(NAME);

  for (const workloads of [[], [deployment("web"), deployment("db")]]) {
    const how = workloads.length > 0 ? "between workloads" : "between what policies name";
    it(`is silent where both sides are there, ${how}`, () =>
      assert.deepEqual(judge(shop({}, ...workloads)), []));
    it(`reports an egress that no ingress admits, ${how}`, () => {
      assert.deepEqual(judge(shop({ db: { ingress: [] } }, ...workloads)), [`${NAME} web`]);
      assert.deepEqual(judge(shop({ db: { ingress: [from("web", 5433)] } }, ...workloads)), [
        `${NAME} db`,
        `${NAME} web`,
      ]);
    });
    it(`reports an ingress that no egress reaches, ${how}`, () => {
      assert.deepEqual(judge(shop({ web: { egress: [DNS] } }, ...workloads)), [`${NAME} db`]);
    });
    it(`names what isn't known of the other side, ${how}`, () => {
      assert.ok(judge(shop({ db: { ingress: UNKNOWN } }, ...workloads)).includes(`${NAME} web?`));
    });
  }

  it("reports one port of two, and says which end and port", () => {
    const [report] = run(shop({ web: { egress: [DNS, to("db", 5432, 8008)] } }), {}, { only: NAME });
    assert.match(report?.message ?? "", /reach the pods of NetworkPolicy shop\/db \(.*\) on TCP 8008/);
  });

  it("resolves a port's name by the pods that listen", () => {
    const named = deployment("db", { containers: [{ ports: [{ name: "pg", containerPort: 5432 }] }] });
    const other = deployment("db", { containers: [{ ports: [{ name: "pg", containerPort: 5433 }] }] });
    const change = { db: { ingress: [from("web", "pg")] } };
    assert.deepEqual(judge(shop(change, deployment("web"), named)), []);
    assert.deepEqual(judge(shop(change, deployment("web"), other)), [`${NAME} db`, `${NAME} web`]);
  });

  it("is silent where the other end isn't isolated, isn't here, or is a whole neighbourhood", () => {
    assert.deepEqual(judge([of("web", { egress: [to("db", 5432)] }), deployment("db")]), []);
    assert.deepEqual(judge([of("web", { egress: [to("elsewhere", 5432)] })]), []);
    const wide = { egress: [{ to: [{ podSelector: {} }] }] };
    assert.deepEqual(judge(shop({ web: wide, db: { ingress: [] } })), []);
  });

  it("counts another policy's side", () => {
    const more = policy("more", { ...app("db"), policyTypes: ["Ingress"], ingress: [from("web", 5432)] });
    assert.deepEqual(judge(shop({ db: { ingress: [] } }, more)), []);
  });
});

describe("dns-reachable", () => {
  const NAME = "dns-reachable";
  const judge = judgeBy(NAME);
  const asking = (...egress: unknown[]) => judge(shop({ web: { egress } }));

  it("is silent where both protocols are open", () => assert.deepEqual(judge(shop()), []));
  it("reports no DNS, UDP alone, TCP alone, and DNS elsewhere", () => {
    const [udp, tcpPort] = DNS.ports;
    for (const rule of [
      [],
      [{ ...DNS, ports: [udp] }],
      [{ ...DNS, ports: [tcpPort] }],
      [{ to: [{ ...inNamespace("other"), podSelector: {} }], ports: DNS.ports }],
    ]) {
      assert.deepEqual(asking(to("db", 5432), ...rule), [`${NAME} web`]);
    }
  });
  it("reports the internet without DNS, and no private address", () => {
    assert.deepEqual(asking({ to: [INTERNET], ports: tcp(443) }), [`${NAME} web`]);
    assert.deepEqual(asking({ to: [block("10.20.0.0/24")], ports: tcp(5432) }), []);
    assert.deepEqual(asking(), []);
  });
  it("counts every policy of the pods, an address, and the idiom of any namespace", () => {
    const dns = policy("dns", { ...app("web"), policyTypes: ["Egress"], egress: [DNS] });
    assert.deepEqual(judge(shop({ web: { egress: [to("db", 5432)] } }, dns)), []);
    assert.deepEqual(asking(to("db", 5432), { ...DNS, to: [block("169.254.20.10/32")] }), []);
    const any = { namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
    assert.deepEqual(asking(to("db", 5432), { ...DNS, to: [any] }), []);
  });
  it("takes other servers from config", () => {
    const config = { namespace: "dns", labels: { app: "dns" }, port: 5353 };
    assert.deepEqual(judge(shop(), config), [`${NAME} web`]);
  });
  it("names an unknown rule as not yet known", () => {
    assert.deepEqual(asking(to("db", 5432), UNKNOWN), [`${NAME} web?`]);
  });
});

describe("every-workload-isolated", () => {
  const NAME = "every-workload-isolated";
  const judge = judgeBy(NAME);
  /** Each is as wide as one owner's block may be; together they are wider. */
  const halves = ["4.0.0.0/8", "5.0.0.0/8"];
  const pieces = (blocks: readonly string[], labels = app("web")) =>
    blocks.map((cidr, index) =>
      policy(`piece-${index}`, { ...labels, policyTypes: ["Ingress"], ingress: [{ from: [block(cidr)] }] }),
    );

  it("reports the world in pieces over several policies, once for each workload", () => {
    assert.deepEqual(judge(shop({}, deployment("web"), ...pieces(halves))), [`${NAME} web-pods`]);
    assert.equal(judge(shop({}, ...pieces(halves))).length, 1);
  });
  it("is silent on pieces for different pods, few pieces, and what one policy shows", () => {
    const [first = "", second = ""] = halves;
    assert.deepEqual(
      judge(shop({}, deployment("web"), ...pieces([first]), ...pieces([second], app("db")))),
      [],
    );
    assert.deepEqual(judge(shop({}, deployment("web"), ...pieces(["0.0.0.0/1", "198.51.100.0/24"]))), []);
  });
  it("names an unknown selector of a piece as not yet known", () => {
    const [first = "", second = ""] = halves;
    const open = { podSelector: { matchLabels: UNKNOWN } };
    const stack = shop({}, deployment("web"), ...pieces([first]), ...pieces([second], open as never));
    assert.ok(judge(stack).includes(`${NAME} web-pods?`));
  });
  it("asks for each workload's own policies where config says so", () => {
    const config = { withoutDefaultDeny: ["shop"] };
    const stack = [of("web", {}), deployment("web"), deployment("db")];
    assert.deepEqual([judge(stack), judge(stack, config)], [[], [`${NAME} db-pods`]]);
  });
});

describe("tenant-isolation", () => {
  const NAME = "tenant-isolation";
  const judge = judgeBy(NAME);
  const other = (owner: unknown) => namespace("bank", { ...LABELS, "palisade.dev/owner": owner });
  const open = (peer: object) => ({ web: { ingress: [{ from: [peer], ports: tcp(80) }] } });
  const stack = (peer: object, owner: unknown = "team-bank") => [...shop(open(peer)), other(owner)];

  it("reports another owner's namespace, named or by a label that it carries", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"))), [`${NAME} web`]);
    const byLabel = { namespaceSelector: { matchLabels: { "palisade.dev/owner": "team-bank" } } };
    assert.deepEqual(judge(stack(byLabel)), [`${NAME} web`]);
  });
  it("is silent on the same owner, on none, on namespaces elsewhere, and where it is declared", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"), "team-shop")), []);
    assert.deepEqual(judge([...shop(open(inNamespace("bank"))), namespace("bank", {})]), []);
    assert.deepEqual(judge(stack(inNamespace("monitoring"))), []);
    const declared = [{ from: "team-bank", to: "team-shop", because: "orders" }];
    assert.deepEqual(judge(stack(inNamespace("bank")), { declared }), []);
    const reverse = [{ from: "team-shop", to: "team-bank", because: "orders" }];
    assert.deepEqual(judge(stack(inNamespace("bank")), { declared: reverse }), [`${NAME} web`]);
  });
  it("reports egress to another owner's namespace, unless that denies ingress by default or serves everybody", () => {
    const outTo = (name: string) => shop({ web: { egress: [{ to: [inNamespace(name)], ports: tcp(80) }] } });
    const bank = other("team-bank");
    assert.deepEqual(judge([...outTo("bank"), bank]), [`${NAME} web`]);
    assert.deepEqual(judge([...outTo("bank"), other("team-shop")]), []);
    const declared = [{ from: "team-shop", to: "team-bank", because: "orders" }];
    assert.deepEqual(judge([...outTo("bank"), bank], { declared }), []);
    assert.deepEqual(judge([...outTo("bank"), bank, defaultDeny("bank", "deny")]), []);
    const egressOnly = { podSelector: {}, policyTypes: ["Egress"] };
    assert.deepEqual(judge([...outTo("bank"), bank, policy("deny", egressOnly, "bank")]), [`${NAME} web`]);
    const system = namespace("kube-system", { ...LABELS, "palisade.dev/owner": "team-platform" });
    assert.deepEqual(judge([...outTo("kube-system"), system]), []);
  });
  it("names what may be a default deny of the namespace that egress goes to as not yet known", () => {
    const out = shop({ web: { egress: [{ to: [inNamespace("bank")], ports: tcp(80) }] } });
    const maybe = policy("deny", { podSelector: {}, policyTypes: UNKNOWN }, "bank");
    const found = judge([...out, other("team-bank"), maybe]);
    assert.ok(found.includes(`${NAME} web?`) && !found.includes(`${NAME} web`), found.join());
  });
  it("names an unknown owner and an unknown peer as not yet known", () => {
    assert.deepEqual(judge(stack(inNamespace("bank"), UNKNOWN)), [`${NAME} web?`]);
    assert.deepEqual(judge(stack({ namespaceSelector: UNKNOWN })), [`${NAME} web?`]);
  });
});

describe("policy-selects-nothing", () => {
  const NAME = "policy-selects-nothing";
  const judge = judgeBy(NAME);

  it("advises on a selector that no workload of the namespace meets", () => {
    const reports = run(shop({}, deployment("web")), {}, { only: NAME });
    assert.deepEqual(verdicts(reports), [`${NAME} db`]);
  });
  it("is silent where pods may be elsewhere: no workload, a chart", () => {
    assert.deepEqual(judge(shop()), []);
    const release = { type: "kubernetes:helm.sh/v3:Release", name: "chart", props: { namespace: "shop" } };
    assert.deepEqual(judge(shop({}, deployment("web"), release)), []);
    assert.deepEqual(judge(shop({}, deployment("web"), deployment("db"))), []);
  });
  it("says which workload's labels aren't known yet", () => {
    const unknown = workload("apps/v1:Deployment", {}, { name: "u", labels: UNKNOWN });
    assert.deepEqual(judge(shop({}, deployment("web"), unknown)), [`${NAME} db?`]);
  });
});

describe("protected-ends", () => {
  const NAME = "protected-ends";
  const ends = [
    {
      name: "the database",
      namespace: "shop",
      labels: { app: "db" },
      ports: ["tcp/5432"],
      from: [
        { labels: { app: "web" } },
        { namespace: "backup", labels: { app: "dump" } },
        { cidr: "10.9.0.0/24" },
      ],
    },
  ];
  const judge = (resource: TestResource) => verdicts(run([resource], { [NAME]: { ends } }, { only: NAME }));
  const db = (ingress: unknown, selector: object = app("db")) =>
    policy("db", { ...selector, policyTypes: ["Ingress"], ingress });
  const admitting = (peer: unknown) => db([{ from: [peer], ports: tcp(5432) }]);

  for (const [claim, resource] of Object.entries({
    "another workload": admitting(app("cart")),
    "every pod of the namespace": admitting({ podSelector: {} }),
    "a whole listed namespace": admitting(inNamespace("backup")),
    "listed labels in another namespace": admitting({ ...inNamespace("other"), ...app("dump") }),
    "listed labels in any namespace": admitting({ namespaceSelector: {}, ...app("dump") }),
    "a wider block": admitting(block("10.9.0.0/16")),
    everyone: db([{ ports: tcp(5432) }]),
    "another workload, by a rule for every port": db([{ from: [app("cart")] }]),
    "another workload, by a policy for all pods": db([from("cart", 5432)], { podSelector: {} }),
    "another workload, to some of its pods": db([from("cart", 5432)], {
      podSelector: { matchLabels: { app: "db", role: "replica" } },
    }),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(resource), [`${NAME} db`]));
  }

  for (const [claim, resource] of Object.entries({
    "who is listed": admitting(app("web")),
    "some of who is listed": admitting({ podSelector: { matchLabels: { app: "web", tier: "a" } } }),
    "a listed namespace's listed pods": admitting({ ...inNamespace("backup"), ...app("dump") }),
    "a part of a listed block": admitting(block("10.9.0.4/32")),
    "another port": db([from("cart", 9187)]),
    "another end": db([from("cart", 5432)], app("cart")),
    "another namespace": policy("db", { ...app("db"), policyTypes: ["Ingress"], ingress: [{}] }, "bank"),
    "no rules": db([]),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(resource), []));
  }

  it("names what may admit others as not yet known", () => {
    const other = { podSelector: { matchLabels: { tier: "data" } } };
    for (const resource of [
      db(UNKNOWN),
      admitting(UNKNOWN),
      db([{ from: [app("cart")], ports: tcp(UNKNOWN) }]),
      db([from("cart", "pg")]),
      db([from("cart", 5432)], other),
      policy("db", { ...app("db"), policyTypes: ["Ingress"], ingress: [from("cart", 5432)] }, UNKNOWN),
    ]) {
      assert.deepEqual(judge(resource), [`${NAME} db?`]);
    }
  });
});

describe("network-policy-cni-safe", () => {
  const NAME = "network-policy-cni-safe";
  const judge = (cni: readonly string[], egress: unknown) =>
    verdicts(
      run(
        [of("web", { egress })],
        { [NAME]: { cni }, settings: { clusterRanges: ["10.42.0.0/16"] } },
        { only: NAME },
      ),
    );
  const many = Array.from({ length: 25 }, (_, index) => 1000 + 2 * index);

  for (const [claim, cni, rule] of [
    ["an exception on aws-vpc-cni", "aws-vpc-cni", { to: [block("10.0.0.0/8", "10.1.0.0/16")] }],
    ["host bits on aws-vpc-cni", "aws-vpc-cni", { to: [block("10.20.0.1/24")] }],
    [
      "a port's name beside a block on aws-vpc-cni",
      "aws-vpc-cni",
      { to: [block("10.20.0.0/24")], ports: tcp("pg") },
    ],
    ["a port's name to everybody on aws-vpc-cni", "aws-vpc-cni", { ports: tcp("pg") }],
    ["25 ports on aws-vpc-cni", "aws-vpc-cni", { to: [app("db")], ports: tcp(...many) }],
    ["a block of pods on cilium", "cilium", { to: [block("10.42.1.0/24")] }],
    ["the Pod Identity agent on cilium", "cilium", { to: [block("169.254.170.23/32")] }],
    ["everything on flannel", "flannel", { to: [app("db")] }],
  ] as const) {
    it(`reports ${claim}, and not on k3s and calico`, () => {
      assert.deepEqual(judge([cni], [rule]), [`${NAME} web`]);
      assert.deepEqual(judge(["k3s", "calico"], [rule]), []);
      assert.deepEqual(judge([], [rule]), []);
    });
  }

  it("reports rules in a direction that policyTypes leaves out on aws-vpc-cni, and nowhere else", () => {
    const web = policy("web", { ...app("web"), policyTypes: ["Ingress"], egress: [to("db", 5432)] });
    const judged = (cni: string) => verdicts(run([web], { [NAME]: { cni: [cni] } }, { only: NAME }));
    assert.deepEqual(judged("aws-vpc-cni"), [`${NAME} web`]);
    for (const cni of ["k3s", "calico", "cilium"]) assert.deepEqual(judged(cni), []);
  });

  it("is silent on near misses", () => {
    assert.deepEqual(
      judge(["aws-vpc-cni"], [{ to: [app("db")], ports: tcp("pg") }, to("db", ...many.slice(1))]),
      [],
    );
    // The destination is the policy's own pods, whose number the name is.
    const named = { from: [block("10.20.0.0/24")], ports: tcp("http") };
    const web = policy("web", { ...app("web"), policyTypes: ["Ingress"], ingress: [named] });
    assert.deepEqual(verdicts(run([web], { [NAME]: { cni: ["aws-vpc-cni"] } }, { only: NAME })), []);
    assert.deepEqual(judge(["cilium"], [{ to: [block("10.0.0.0/8", "10.42.0.0/16")] }]), []);
  });

  it("names what isn't known, and reports what is", () => {
    assert.deepEqual(judge(["cilium"], UNKNOWN), [`${NAME} web?`]);
    assert.deepEqual(
      judge(["aws-vpc-cni"], [{ to: [{ ipBlock: UNKNOWN }, block("10.0.0.0/8", "10.1.0.0/16")] }]),
      [`${NAME} web`, `${NAME} web?`],
    );
  });
});
