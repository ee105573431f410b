// Longer than most: all that one compiled policy may say, a test each.
import { strict as assert } from "node:assert";
import { CNI_PROFILES, type Cluster, type CniProfile, type Placement } from "../../compile/cluster";
import { type CompiledPolicies, compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import type { NetworkPolicyManifest } from "../../compile/networkPolicy/manifest";
import { withoutLayout } from "../../compile/networkPolicy/names";
import type { Application, FlowEnd, Flow } from "../../flows/model";
import { AddressSet } from "../../net/addressSet";
import { eks } from "./aws/lab";
import { application, cluster, flow, placement, ports, workload } from "./worlds";

const compile = (
  app: Application,
  on: Cluster = cluster("k3s"),
  at: Partial<Placement> = {},
  neighbours: Parameters<typeof compileNetworkPolicies>[3] = [],
): CompiledPolicies => compileNetworkPolicies(app, placement(at), on, neighbours);

/** What the policies are called in every version. */
const names = ({ policies }: CompiledPolicies) =>
  policies.map(({ metadata }) => withoutLayout(metadata.name));

const policy = ({ policies }: CompiledPolicies, name: string): NetworkPolicyManifest => {
  const found = policies.find(({ metadata }) => withoutLayout(metadata.name) === name);
  assert.ok(found, `policy ${name} is there`);
  return found;
};

const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "TCP", port: 53 },
    { protocol: "UDP", port: 53 },
  ],
};

const toInternet: Flow = flow("web", { kind: "internet" }, ["tcp/443"]);
const web = (...flows: readonly Flow[]) => application([workload("web"), workload("db")], flows);
const blocksOf = (manifest: NetworkPolicyManifest) =>
  (manifest.spec.egress ?? [])
    .flatMap(({ to }) => to ?? [])
    .flatMap((peer) => ("ipBlock" in peer ? [peer.ipBlock] : []));

