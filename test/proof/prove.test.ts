// Longer than most: what the proof says of each kind of end, on one plan.
import { strict as assert } from "node:assert";
import type { Declaration, DeclaredEnd, DeclaredFlow } from "../../declared";
import { type Difference, faultsOf, type PlannedResource, prove } from "../../proof";
import { UNKNOWN } from "../../kubernetes";

const resource = (type: string, name: string, inputs: object, outputs: object = {}): PlannedResource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  parent: "",
  provider: "urn:pulumi:dev::p::pulumi:providers:kubernetes::main::id",
  read: false,
  inputs: inputs as PlannedResource["inputs"],
  outputs: outputs as PlannedResource["outputs"],
  propertyDependencies: {},
});

/** A planned NetworkPolicy of cluster `main`. */
const planned = (name: string, spec: Record<string, unknown>, namespace = "shop"): PlannedResource =>
  resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", name, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec,
  });

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

const podsEnd = (name: string, namespace: string, labels: Record<string, string>): DeclaredEnd => ({
  name,
  kind: "workload",
  pods: [{ namespace, labels }],
  addresses: [],
  groups: [],
});
const workload = (name: string) => podsEnd(name, "shop", { app: name });
const PROMETHEUS = podsEnd("platform monitoring", "monitoring", { app: "prometheus" });
const WEB_OUT: DeclaredEnd = {
  name: "internet",
  kind: "internet",
  pods: [],
  addresses: [{ kind: "internet", families: [4], except: ["10.42.0.0/16"] }],
  groups: [],
};
const blocks = (name: string, ...cidrs: string[]): DeclaredEnd => ({
  name,
  kind: "cidr",
  pods: [],
  addresses: [{ kind: "blocks", cidrs }],
  groups: [],
});

const flow = (source: DeclaredEnd, target: DeclaredEnd, ...ports: string[]): DeclaredFlow => ({
  id: `${source.name} → ${target.name}`,
  from: source,
  to: target,
  ports,
  because: "it must",
});
const FLOWS = [
  flow(workload("web"), workload("db"), "tcp/5432"),
  flow(workload("web"), WEB_OUT, "tcp/443"),
  flow(PROMETHEUS, workload("db"), "tcp/9187"),
];

const declaration = (flows: readonly DeclaredFlow[], more: Partial<Declaration> = {}): Declaration => ({
  version: 1,
  application: "shop",
  namespace: "shop",
  cluster: "main",
  stage: "enforce",
  adopted: false,
  workloads: ["web", "db"].map((id) => ({
    id,
    pods: { namespace: "shop", labels: { app: id } },
    observed: false,
    ownGroup: false,
  })),
  families: [4],
  cni: "calico",
  flows,
  ...more,
});

const application = (declared: unknown): PlannedResource =>
  resource("palisade:index:IsolatedApplication", "main/shop", {}, { declared });

function proofOf(
  resources: readonly PlannedResource[],
  flows: readonly DeclaredFlow[] = FLOWS,
  more: Partial<Declaration> = {},
) {
  const [proof] = prove("dev", [...resources, application(declaration(flows, more))]);
  assert.ok(proof?.kind === "proof", JSON.stringify(proof));
  return proof;
}

/** "web → db tcp/5432: by …" of everything that is open and undeclared. */
const undeclared = (...given: Parameters<typeof proofOf>) =>
  proofOf(...given).undeclared.map(
    ({ from, to, ports, certain }) =>
      `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")}${certain ? "" : " perhaps"}`,
  );
const verdicts = (...given: Parameters<typeof proofOf>) =>
  proofOf(...given).flows.map(({ verdict, missing }) => [verdict, ...missing].join(" "));

const PLAN = [isolation, webEgress, dbIngress];

