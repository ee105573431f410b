// Longer than most: what is compiled, what it means to the twin and what the policy pack says of it, on one cluster.
import { strict as assert } from "node:assert";
import { checkClusterBaseline, compileClusterBaseline } from "../../compile";
import { type Cluster, CNI_PROFILES } from "../../compile/cluster";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { atCluster } from "../../problems";
import { run, verdicts } from "../policypack/helpers";
import { connected } from "../twin/twin";
import type { TwinPod, TwinTierPolicy, TwinWorld } from "../twin/world";
import { application, cluster, flow, placement, ports, workload } from "./worlds";

const baseline = { version: "v1alpha2", exempt: ["kube-system"], databaseClients: ["reporting"] } as const;
const lab = (extra: Partial<Cluster> = {}) => cluster("calico", { baseline, ...extra });

/** shop calls bank, which accepts it; mall calls nobody; bank has a database. */
const SHOP = {
  application: application(
    [workload("web"), workload("db")],
    [
      flow("web", "db", ["tcp/5432"]),
      flow("web", { kind: "application", application: "bank", workload: "api" }, ["tcp/8080"]),
    ],
  ),
  placement: placement(),
};
const BANK = {
  application: application(
    [workload("api")],
    [flow("api", { kind: "database", database: "ledger" }, ["tcp/5432"])],
    {
      name: "bank",
      databases: { ledger: { engine: "postgres", port: 5432 } },
      accepted: [
        {
          from: { application: "shop", workload: "web" },
          to: { kind: "workload", workload: "api" },
          ports: ports("tcp/8080"),
          because: "payments",
          names: [],
        },
      ],
    },
  ),
  placement: placement({
    application: "bank",
    namespace: "bank",
    databases: { ledger: { subnetCidrs: ["10.9.1.0/24", "10.9.0.0/24"] } },
  }),
};
const MALL = {
  application: application([workload("web")], [], { name: "mall" }),
  placement: placement({ application: "mall", namespace: "mall" }),
};
const ALL = [SHOP, BANK, MALL];

const subjectsOf = (policies: ReturnType<typeof compileClusterBaseline>) =>
  Object.fromEntries(
    policies.map(({ metadata, spec }) => {
      const [choice] = spec.subject.namespaces.matchExpressions ?? [];
      return [metadata.name, `${choice?.operator ?? ""} ${choice?.values.join(" ") ?? ""}`];
    }),
  );