describe("compileNetworkPolicies", () => {
  it("writes isolation, and at most one ingress and one egress policy per workload", () => {
    const compiled = compile(
      web(flow("web", "db", ["tcp/5432"]), flow("db", "db", ["tcp/5432"]), toInternet),
    );
    assert.deepEqual(names(compiled), ["isolation", "db-egress", "db-ingress", "web-egress"]);
  });

  it("denies by isolation under enforce, allows all under observe, and writes nothing when off", () => {
    const spec = (stage: Placement["stage"]) => compile(web(), cluster("k3s"), { stage }).policies[0]?.spec;
    // Not empty lists, which Pulumi's provider leaves out: a rule added by hand to one is nobody's conflict.
    const key = "palisade.dev/nobody";
    const matchExpressions = [
      { key, operator: "Exists" },
      { key, operator: "DoesNotExist" },
    ];
    assert.deepEqual(spec("enforce"), {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: { matchExpressions } }] }],
      egress: [{ to: [{ podSelector: { matchExpressions } }] }],
    });
    assert.deepEqual(spec("observe"), {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    });
    assert.equal(spec("off"), undefined);
  });

  it("opens one lagging workload by one policy beside its own, under observe as under enforce", () => {
    for (const stage of ["observe", "enforce"] as const) {
      const compiled = compile(web(), cluster("k3s"), { stage, observedWorkloads: ["db"] });
      assert.deepEqual(names(compiled), ["isolation", "db-observe", "db-egress", "web-egress"]);
      assert.deepEqual(policy(compiled, "db-observe").spec, {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{}],
        egress: [{}],
      });
    }
  });

  it("makes each egress policy complete: name resolution by UDP and TCP is in it", () => {
    assert.deepEqual(policy(compile(web()), "web-egress").spec, {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [DNS_RULE],
    });
  });

  it("resolves names through NodeLocal DNSCache too, and through the Service where the CNI or the cache needs it", () => {
    const addresses = (on: Cluster) =>
      blocksOf(policy(compile(web(), on), "web-egress")).map(({ cidr }) => cidr);
    const cached = (cni: "k3s" | "aws-vpc-cni"): Cluster => {
      const base = cluster(cni);
      return { ...base, dns: { ...base.dns, nodeLocalAddresses: ["169.254.20.10"] } };
    };
    assert.deepEqual(addresses(cluster("k3s")), []);
    assert.deepEqual(addresses(cached("k3s")), ["10.43.0.10/32", "169.254.20.10/32"]);
    assert.deepEqual(addresses(cluster("aws-vpc-cni")), ["10.43.0.10/32"]);
    assert.deepEqual(addresses(cached("aws-vpc-cni")), ["10.43.0.10/32", "169.254.20.10/32"]);
  });

  it("writes both sides of a flow between applications, and neither without its neighbour's namespace", () => {
    const shop = web(
      flow("web", { kind: "application", application: "bank", workload: "api" }, ["tcp/8080"]),
    );
    const bank = application([workload("api", ["read", "write"])], [], {
      name: "bank",
      accepted: [
        {
          from: { application: "shop", workload: "web" },
          to: { kind: "workload", workload: "api", instance: "read" },
          ports: ports("tcp/8080"),
          because: "payments",
          names: [],
        },
      ],
    });
    const out = compile(shop, cluster("k3s"), {}, [{ application: bank, namespace: "bank-dev" }]);
    assert.deepEqual(policy(out, "web-egress").spec.egress, [
      DNS_RULE,
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "bank-dev" } },
            podSelector: { matchLabels: { app: "api" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ]);
    const into = compile(bank, cluster("k3s"), { namespace: "bank-dev" }, [
      { application: shop, namespace: "shop" },
    ]);
    assert.deepEqual(policy(into, "api.read-ingress").spec.ingress, [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
            podSelector: { matchLabels: { app: "web" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ]);
    assert.throws(() => compile(shop), /bank doesn't run on cluster lab\. Place bank on lab/);
  });

  it("writes one policy per instance only where the instances' flows differ", () => {
    const app = application(
      [workload("web", ["read", "write"]), workload("db")],
      [
        flow("web", "db", ["tcp/5432"]),
        flow("web/write", { kind: "internet" }, ["tcp/443"]),
        flow("db", "web", ["tcp/80"]),
      ],
    );
    assert.deepEqual(names(compile(app)), [
      "isolation",
      "db-egress",
      "db-ingress",
      "web-ingress",
      "web.read-egress",
      "web.write-egress",
    ]);
  });

  it("merges what has equal ports, and drops what a wider peer covers", () => {
    const app = application(
      [workload("web", ["read", "write"]), workload("db")],
      [
        flow("web", "db", ["tcp/5432"]),
        flow("web/write", "db", ["tcp/5432"]),
        flow("web/read", "db", ["tcp/5432", "tcp/5433"]),
        flow("db", "db", ["tcp/5432"]),
      ],
    );
    const own = (labels: Record<string, string>) => ({ podSelector: { matchLabels: labels } });
    assert.deepEqual(policy(compile(app), "db-ingress").spec.ingress, [
      { from: [own({ app: "db" }), own({ app: "web" })], ports: [{ protocol: "TCP", port: 5432 }] },
      {
        from: [own({ app: "web", instance: "read" })],
        ports: [{ protocol: "TCP", port: 5432, endPort: 5433 }],
      },
    ]);
  });

  it("spells the internet as one block with exceptions, in a rule of its own", () => {
    const app = web(toInternet, flow("web", { kind: "cidr", cidrs: ["198.50.0.0/24"] }, ["tcp/443"]));
    for (const cni of ["k3s", "calico", "cilium", "azure"] as const) {
      const rules = policy(compile(app, cluster(cni)), "web-egress").spec.egress ?? [];
      const blocks = rules.map(({ to }) => (to ?? []).filter((peer) => "ipBlock" in peer));
      assert.deepEqual(
        blocks.map((list) => list.length),
        [1, 0],
        `${cni}: the other block is covered by the internet`,
      );
      assert.equal(blocksOf(policy(compile(app, cluster(cni)), "web-egress"))[0]?.cidr, "0.0.0.0/0");
    }
  });

  it("never writes an exception for the VPC CNI: canonical blocks that hold the same addresses", () => {
    const set = (on: Cluster) =>
      blocksOf(policy(compile(web(toInternet), on), "web-egress"))
        .filter(({ cidr }) => cidr !== "10.43.0.10/32")
        .reduce(
          (all, { cidr, except = [] }) => all.union(AddressSet.of(cidr).subtract(AddressSet.of(...except))),
          AddressSet.empty,
        );
    const subtracted = compile(web(toInternet), cluster("aws-vpc-cni"));
    assert.ok(blocksOf(policy(subtracted, "web-egress")).every(({ except }) => except === undefined));
    for (const cni of CNI_PROFILES) {
      assert.ok(set(cluster(cni)).equals(set(cluster("aws-vpc-cni"))), cni);
    }
  });

  it("leaves the cluster's own public ranges, private, shared, link-local and metadata addresses out of the internet", () => {
    const own = { podCidrs: ["44.1.0.0/16"], nodeCidrs: ["52.9.9.0/24"], serviceCidrs: ["45.0.0.0/16"] };
    const service = { dns: { ...cluster("k3s").dns, serviceAddresses: ["45.0.0.10"] } };
    const api = {
      apiServer: { endpoints: [{ cidr: "52.9.9.1/32", port: 6443 }], serviceAddresses: ["45.0.0.1"] },
    };
    for (const cni of CNI_PROFILES) {
      const on = cluster(cni, { ...own, ...service, ...api });
      const blocks = blocksOf(policy(compile(web(toInternet), on), "web-egress")).filter(
        ({ cidr }) => cidr !== "45.0.0.10/32",
      );
      const reached = (address: string) =>
        blocks.some(({ cidr, except = [] }) =>
          AddressSet.of(cidr)
            .subtract(AddressSet.of(...except))
            .containsAddress(address),
        );
      for (const address of [
        "44.1.2.3",
        "52.9.9.9",
        "45.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "127.0.0.1",
        "224.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
      ]) {
        assert.equal(reached(address), false, `${cni}: ${address}`);
      }
      for (const address of ["1.1.1.1", "44.2.0.0", "52.9.8.255", "45.1.0.0"]) {
        assert.equal(reached(address), true, `${cni}: ${address}`);
      }
    }
  });

  it("writes for the families that pods have: IPv6 pods get IPv6 blocks only", () => {
    const on = cluster("k3s", {
      podCidrs: ["fd00:42::/56"],
      serviceCidrs: ["fd00:43::/112"],
      dns: { ...cluster("k3s").dns, serviceAddresses: [] },
      apiServer: { endpoints: [{ cidr: "fd00:1::10/128", port: 6443 }], serviceAddresses: [] },
    });
    const blocks = blocksOf(policy(compile(web(toInternet), on), "web-egress"));
    assert.deepEqual(
      blocks.map(({ cidr }) => cidr),
      ["2000::/3"],
    );
    const mixed = web(flow("web", { kind: "cidr", cidrs: ["198.50.0.0/24", "2600:1::/32"] }, ["tcp/443"]));
    assert.deepEqual(blocksOf(policy(compile(mixed, on), "web-egress")), [{ cidr: "2600:1::/32" }]);
  });

  it("admits the API servers where they listen, and the Service where the CNI sees its address", () => {
    const app = web(flow("db", { kind: "kubernetes-api" }, ["tcp/443"]));
    const rules = (cni: "k3s" | "aws-vpc-cni") =>
      (policy(compile(app, cluster(cni)), "db-egress").spec.egress ?? []).filter(
        ({ to }) => "ipBlock" in (to?.[0] ?? {}),
      );
    assert.deepEqual(rules("k3s"), [
      { to: [{ ipBlock: { cidr: "192.168.1.10/32" } }], ports: [{ protocol: "TCP", port: 6443 }] },
    ]);
    assert.deepEqual(rules("aws-vpc-cni"), [
      { to: [{ ipBlock: { cidr: "10.43.0.1/32" } }], ports: [{ protocol: "TCP", port: 443 }] },
      { to: [{ ipBlock: { cidr: "192.168.1.10/32" } }], ports: [{ protocol: "TCP", port: 6443 }] },
    ]);
  });

  it("keeps every rule's place and ports while peers come and go on the same ports", () => {
    const peers = ["db", "cache"].map((to) => flow("web", to, ["tcp/80"]));
    const spec = (flows: readonly Flow[]) => {
      const app = application(
        [workload("web"), workload("db"), workload("cache"), workload("log")],
        [...flows, flow("web", "log", ["tcp/9000"])],
      );
      return policy(compile(app), "web-egress").spec.egress?.map(({ ports: on }) => on);
    };
    assert.deepEqual(spec(peers), spec(peers.slice(0, 1)));
    assert.deepEqual(spec(peers), spec(peers.slice(1)));
  });

  it("admits a database at its subnets, a bucket at its endpoint, credentials where they come from", () => {
    const flows = [
      flow("web", { kind: "database", database: "main" }, ["tcp/5432"]),
      flow("web", { kind: "bucket", bucket: "docs", access: "read" }, ["tcp/443"]),
      flow("web", { kind: "cloud-identity" }, ["tcp/443"]),
    ];
    const app = application([workload("web")], flows, {
      databases: { main: { engine: "postgres", port: 5432 } },
      buckets: { docs: {} },
    });
    const at: Partial<Placement> = {
      databases: { main: { subnetCidrs: ["10.9.0.0/24", "10.9.1.0/24"] } },
      buckets: { docs: { endpoint: { kind: "gateway", prefixListCidrs: ["52.216.0.0/15"] } } },
      identity: { kind: "pod-identity" },
    };
    const block = (cidr: string) => ({ ipBlock: { cidr } });
    const tcp = (...list: readonly number[]) => list.map((port) => ({ protocol: "TCP", port }));
    assert.deepEqual(policy(compile(app, cluster("k3s"), at), "web-egress").spec.egress, [
      { to: [block("52.216.0.0/15")], ports: tcp(443) },
      DNS_RULE,
      { to: [block("10.9.0.0/23")], ports: tcp(5432) },
      { to: [block("169.254.170.23/32")], ports: tcp(80, 2703) },
    ]);
    const irsa: Placement["identity"] = { kind: "irsa", stsSubnetCidrs: ["10.9.2.0/27"] };
    assert.deepEqual(
      policy(compile(app, cluster("k3s"), { ...at, identity: irsa }), "web-egress").spec.egress,
      [
        { to: [block("10.9.2.0/27"), block("52.216.0.0/15")], ports: tcp(443) },
        DNS_RULE,
        { to: [block("10.9.0.0/23")], ports: tcp(5432) },
      ],
    );
  });

  it("leaves a flow out whose operator the cluster doesn't have, and says so", () => {
    const operator: FlowEnd = { kind: "platform", service: "postgres-operator" };
    const compiled = compile(web(flow(operator, "db", ["tcp/5432"])));
    assert.deepEqual(names(compiled), ["isolation", "db-egress", "web-egress"]);
    assert.deepEqual(compiled.notes, [
      "flow platform → db tcp/5432 is left out: cluster lab has no platform service postgres-operator",
    ]);
  });

  it("says what an operator has to know of a stage, an adoption and a CNI", () => {
    const notes = (at: Partial<Placement>, cni: CniProfile = "k3s") => compile(web(), cluster(cni), at).notes;
    assert.deepEqual(notes({}), []);
    assert.deepEqual(notes({ stage: "observe" }), [
      "stage observe: the policies exist and block nothing. Before and after you change it to enforce, run palisade drift: Pulumi doesn't see what others have added to these policies.",
    ]);
    assert.deepEqual(notes({ stage: "off" }), [
      "stage off: nothing is isolated; none of these flows has a policy.",
    ]);
    assert.deepEqual(notes({ adopt: true, observedWorkloads: ["db"] }), [
      "namespace shop is adopted: policies that others have there add to these, and a preview doesn't read them: they may admit what no flow declares. If it doesn't exist, Pulumi makes it, without the labels of one of ours. Look before you enforce: palisade drift, or kubectl get networkpolicy.",
      "workload db is only observed: nothing to or from it is blocked by its own policies.",
    ]);
    assert.deepEqual(notes({}, "azure"), [
      "azure: this profile is unproven; it follows the CNI's documentation alone.",
    ]);
    assert.deepEqual(notes({}, "aws-vpc-cni"), [
      "aws-vpc-cni: a Service's address is open only if the Service's selector has every label that the flow's destination is selected by, and its targetPort is the flow's port, or the first of its range.",
      "aws-vpc-cni: enableNetworkPolicy must be on, and only pods on EC2 Linux nodes are covered. Pods of one namespace and node whose names differ only after the last dash share one rule set.",
      "aws-vpc-cni: the config doesn't say NETWORK_POLICY_ENFORCING_MODE; unless it is strict, a new pod is open until its policies reach its node.",
    ]);
    const starts = (networkPolicyEnforcingMode: "standard" | "strict") =>
      compile(web(), eks({ networkPolicyEnforcingMode }), {}).notes.filter((note) =>
        note.includes("ENFORCING_MODE"),
      );
    assert.deepEqual(starts("standard"), [
      "aws-vpc-cni: under NETWORK_POLICY_ENFORCING_MODE=standard a new pod is open until its policies reach its node.",
    ]);
    assert.deepEqual(starts("strict"), [
      "aws-vpc-cni: under NETWORK_POLICY_ENFORCING_MODE=strict a new pod is closed until its policies reach its node, to the kubelet's probes too; and so is, for good, every pod of the cluster that no policy selects.",
    ]);
    const hashed: FlowEnd = { kind: "pods", namespace: "other", pods: { "pod-template-hash": "x" } };
    const sctp = web(flow("web", "db", ["sctp/9"]), flow("web", hashed, ["tcp/1"]));
    const unmanaged =
      "cilium: policies hold for pods that Cilium has given their network. Pods that ran before Cilium did have none until they start anew: nothing closes them, and no peer's labels admit them.";
    const ciliumNotes = [
      "cilium: SCTP from and to pods is dropped unless enable-sctp is on in cilium-config.",
      "cilium: pod-template-hash is part of no pod's identity unless labels in cilium-config says so: policies that select by it select nobody.",
      unmanaged,
    ];
    assert.deepEqual(compile(sctp, cluster("cilium")).notes, ciliumNotes);
    assert.deepEqual(compile(sctp, cluster("calico")).notes, []);
    assert.deepEqual(notes({}, "cilium"), [unmanaged]);
    assert.deepEqual(notes({ identity: { kind: "pod-identity" } }), [
      "identity pod-identity is given, and no flow fetches credentials: nothing uses it.",
    ]);
  });

  it("annotates each policy with its workload, the reasons and the owner's names of its flows, and nothing else", () => {
    const app = application(
      [workload("web"), workload("db")],
      [flow("web", "db", ["tcp/5432"], { names: ["allow-db", "web-out"] })],
      {
        dnsName: "allow-dns",
      },
    );
    assert.deepEqual(policy(compile(app), "web-egress").metadata.annotations, {
      "palisade.dev/owner-policies": "allow-db\nallow-dns\nweb-out",
      "palisade.dev/reasons": [
        "web → cluster DNS tcp/53, udp/53: every workload resolves names (allow-dns)",
        "web → db tcp/5432: web needs db (allow-db, web-out)",
      ].join("\n"),
      "palisade.dev/workload": "web",
    });
  });

  it("keeps annotations under the API server's limit by leaving whole lines out, and counts them", () => {
    const because = "é".repeat(5000);
    const many = Array.from({ length: 30 }, (_, i) =>
      flow("web", "db", [`tcp/${1000 + 2 * i}`], { because }),
    );
    const reasons =
      policy(compile(web(...many)), "db-ingress").metadata.annotations["palisade.dev/reasons"] ?? "";
    assert.ok(Buffer.byteLength(reasons) < 65 * 1024);
    assert.equal(reasons.split("\n").length, 7);
    assert.equal(reasons.split("\n").at(-1), "… and 24 more");
  });

  it("names policies within 63 characters, and never two alike", () => {
    const long = "w".repeat(63);
    const app = application(
      [workload(long, [`${"i".repeat(62)}a`, `${"i".repeat(62)}b`])],
      [flow(`${long}/${"i".repeat(62)}a`, { kind: "internet" }, ["tcp/443"])],
    );
    const all = compile(app).policies.map(({ metadata }) => metadata.name);
    assert.equal(new Set(all.map(withoutLayout)).size, all.length);
    assert.equal(all.length, 3);
    assert.ok(all.every((name) => name.length <= 63 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)));
  });

  it("gives the same bytes for flows, peers and labels in any order", () => {
    const flows = [
      flow("web", "db", ["tcp/5432"]),
      toInternet,
      flow({ kind: "platform", service: "ingress" }, "web", ["tcp/443", "tcp/80"]),
      flow("web", { kind: "cidr", cidrs: ["198.50.0.0/24", "10.9.0.0/24"] }, ["tcp/25"]),
      flow("web", { kind: "pods", namespace: "other", pods: { b: "2", a: "1" } }, ["tcp/25"]),
    ];
    const turned = [...flows]
      .reverse()
      .map((each) =>
        each.to.kind === "pods"
          ? { ...each, to: { ...each.to, pods: { a: "1", b: "2" } } }
          : each.to.kind === "cidr"
            ? { ...each, to: { ...each.to, cidrs: ["10.9.0.0/24", "198.50.0.0/24"] } }
            : each,
      );
    for (const cni of CNI_PROFILES) {
      const bytes = (list: readonly Flow[]) => JSON.stringify(compile(web(...list), cluster(cni)).policies);
      assert.equal(bytes(flows), bytes(turned), cni);
    }
  });
});