describe("the proof: what is declared beside what NetworkPolicies open", () => {
  it("agrees where policies open what flows declare and nothing else", () => {
    assert.deepEqual(undeclared(PLAN), []);
    assert.deepEqual(verdicts(PLAN), ["allowed", "allowed", "allowed"]);
    assert.deepEqual(faultsOf(proofOf(PLAN)), { undeclared: [], closed: [], lenient: undefined });
  });

  it("names the ports of a flow that a side leaves closed, and flows whose policies are gone", () => {
    assert.deepEqual(verdicts(PLAN, [flow(workload("web"), workload("db"), "tcp/5432", "tcp/8008")]), [
      "blocked tcp/8008",
    ]);
    assert.deepEqual(verdicts([isolation, dbIngress]), ["blocked tcp/5432", "blocked tcp/443", "allowed"]);
    assert.deepEqual(verdicts([isolation]), ["blocked tcp/5432", "blocked tcp/443", "blocked tcp/9187"]);
  });

  it("shows what is open and declared by no flow, with everyone whom it lets in and what opens it", () => {
    const wide = planned("db-ingress", {
      ...pods("db"),
      policyTypes: ["Ingress"],
      ingress: [from([pods("web")], 5432), from([{ podSelector: {} }, prometheus], 9187)],
    });
    const open = planned("other", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] });
    const found = proofOf([isolation, webEgress, wide, open]).undeclared.filter(
      (one) => one.to.includes("db") && !one.half,
    );
    assert.deepEqual(
      found.map(({ from: sources, ports, by }) => [[...sources].sort(), ports, by]),
      [
        [
          ["any other pod of shop", "db", "web"],
          ["tcp/9187"],
          ["NetworkPolicy shop/other spec.egress[0]", "NetworkPolicy shop/db-ingress spec.ingress[1]"],
        ],
      ],
    );
  });

  it("names the policy of the side that lets through what the other one closes, in either direction", () => {
    const beside = (name: string, spec: object) => planned(name, { ...pods("db"), ...spec });
    const everyPod = [{ podSelector: {} }];
    const into = beside("into", { policyTypes: ["Ingress"], ingress: [from(everyPod, 5432)] });
    const outOf = beside("out-of", { policyTypes: ["Egress"], egress: [to(everyPod, 80)] });
    const told = ({ from: sources, to: targets, half, by, urns }: Difference) => [
      `${sources.join(", ")} → ${targets.join(", ")}`,
      half,
      ...by,
      ...urns,
    ];
    assert.deepEqual(proofOf([...PLAN, into]).undeclared.map(told), [
      ["db, any other pod of shop → db", true, "NetworkPolicy shop/into spec.ingress[0]", into.urn],
    ]);
    assert.deepEqual(proofOf([...PLAN, outOf]).undeclared.map(told), [
      ["db → db, web, any other pod of shop", true, "NetworkPolicy shop/out-of spec.egress[0]", outOf.urn],
    ]);
  });

  it("compares every kind of address exactly: a block beside, a block too wide, another port", () => {
    const flows = [flow(workload("web"), blocks("orders", "10.9.0.0/24", "10.9.1.0/24"), "tcp/5432")];
    const egress = (cidrs: readonly string[], port: number) =>
      planned("web-egress", {
        ...pods("web"),
        policyTypes: ["Egress"],
        egress: [
          to(
            cidrs.map((cidr) => ({ ipBlock: { cidr } })),
            port,
          ),
        ],
      });
    const with_ = (...given: Parameters<typeof egress>) => [isolation, egress(...given)];
    assert.deepEqual(undeclared(with_(["10.9.0.0/23"], 5432), flows), []);
    assert.deepEqual(undeclared(with_(["10.9.0.0/22"], 5432), flows), ["web → 10.9.2.0/23 tcp/5432"]);
    assert.deepEqual(undeclared(with_(["10.9.0.0/23", "203.0.113.0/24"], 5432), flows), [
      "web → 203.0.113.0/24 tcp/5432",
    ]);
    assert.deepEqual(verdicts(with_(["10.9.0.0/24"], 5432), flows), ["blocked tcp/5432"]);
    assert.deepEqual(undeclared(with_(["10.9.0.0/23"], 5433), flows), ["web → 10.9.0.0/23 tcp/5433"]);
  });

  it("takes pods of the same labels elsewhere, and more pods than the declared ones, for undeclared", () => {
    const ingress = (peer: object) =>
      planned("db-ingress", {
        ...pods("db"),
        policyTypes: ["Ingress"],
        ingress: [from([pods("web")], 5432), from([peer], 9187)],
      });
    const named = (name: string) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    });
    assert.deepEqual(undeclared([isolation, webEgress, ingress(named("monitoring"))]), [
      "any other pod of monitoring → db tcp/9187",
    ]);
    const elsewhere = ingress({ ...named("elsewhere"), ...pods("prometheus") });
    assert.deepEqual(undeclared([isolation, webEgress, elsewhere]), ["elsewhere/prometheus → db tcp/9187"]);
    assert.deepEqual(verdicts([isolation, webEgress, elsewhere])[2], "blocked tcp/9187");
  });

  it("asks each instance of a workload, and none that no instance is", () => {
    const instance = (name: string) =>
      planned(`web.${name}-egress`, {
        ...pods("web", { instance: name }),
        policyTypes: ["Egress"],
        egress: [to([pods("db")], 5432), ...(name === "write" ? [to([INTERNET], 443)] : [])],
      });
    const instances = ["read", "write"].map((name) => ({ labels: { app: "web", instance: name } }));
    const web: DeclaredEnd = {
      ...workload("web"),
      pods: [{ namespace: "shop", labels: { app: "web" }, instances }],
    };
    const write = podsEnd("web/write", "shop", { app: "web", instance: "write" });
    const plan = [isolation, instance("read"), instance("write"), dbIngress];
    assert.deepEqual(
      verdicts(plan, [flow(web, workload("db"), "tcp/5432"), flow(write, WEB_OUT, "tcp/443")]),
      ["allowed", "allowed"],
    );
    assert.deepEqual(verdicts(plan, [flow(web, WEB_OUT, "tcp/443")]), ["blocked tcp/443"]);
  });

  it("an end that is nowhere is reached by nobody", () => {
    assert.deepEqual(verdicts(PLAN, [flow(workload("web"), blocks("nothing"), "tcp/443")]), [
      "blocked tcp/443",
    ]);
  });
});

