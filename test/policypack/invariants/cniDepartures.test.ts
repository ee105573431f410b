// Longer than most: a row for each departure that only a stack shows, with its controls.
import { strict as assert } from "node:assert";
import { block, policy, run, service, type TestResource, workload } from "../helpers";
import { app, deployment, of, tcp, to } from "../shop";

const NAME = "network-policy-cni-safe";
const CNIS = ["aws-vpc-cni", "calico", "cilium", "k3s"] as const;
const MANY = Array.from({ length: 26 }, (_, index) => 1000 + 2 * index);
const [SOME, REST] = [MANY.slice(0, 13), MANY.slice(13)];

/**
 * What is told of a stack for each CNI: `k3s` where it violates the policy, `k3s?` where that isn't known, `(k3s)` where something is
 * remarked. Cilium's remark of a pod's own node, which every policy for egress has, only where it's asked for.
 */
function told(
  stack: readonly TestResource[],
  { ranges = [], ownNode = false }: { ranges?: readonly string[]; ownNode?: boolean } = {},
): readonly string[] {
  return CNIS.flatMap((cni) => {
    const config = { [NAME]: { cni: [cni] }, settings: { clusterRanges: ranges } };
    return run(stack, config, { only: NAME })
      .filter(({ message }) => ownNode || !message.includes("their own node"))
      .map(({ undecided, level }) => (undecided ? `${cni}?` : level === "advisory" ? `(${cni})` : cni));
  });
}

const egress = (...rules: object[]) => of("web", { egress: rules });
const part = (name: string, rule: object, labels: object = app("web")) =>
  policy(name, { ...labels, policyTypes: ["Egress"], egress: [rule] });
const [some, rest] = [tcp(...SOME), tcp(...REST)];
const TIER = { podSelector: { matchLabels: { tier: "data" } } };
const DB = workload("apps/v1:Deployment", {}, { name: "db", labels: { app: "db", tier: "data" } });
const WEB = deployment("web");
const running = (name: string, ip: string): TestResource => {
  const pod = workload("core/v1:Pod", {}, { name, labels: { app: name } });
  return { ...pod, props: { ...pod.props, status: { podIP: ip, podIPs: [{ ip }] } } };
};
const node = (address: string, podCIDR?: string): TestResource => ({
  type: "kubernetes:core/v1:Node",
  name: "node",
  props: {
    metadata: { name: "n1" },
    spec: podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] },
    status: { addresses: [{ type: "InternalIP", address }] },
  },
});
const api = (spec: object, status?: object): TestResource => {
  const made = service({ selector: { app: "db" }, ports: [{ port: 443, targetPort: 5432 }], ...spec });
  return { ...made, props: { ...made.props, ...(status === undefined ? {} : { status }) } };
};

interface Row {
  readonly claim: string;
  readonly stack: readonly TestResource[];
  readonly ranges?: readonly string[];
  readonly told: readonly string[];
}