describe("a cluster's baseline", () => {
  it("is nothing on a cluster without one", () => {
    assert.deepEqual(compileClusterBaseline(cluster("calico"), ALL), []);
  });

  it("is about all namespaces but the exempt, those of DNS and the platform, and each denial's own clients", () => {
    assert.deepEqual(subjectsOf(compileClusterBaseline(lab(), ALL)), {
      "palisade-database-bank-ledger": "NotIn bank kube-system monitoring reporting",
      "palisade-default-deny": "NotIn kube-system monitoring",
      "palisade-metadata": "NotIn kube-system monitoring",
      "palisade-tenant-bank": "In bank",
      "palisade-tenant-mall": "In mall",
      "palisade-tenant-shop": "In shop",
    });
  });

  it("denies each tenant those that it doesn't accept", () => {
    const denied = compileClusterBaseline(lab(), ALL).flatMap(({ metadata, spec }) =>
      metadata.name.startsWith("palisade-tenant")
        ? [[metadata.name, /"values":\[(.*?)\]/.exec(JSON.stringify(spec.ingress?.[0]?.from))?.[1]]]
        : [],
    );
    assert.deepEqual(denied, [
      ["palisade-tenant-bank", '"mall"'],
      ["palisade-tenant-mall", '"bank","shop"'],
      ["palisade-tenant-shop", '"bank","mall"'],
    ]);
  });

  it("leaves alone what isn't wholly enforced: observation blocks nothing", () => {
    for (const extra of [{ stage: "observe" }, { stage: "off" }, { observedWorkloads: ["web"] }] as const) {
      const mall = { ...MALL, placement: { ...MALL.placement, ...extra } };
      const policies = compileClusterBaseline(lab(), [SHOP, BANK, mall]);
      assert.equal(subjectsOf(policies)["palisade-metadata"], "NotIn kube-system mall monitoring");
      assert.ok(!policies.some(({ metadata }) => metadata.name === "palisade-tenant-mall"));
    }
  });

  it("doesn't close by default the namespaces that a declared flow names, which it denies metadata all the same", () => {
    const tools = flow({ kind: "pods", namespace: "tools", pods: "every-pod" }, "web", ["tcp/80"]);
    const mall = { ...MALL, application: { ...MALL.application, flows: [tools] } };
    const subjects = subjectsOf(compileClusterBaseline(lab(), [SHOP, BANK, mall]));
    assert.equal(subjects["palisade-default-deny"], "NotIn kube-system monitoring tools");
    assert.equal(subjects["palisade-metadata"], "NotIn kube-system monitoring");
  });

  it("counts who declares anything in a database's subnets among its clients", () => {
    const clients = (mall: typeof MALL) =>
      subjectsOf(compileClusterBaseline(lab(), [SHOP, BANK, mall]))["palisade-database-bank-ledger"];
    const without = "NotIn bank kube-system monitoring reporting";
    const withMall = "NotIn bank kube-system mall monitoring reporting";
    const to = (cidrs: readonly string[]) => ({
      ...MALL,
      application: { ...MALL.application, flows: [flow("web", { kind: "cidr", cidrs }, ["tcp/443"])] },
    });
    const placed = (extra: Partial<typeof MALL.placement>) => ({
      ...MALL,
      placement: { ...MALL.placement, ...extra },
    });
    assert.equal(clients(to(["10.9.1.128/25"])), withMall);
    assert.equal(clients(to(["10.8.0.0/24"])), without);
    assert.equal(clients(placed({ databases: { own: { subnetCidrs: ["10.9.0.0/16"] } } })), withMall);
    assert.equal(clients(placed({ identity: { kind: "irsa", stsSubnetCidrs: ["10.9.0.0/24"] } })), withMall);
    const endpoint = { kind: "interface" as const, subnetCidrs: ["10.9.0.0/24"] };
    assert.equal(clients(placed({ buckets: { files: { endpoint } } })), withMall);
  });

  it("admits monitoring and DNS before it denies by default, where they are", () => {
    const find = (given: Cluster) =>
      compileClusterBaseline(given, ALL).find(({ metadata }) => metadata.name === "palisade-default-deny");
    assert.deepEqual(
      find(lab())?.spec.ingress?.map(({ name, action }) => `${action} ${name}`),
      ["Accept monitoring", "Deny everyone"],
    );
    assert.deepEqual(
      find(lab({ platform: {} }))?.spec.ingress?.map(({ name }) => name),
      ["everyone"],
    );
    assert.deepEqual(find(lab())?.spec.egress?.[0], {
      name: "dns",
      action: "Accept",
      to: [
        {
          pods: {
            namespaceSelector: {
              matchExpressions: [
                { key: "kubernetes.io/metadata.name", operator: "In", values: ["kube-system"] },
              ],
            },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        },
        { networks: ["10.43.0.10/32"] },
      ],
      protocols: [{ tcp: { destinationPort: { number: 53 } } }, { udp: { destinationPort: { number: 53 } } }],
    });
  });

  it("is refused where the profile doesn't serve it, with the reason, and nowhere else", () => {
    const at = atCluster("lab");
    assert.deepEqual(checkClusterBaseline(lab(), at), []);
    for (const cni of CNI_PROFILES) {
      assert.deepEqual(checkClusterBaseline(cluster(cni), at), []);
      const refused = checkClusterBaseline(cluster(cni, { baseline }), at).map(({ message }) => message);
      assert.equal(refused.length, cni === "calico" ? 0 : 1, cni);
    }
  });
});

describe("a cluster's baseline, as the brute-force twin reads it", () => {
  const NEIGHBOURS = ALL.map((one) => ({ application: one.application, namespace: one.placement.namespace }));
  const networkPolicies = ALL.flatMap(
    (one) => compileNetworkPolicies(one.application, one.placement, lab(), NEIGHBOURS).policies,
  );
  const pod = (namespace: string, name: string, labels: Record<string, string>, ip: string): TwinPod => ({
    namespace,
    name,
    labels,
    ips: [ip],
  });
  const SHOP_WEB = pod("shop", "web", { app: "web" }, "10.42.1.1");
  const SHOP_DB = pod("shop", "db", { app: "db" }, "10.42.1.2");
  const BANK_API = pod("bank", "api", { app: "api" }, "10.42.1.3");
  const MALL_WEB = pod("mall", "web", { app: "web" }, "10.42.1.4");
  const DNS = pod("kube-system", "dns", { "k8s-app": "kube-dns" }, "10.42.1.5");
  const PROMETHEUS = pod("monitoring", "prometheus", { app: "prometheus" }, "10.42.1.6");
  const STRANGER = pod("elsewhere", "a", { app: "a" }, "10.42.1.7");
  const OTHER = pod("elsewhere", "b", { app: "b" }, "10.42.1.8");
  const pods = [SHOP_WEB, SHOP_DB, BANK_API, MALL_WEB, DNS, PROMETHEUS, STRANGER, OTHER];
  const ENDS = [...pods, { address: "10.9.0.7" }, { address: "169.254.169.254" }, { address: "203.0.113.9" }];
  const PORTS = [53, 80, 5432, 8080];
  const world = (policies: readonly object[], more: readonly object[] = []): TwinWorld => ({
    namespaces: [...new Set(pods.map(({ namespace }) => namespace))].map((name) => ({ name })),
    pods,
    networkPolicies: [...networkPolicies, ...(more as TwinWorld["networkPolicies"])],
    tierPolicies: policies as readonly TwinTierPolicy[],
    podCidrs: ["10.42.0.0/16"],
  });
  const relation = (given: TwinWorld) =>
    pods.flatMap((from) =>
      ENDS.filter((to) => to !== from).flatMap((to) =>
        PORTS.map((port) => {
          const name = "address" in to ? to.address : `${to.namespace}/${to.name}`;
          return [
            `${from.namespace}/${from.name} → ${name} tcp/${port}`,
            connected(given, from, to, "TCP", port),
          ] as const;
        }),
      ),
    );
  const policies = compileClusterBaseline(lab(), ALL);

  it("closes nothing that applications declare, and opens nothing", () => {
    const [before, after] = [new Map(relation(world([]))), relation(world(policies))];
    const changed = after.filter(([name, verdict]) => verdict !== before.get(name)).map(([name]) => name);
    assert.ok(
      changed.every((name) => before.get(name) === "allowed"),
      "it only closes",
    );
    // The pods of the namespace that has no policies of its own: they reach DNS, and nobody else reaches or is reached.
    const touched = changed.filter((name) => !name.includes("elsewhere/"));
    assert.deepEqual(touched, []);
    const open = after.filter(([name, verdict]) => name.includes("elsewhere/") && verdict === "allowed");
    const expected = [
      ...["a", "b"].map((name) => `elsewhere/${name} → kube-system/dns tcp/53`),
      ...["a", "b"].flatMap((name) =>
        PORTS.map((port) => `monitoring/prometheus → elsewhere/${name} tcp/${port}`),
      ),
    ];
    assert.deepEqual(open.map(([name]) => name).sort(), expected.sort());
  });

  it("keeps closed what a policy in a namespace would open: metadata, another tenant, a database", () => {
    const opened = (namespace: string) => ({
      metadata: { name: "open", namespace },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    });
    const more = ["shop", "bank", "mall", "elsewhere"].map(opened);
    const verdict = (policy: readonly object[], from: TwinPod, to: (typeof ENDS)[number], port: number) =>
      connected(world(policy, more), from, to, "TCP", port);
    const [database, metadata, office] = [ENDS[8], ENDS[9], ENDS[10]];
    assert.ok(database && metadata && office);
    for (const [from, to, port] of [
      [SHOP_WEB, metadata, 80],
      [STRANGER, metadata, 80],
      [SHOP_WEB, database, 5432],
      [STRANGER, database, 5432],
      [MALL_WEB, BANK_API, 8080],
      [BANK_API, SHOP_DB, 5432],
    ] as const) {
      assert.equal(verdict([], from, to, port), "allowed", "the control");
      assert.equal(verdict(policies, from, to, port), "blocked");
    }
    for (const [from, to, port] of [
      [BANK_API, database, 5432],
      [SHOP_WEB, BANK_API, 8080],
      [SHOP_WEB, office, 80],
    ] as const) {
      assert.equal(verdict(policies, from, to, port), "allowed");
    }
  });
});

describe("a cluster's baseline, as the policy pack judges it", () => {
  it("breaks no policy about tiers", () => {
    const stack = compileClusterBaseline(lab(), ALL).map((props) => ({
      type: `kubernetes:${props.apiVersion}:${props.kind}`,
      name: props.metadata.name,
      props,
    }));
    assert.deepEqual(verdicts(run(stack)), []);
  });
});