describe("the proof: what counts", () => {
  const open = planned("open", {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{}],
    egress: [{}],
  });
  const faults = (more: Partial<Declaration>) => {
    const { undeclared: more_, closed, lenient } = faultsOf(proofOf([isolation, open], FLOWS, more));
    return [more_.length > 0, closed.length > 0, lenient];
  };

  it("differences count where everything is enforced, and are told elsewhere", () => {
    assert.deepEqual(faults({}), [true, false, undefined]);
    assert.deepEqual(faults({ stage: "observe" }), [false, false, "observed"]);
    assert.deepEqual(faults({ adopted: true }), [false, false, "adopted"]);
  });

  it("what only observed workloads are open to doesn't count", () => {
    const observed = planned("web-observe", {
      ...pods("web"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    });
    const workloads = declaration([]).workloads.map((one) => ({ ...one, observed: one.id === "web" }));
    const proof = proofOf([isolation, webEgress, dbIngress, observed], FLOWS, { workloads });
    assert.ok(proof.undeclared.length > 0);
    assert.deepEqual(faultsOf(proof).undeclared, []);
  });

  it("what an enforced workload's own policy admits counts, also where an observed one is at the other end", () => {
    const observed = planned("web-observe", {
      ...pods("web"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    });
    const wide = planned("db-more", {
      ...pods("db"),
      policyTypes: ["Ingress"],
      ingress: [from([pods("web")], 9999)],
    });
    const workloads = declaration([]).workloads.map((one) => ({ ...one, observed: one.id === "web" }));
    const proof = proofOf([isolation, webEgress, dbIngress, observed, wide], FLOWS, { workloads });
    assert.deepEqual(
      faultsOf(proof).undeclared.map(({ from: sources, to: targets, ports, by }) => [
        sources,
        targets,
        ports,
        by,
      ]),
      [[["web"], ["db"], ["tcp/9999"], ["NetworkPolicy shop/db-more spec.ingress[0]"]]],
    );
  });

  it("a value that isn't known yet is told, not failed and not passed", () => {
    const unknown = planned("other", { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: UNKNOWN }] });
    const proof = proofOf([...PLAN, unknown]);
    assert.ok(proof.undeclared.some(({ certain }) => !certain));
    assert.deepEqual(faultsOf(proof).undeclared, []);
  });

  it("a declaration that can't be read, or isn't known yet, gives no proof", () => {
    const because = (declared: unknown) => {
      const [proof] = prove("dev", [...PLAN, application(declared)]);
      return proof?.kind === "unread" ? proof.because : proof?.kind;
    };
    assert.deepEqual(because(undefined), [
      "it has no output `declared`: the component is of a version that wrote none",
    ]);
    assert.deepEqual(because({ ...declaration(FLOWS), version: 2 }), [
      "its output `declared` isn't a declaration of version 1: use the policy pack of its version",
    ]);
    assert.deepEqual(because({ ...declaration(FLOWS), namespace: UNKNOWN }), [
      "part of what it declares isn't known before it is deployed",
    ]);
    assert.deepEqual(because(declaration([flow(workload("web"), blocks("x", "10.0.0.1/8"), "tcp/443")])), [
      `"10.0.0.1/8" isn't canonical; write 10.0.0.0/8`,
    ]);
  });
});