const SUMS: readonly Row[] = [
  {
    claim: "a block that holds all of the cluster's pods",
    stack: [egress({ to: [app("db")], ports: some }, { to: [block("10.0.0.0/8")], ports: rest })],
    ranges: ["10.42.0.0/16"],
    told: ["aws-vpc-cni", "(cilium)"],
  },
  {
    claim: "every IPv4 address, which pods are among",
    stack: [egress({ to: [app("db")], ports: some }, { to: [block("0.0.0.0/0")], ports: rest })],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "a block that holds none of them",
    stack: [egress({ to: [app("db")], ports: some }, { to: [block("10.0.0.0/16")], ports: rest })],
    ranges: ["10.42.0.0/16"],
    told: [],
  },
  {
    claim: "a block that holds some of them, without their addresses",
    stack: [egress({ to: [app("db")], ports: some }, { to: [block("10.42.0.0/17")], ports: rest })],
    ranges: ["10.42.0.0/16"],
    told: ["aws-vpc-cni?", "cilium"],
  },
  {
    claim: "a block where nobody says where pods are",
    stack: [egress({ to: [app("db")], ports: some }, { to: [block("10.0.0.0/8")], ports: rest })],
    told: ["aws-vpc-cni?"],
  },
  {
    claim: "a block that excepts them",
    stack: [
      egress({ to: [app("db")], ports: some }, { to: [block("10.0.0.0/8", "10.42.0.0/16")], ports: rest }),
    ],
    ranges: ["10.42.0.0/16"],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "a block that holds a pod by its address",
    stack: [
      running("db", "10.42.0.9"),
      egress({ to: [app("db")], ports: some }, { to: [block("10.42.0.0/24")], ports: rest }),
    ],
    told: ["aws-vpc-cni?", "aws-vpc-cni", "(cilium)"],
  },
  {
    claim: "a block within another's exception",
    stack: [
      egress(
        { to: [block("10.0.0.0/8", "10.1.0.0/16")], ports: some },
        { to: [block("10.1.2.0/24")], ports: rest },
      ),
    ],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "two selectors that mean the same pods",
    stack: [WEB, DB, egress({ to: [app("db")], ports: some }, { to: [TIER], ports: rest })],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "two selectors that mean different pods",
    stack: [WEB, DB, egress({ to: [app("db")], ports: some }, { to: [app("web")], ports: rest })],
    told: [],
  },
  {
    claim: "selectors of two policies that mean the same pods",
    stack: [WEB, DB, part("one", { to: [app("db")], ports: some }), part("two", { to: [TIER], ports: rest })],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "a block of one policy around pods of another",
    stack: [
      WEB,
      DB,
      part("one", { to: [app("db")], ports: some }),
      part("two", { to: [block("10.0.0.0/8")], ports: rest }),
    ],
    ranges: ["10.42.0.0/16"],
    told: ["aws-vpc-cni", "(cilium)"],
  },
  {
    claim: "everybody in one policy, and pods in another",
    stack: [WEB, part("one", { to: [app("db")], ports: some }), part("two", { ports: rest })],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "policies of different pods",
    stack: [
      WEB,
      DB,
      part("one", { to: [app("x")], ports: some }),
      part("two", { to: [app("x")], ports: rest }, app("db")),
    ],
    told: [],
  },
];

const API_BLOCK = egress({ to: [block("10.43.7.9/32")], ports: tcp(443) });
const AFTER = ["calico", "cilium", "k3s"];

const SERVICES: readonly Row[] = [
  { claim: "a Service's cluster IP", stack: [API_BLOCK, DB, api({ clusterIP: "10.43.7.9" })], told: AFTER },
  {
    claim: "its external address",
    stack: [egress({ to: [block("198.51.100.7/32")] }), api({ externalIPs: ["198.51.100.7"] })],
    told: AFTER,
  },
  {
    claim: "its load balancer's address",
    stack: [
      egress({ to: [block("198.51.100.8/32")] }),
      api({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "198.51.100.8" }] } }),
    ],
    told: AFTER,
  },
  {
    claim: "the address of a load balancer that takes what pods send",
    stack: [
      egress({ to: [block("198.51.100.8/32")] }),
      api({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "198.51.100.8", ipMode: "Proxy" }] } }),
    ],
    told: [],
  },
  {
    claim: "a block around a cluster IP",
    stack: [egress({ to: [block("10.43.0.0/16")] }), api({ clusterIP: "10.43.7.9" })],
    told: ["(calico)", "(cilium)", "(k3s)"],
  },
  {
    claim: "another address",
    stack: [egress({ to: [block("10.43.7.10/32")] }), api({ clusterIP: "10.43.7.9" })],
    told: [],
  },
  {
    claim: "a Service that leads to the rule's pods",
    stack: [WEB, DB, egress(to("db", 5432)), api({})],
    told: [],
  },
  {
    claim: "a rule that asks for more labels than the Service",
    stack: [
      WEB,
      DB,
      egress({ to: [{ podSelector: { matchLabels: { app: "db", tier: "data" } } }], ports: tcp(5432) }),
      api({}),
    ],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "such a rule beside one for the Service's address",
    stack: [
      WEB,
      DB,
      egress(
        { to: [{ podSelector: { matchLabels: { app: "db", tier: "data" } } }], ports: tcp(5432) },
        { to: [block("10.43.7.9/32")], ports: tcp(443) },
      ),
      api({ clusterIP: "10.43.7.9" }),
    ],
    told: ["calico", "cilium", "k3s"],
  },
  {
    claim: "such a rule for a headless Service",
    stack: [
      WEB,
      DB,
      egress({ to: [{ podSelector: { matchLabels: { app: "db", tier: "data" } } }], ports: tcp(5432) }),
      api({ clusterIP: "None" }),
    ],
    told: [],
  },
  {
    claim: "a range in which the target isn't the first port",
    stack: [
      WEB,
      DB,
      egress({ to: [app("db")], ports: [{ protocol: "TCP", port: 5000, endPort: 6000 }] }),
      api({}),
    ],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "two ports of one target, of which the first is open",
    stack: [
      WEB,
      DB,
      egress(to("db", 5432)),
      api({
        ports: [
          { name: "a", port: 443, targetPort: 5432 },
          { name: "b", port: 5432, targetPort: 5432 },
        ],
      }),
    ],
    told: ["aws-vpc-cni"],
  },
  {
    claim: "a port that the rule doesn't open anyway",
    stack: [WEB, DB, egress(to("db", 9999)), api({})],
    told: [],
  },
  {
    claim: "a rule for everything but some label, and a Service of pods that have it",
    stack: [
      WEB,
      DB,
      egress({
        to: [{ podSelector: { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] } }],
        ports: tcp(5432),
      }),
      api({}),
    ],
    told: ["aws-vpc-cni"],
  },
];

const INSIDE: readonly Row[] = [
  {
    claim: "a node's address",
    stack: [node("10.9.0.1"), egress({ to: [block("10.9.0.1/32")] })],
    told: ["cilium"],
  },
  {
    claim: "a node's range of pods",
    stack: [node("10.9.0.1", "10.42.1.0/24"), egress({ to: [block("10.42.1.0/24")] })],
    told: ["cilium"],
  },
  {
    claim: "a pod's address as a source",
    stack: [running("db", "10.42.0.9"), of("web", { ingress: [{ from: [block("10.42.0.9/32")] }] })],
    told: ["cilium"],
  },
  {
    claim: "a block around the cluster's ranges",
    stack: [egress({ to: [block("10.0.0.0/8")] })],
    ranges: ["10.42.0.0/16"],
    told: ["(cilium)"],
  },
  {
    claim: "a block beside them",
    stack: [egress({ to: [block("10.20.0.0/16")] })],
    ranges: ["10.42.0.0/16"],
    told: [],
  },
  {
    claim: "IPv6, where nothing shows the pods' family",
    stack: [egress({ to: [block("2001:db8::/32")] })],
    told: ["(aws-vpc-cni)"],
  },
  {
    claim: "any egress, where pods have IPv6",
    stack: [egress(to("db", 5432))],
    ranges: ["fd00:42::/48"],
    told: ["(aws-vpc-cni)"],
  },
  {
    claim: "IPv4 where pods have it",
    stack: [egress({ to: [block("203.0.113.0/24")] })],
    ranges: ["10.42.0.0/16"],
    told: [],
  },
];

describe("network-policy-cni-safe: what only the stack shows", () => {
  for (const [title, rows] of Object.entries({
    "of more ports than are kept": SUMS,
    "of Services' addresses": SERVICES,
    "of blocks, and families": INSIDE,
  })) {
    describe(title, () => {
      for (const { claim, stack, ranges, told: expected } of rows) {
        it(claim, () => {
          assert.deepEqual(told(stack, ranges === undefined ? {} : { ranges }), expected);
        });
      }
    });
  }

  it("says once for a cluster that pods reach their own node by a rule only, on cilium", () => {
    const ingress = policy("in", { ...app("web"), policyTypes: ["Ingress"] });
    assert.deepEqual(told([ingress], { ownNode: true }), []);
    const both = [part("one", to("db", 1)), part("two", to("db", 2))];
    assert.deepEqual(told([ingress, ...both], { ownNode: true }), ["(cilium)"]);
  });

  it("holds no remark against a policy, and names what it is about", () => {
    const [report, ...others] = run(
      [API_BLOCK, DB, api({ clusterIP: "10.43.7.9" })],
      { [NAME]: { cni: ["k3s"] } },
      { only: NAME },
    );
    assert.deepEqual(others, []);
    assert.match(
      report?.message ?? "",
      /spec\.egress\[0\]\.to\[0\]\.ipBlock is within the addresses of Service shop\/web/,
    );
  });
});
