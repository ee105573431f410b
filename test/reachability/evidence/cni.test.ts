// Longer than most: what each CNI does otherwise than the API says, a test each.
import { strict as assert } from "node:assert";
import { type Row, app, block, from, on, pod, policy, testRows, to } from "./table";
import { analysisOfObjects } from "../worlds";
import { connection } from "../../../reachability/compute/analysis";
import type { Cni } from "../../../reachability/read/cni";

const WEB = pod("web", ["10.0.0.1"], { nodeName: "n1" });
const DB = pod("db", ["10.0.0.2"], { nodeName: "n2" });
const TEN = block("10.0.0.0/8");
const node = (name: string, address: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }] },
});
const named = (name: string, number: number, more: object = {}) => ({
  containers: [{ name: "main", ports: [{ name, containerPort: number }] }],
  ...more,
});
const sidecar = {
  containers: [{ name: "main" }],
  initContainers: [
    { name: "proxy", restartPolicy: "Always", ports: [{ name: "http", containerPort: 8080 }] },
  ],
};
const numbers = (count: number, first = 1000) => Array.from({ length: count }, (_, i) => first + 2 * i);

/** One input on several plugins. */
const each = (row: Omit<Row, "cni" | "is">, answers: Partial<Record<Cni, Row["is"]>>): readonly Row[] =>
  Object.entries(answers).map(([cni, is]) => ({ ...row, cni: cni as Cni, is }));

const SPELLINGS = [on(to(block("172.18.0.0/16")), 443), on(to(block("172.18.9.0/16")), 3128)];

const spellings: readonly Row[] = [
  ...each(
    {
      claim: "two spellings of one block overwrite each other",
      objects: [WEB, policy("web", { egress: SPELLINGS })],
      options: { kubernetes: "1.35" },
      ask: "web 172.18.0.7 443",
    },
    { "aws-vpc-cni": "unknown", cilium: "allowed", calico: "allowed", k3s: "allowed" },
  ),
  {
    claim: "one of two spellings opens what the other doesn't, and nothing else",
    cni: "aws-vpc-cni",
    objects: [WEB, policy("web", { egress: SPELLINGS })],
    options: { kubernetes: "1.35" },
    ask: "web 172.18.0.7 80",
    is: "blocked",
  },
  {
    claim: "two spellings in two policies",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      policy("web", { egress: SPELLINGS.slice(0, 1) }, "one"),
      policy("web", { egress: SPELLINGS.slice(1) }, "two"),
    ],
    options: { kubernetes: "1.35" },
    ask: "web 172.18.0.7 3128",
    is: "unknown",
  },
  {
    claim: "a block with host bits alone is the block",
    cni: "aws-vpc-cni",
    objects: [WEB, policy("web", { egress: SPELLINGS.slice(1) })],
    options: { kubernetes: "1.35" },
    ask: "web 172.18.0.7 3128",
    is: "allowed",
  },
];

const cilium: readonly Row[] = [
  ...each(
    {
      claim: "a block matches a pod by its address",
      objects: [WEB, DB, policy("db", { ingress: [from(TEN)] })],
      ask: "web db 80",
    },
    {
      cilium: "blocked",
      k3s: "allowed",
      calico: "allowed",
      "aws-vpc-cni": "allowed",
      azure: "allowed",
      any: "allowed",
    },
  ),
  {
    claim: "blocks match pods where it is set so",
    cni: "cilium",
    options: { cilium: { cidrMatch: ["pods"], sctp: false } },
    objects: [WEB, DB, policy("db", { ingress: [from(TEN)] })],
    ask: "web db 80",
    is: "allowed",
  },
  ...each(
    {
      claim: "a block matches another node by its address",
      objects: [WEB, node("n2", "10.9.0.2"), policy("web", { egress: [to(TEN)] })],
      ask: "web n2 6443",
    },
    { cilium: "blocked", calico: "allowed", k3s: "allowed", any: "allowed" },
  ),
  {
    claim: "blocks match nodes where it is set so",
    cni: "cilium",
    options: { cilium: { cidrMatch: ["nodes"], sctp: false } },
    objects: [WEB, node("n2", "10.9.0.2"), policy("web", { egress: [to(TEN)] })],
    ask: "web n2 6443",
    is: "allowed",
  },
  ...(
    [
      ["0.0.0.0/0", ["nodes"], "blocked"],
      ["0.0.0.0/0", ["nodes", "pods"], "allowed"],
      ["0.0.0.0/0", ["pods"], "blocked"],
      ["0.0.0.0/1", ["nodes"], "allowed"],
    ] as const
  ).flatMap(([cidr, cidrMatch, is]): readonly Row[] =>
    [
      { ask: "web n2 6443", policy: { egress: [to(block(cidr))] } },
      { ask: "n2 web 80", policy: { ingress: [from(block(cidr))] } },
      { ask: "web n2 6443", policy: { egress: [to({ ipBlock: { cidr, except: ["10.8.0.0/16"] } })] } },
    ].map(({ ask, policy: spec }) => ({
      claim: `a block ${cidr}, where blocks match ${cidrMatch.join(" and ")}, ${is === "allowed" ? "matches nodes" : "matches none"}: ${JSON.stringify(spec)}`,
      ...{ cni: "cilium", options: { cilium: { cidrMatch, sctp: false } } },
      ...{ objects: [WEB, node("n2", "10.9.0.2"), policy("web", spec)], ask, is },
    })),
  ),
  ...(
    [
      ["its own node", "n1", "unknown"],
      ["another node", "n2", "blocked"],
    ] as const
  ).map(([which, to_, is]): Row => ({
    claim: `where blocks match nodes, any block may hold an address of a pod's own node that no Node lists, and then opens all of it: ${which}`,
    ...{ cni: "cilium", options: { cilium: { cidrMatch: ["nodes"], sctp: false } } },
    objects: [
      WEB,
      node("n1", "10.9.0.1"),
      node("n2", "10.9.0.2"),
      policy("web", { egress: [to(block("172.17.0.0/16"))] }),
    ],
    ...{ ask: `web ${to_} 6443`, is },
  })),
  {
    claim: "a pod whose own node isn't known may be on any",
    ...{ cni: "cilium", options: { cilium: { cidrMatch: ["nodes"], sctp: false } } },
    objects: [
      pod("web", ["10.0.0.1"]),
      node("n2", "10.9.0.2"),
      policy("web", { egress: [to(block("172.17.0.0/16"))] }),
    ],
    ...{ ask: "web n2 6443", is: "unknown" },
  },
  {
    claim: "a block of all addresses matches what is outside, wherever blocks match nodes too",
    cni: "cilium",
    options: { cilium: { cidrMatch: ["nodes"], sctp: false } },
    objects: [WEB, node("n2", "10.9.0.2"), policy("web", { egress: [to(block("0.0.0.0/0"))] })],
    ask: "web 192.0.2.1 443",
    is: "allowed",
  },
  ...each(
    {
      claim: "a pod reaches its own node without a rule",
      objects: [WEB, node("n1", "10.9.0.1"), policy("web", { egress: [] })],
      ask: "web n1 10250",
    },
    { cilium: "blocked", calico: "allowed", k3s: "allowed", any: "allowed" },
  ),
  ...each(
    {
      claim: "a node reaches its own pods",
      objects: [WEB, node("n1", "10.9.0.1"), policy("web", { ingress: [] })],
      ask: "n1 web 80",
    },
    { cilium: "allowed", calico: "allowed" },
  ),
  ...each(
    {
      claim: "egress rules count though policyTypes says Ingress only: they isolate",
      objects: [
        WEB,
        DB,
        policy("web", { ingress: [], egress: [to(app("other"))], policyTypes: ["Ingress"] }),
      ],
      ask: "web db 80",
    },
    { cilium: "blocked", "aws-vpc-cni": "blocked", calico: "allowed", k3s: "allowed", any: "allowed" },
  ),
  ...each(
    {
      claim: "and they open",
      objects: [
        WEB,
        DB,
        policy("web", { egress: [] }),
        policy("web", { ingress: [], egress: [to(app("db"))], policyTypes: ["Ingress"] }, "open"),
      ],
      ask: "web db 80",
    },
    { cilium: "allowed", "aws-vpc-cni": "allowed", calico: "blocked", any: "blocked" },
  ),
  ...(
    [
      ["pod-template-hash", "blocked"],
      ["controller-revision-hash", "blocked"],
      ["statefulset.kubernetes.io/pod-name", "blocked"],
      ["apps.kubernetes.io/pod-index", "blocked"],
      ["batch.kubernetes.io/controller-uid", "blocked"],
      ["controller-uid", "blocked"],
      ["kubernetes.io/role", "blocked"],
      ["k8s.io/role", "blocked"],
      ["topology.kubernetes.io/zone", "blocked"],
      ["beta.kubernetes.io/arch", "blocked"],
      ["app.kubernetes.io/name", "allowed"],
      ["k8s-app", "allowed"],
      ["job-name", "allowed"],
    ] as const
  ).flatMap(([key, is]) =>
    each(
      {
        claim: `a peer by the label ${key}`,
        objects: [
          pod("web", ["10.0.0.1"], {}, { [key]: "x" }),
          DB,
          policy("db", { ingress: [from({ podSelector: { matchLabels: { [key]: "x" } } })] }),
        ],
        ask: "web db 80",
      },
      { cilium: is, calico: "allowed" },
    ),
  ),
  ...(
    [
      ["beta.kubernetes.io/zone", "blocked"],
      ["failure-domain.beta.kubernetes.io/zone", "blocked"],
      ["beta.kubernetes.io.mine", "blocked"],
      ["kubernetes.io/metadata.name", "allowed"],
      ["kubernetes.io/zone", "allowed"],
      ["topology.kubernetes.io/zone", "allowed"],
      ["pod-template-hash", "allowed"],
      ["k8s.io/team", "allowed"],
      ["annotation.team", "allowed"],
      ["team", "allowed"],
    ] as const
  ).flatMap(([key, is]) =>
    each(
      {
        claim: `a peer by its namespace's label ${key}`,
        objects: [
          {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "default", labels: { [key]: "default" } },
          },
          WEB,
          DB,
          policy("db", { ingress: [from({ namespaceSelector: { matchLabels: { [key]: "default" } } })] }),
        ],
        ask: "web db 80",
      },
      { cilium: is, calico: "allowed" },
    ),
  ),
  {
    claim: "a label of Cilium's own, which no pod can give itself",
    cni: "cilium",
    objects: [
      pod("web", ["10.0.0.1"], {}, { "io.cilium.k8s.policy.team": "x" }),
      DB,
      policy("db", {
        ingress: [from({ podSelector: { matchLabels: { "io.cilium.k8s.policy.team": "x" } } })],
      }),
    ],
    ask: "web db 80",
    is: "blocked",
  },
  {
    claim: "a policy that selects by such a label isolates nobody",
    cni: "cilium",
    objects: [
      WEB,
      pod("db", ["10.0.0.2"], {}, { "pod-template-hash": "x" }),
      {
        ...policy("db", { ingress: [] }),
        spec: { podSelector: { matchLabels: { "pod-template-hash": "x" } }, policyTypes: ["Ingress"] },
      },
    ],
    ask: "web db 80",
    is: "allowed",
  },
  ...each(
    { claim: "SCTP where no policy is", objects: [WEB, DB], ask: "web db sctp/80" },
    { cilium: "blocked", calico: "allowed", k3s: "allowed" },
  ),
  {
    claim: "SCTP where it is on",
    cni: "cilium",
    options: { cilium: { cidrMatch: [], sctp: true } },
    objects: [WEB, DB],
    ask: "web db sctp/80",
    is: "allowed",
  },
];

const k3s: readonly Row[] = [
  ...each(
    {
      claim: "the name of a sidecar's port",
      objects: [
        WEB,
        pod("db", ["10.0.0.2"], sidecar),
        policy("db", { ingress: [on(from(app("web")), "http", 81)] }),
      ],
      ask: "web db 8080",
    },
    { k3s: "blocked", cilium: "blocked", calico: "allowed", any: "allowed" },
  ),
  ...each(
    {
      claim: "the name of a port of a pod in its node's network, which is an address to policies",
      objects: [
        WEB,
        pod("agent", ["10.9.0.2"], named("http", 8080, { hostNetwork: true, nodeName: "n2" })),
        policy("web", { egress: [on({}, "http", 81)] }),
      ],
      ask: "web agent 8080",
    },
    { any: "blocked", calico: "blocked", cilium: "blocked", "aws-vpc-cni": "blocked", azure: "blocked" },
  ),
  ...(["TCP", "UDP"] as const).flatMap((protocol) =>
    each(
      {
        claim: "a name that ports of two protocols have",
        objects: [
          WEB,
          pod("db", ["10.0.0.2"], {
            containers: [
              {
                name: "main",
                ports: [
                  { name: "dns", containerPort: 53, protocol: "TCP" },
                  { name: "dns", containerPort: 53, protocol: "UDP" },
                ],
              },
            ],
          }),
          policy("db", { ingress: [{ ...from(app("web")), ports: [{ port: "dns", protocol }] }] }),
        ],
        ask: `web db ${protocol.toLowerCase()}/53`,
      },
      {
        cilium: protocol === "UDP" ? "allowed" : "blocked",
        calico: "allowed",
        k3s: "allowed",
        any: "allowed",
      },
    ),
  ),
  ...each(
    {
      claim: "an egress rule opens ingress between pods of one policy",
      objects: [WEB, DB, policy("", { ingress: [], egress: [to({ podSelector: {} })] })],
      ask: "web db 80",
    },
    { k3s: "allowed", calico: "blocked", any: "blocked" },
  ),
  ...each(
    {
      claim: "an ingress rule opens egress between pods of one policy",
      objects: [WEB, DB, policy("", { ingress: [from({ podSelector: {} })], egress: [] })],
      ask: "web db 80",
    },
    { k3s: "allowed", cilium: "blocked", any: "blocked" },
  ),
  ...each(
    {
      claim: "a name that no pod has, from pods",
      objects: [WEB, DB, policy("db", { ingress: [on(from(app("web")), "htpp")] })],
      ask: "web db 80",
    },
    { k3s: "allowed", calico: "blocked", any: "blocked" },
  ),
  ...each(
    {
      claim: "an egress name without a peer, to addresses outside",
      objects: [pod("web", ["10.0.0.1"], named("http", 8080)), policy("web", { egress: [on({}, "http")] })],
      ask: "web 192.0.2.1 8080",
    },
    { k3s: "allowed", calico: "blocked", "aws-vpc-cni": "blocked" },
  ),
  ...each(
    {
      claim: "an egress name beside a block",
      objects: [
        WEB,
        pod("db", ["10.0.0.2"], named("http", 8080)),
        policy("web", { egress: [on(to(TEN), "http")] }),
      ],
      ask: "web db 8080",
    },
    { k3s: "blocked", calico: "allowed", "aws-vpc-cni": "blocked" },
  ),
  ...each(
    {
      claim: "an exception against a shorter block of the same rule",
      objects: [
        WEB,
        DB,
        policy("db", { ingress: [from(block("10.0.0.0/16", "10.0.0.0/24"), block("0.0.0.0/0"))] }),
      ],
      ask: "web db 80",
    },
    { k3s: "blocked", "aws-vpc-cni": "blocked", calico: "allowed" },
  ),
  ...each(
    {
      claim: "an exception against a block of another rule",
      objects: [
        WEB,
        DB,
        policy("db", { ingress: [from(block("10.0.0.0/16", "10.0.0.0/24")), from(block("0.0.0.0/0"))] }),
      ],
      ask: "web db 80",
    },
    { k3s: "allowed", "aws-vpc-cni": "blocked", calico: "allowed", any: "allowed" },
  ),
];

const many = (peer: object, count: number, first = 1000) => on(from(peer), ...numbers(count, first));

const vpc: readonly Row[] = [
  ...each(
    {
      claim: "an exception against a block of another policy",
      objects: [
        pod("web", ["10.0.0.1"]),
        policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26"))] }),
        policy("web", { egress: [to(block("192.0.0.0/16"))] }, "wide"),
      ],
      ask: "web 192.0.2.65 443",
    },
    { "aws-vpc-cni": "blocked", calico: "allowed", cilium: "allowed" },
  ),
  {
    claim: "a longer block within the exception admits",
    cni: "aws-vpc-cni",
    objects: [
      pod("web", ["10.0.0.1"]),
      policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26"))] }),
      policy("web", { egress: [to(block("192.0.2.65/32"))] }, "longer"),
    ],
    ask: "web 192.0.2.65 443",
    is: "allowed",
  },
  {
    claim: "so does a block equal to the exception",
    cni: "aws-vpc-cni",
    objects: [
      pod("web", ["10.0.0.1"]),
      policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26"))] }),
      policy("web", { egress: [to(block("192.0.2.64/26"))] }, "equal"),
    ],
    ask: "web 192.0.2.65 443",
    is: "allowed",
  },
  {
    claim: "a pod that a rule selects has an entry of its own within the exception",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      DB,
      policy("db", { ingress: [from(block("10.0.0.0/16", "10.0.0.0/24")), from(app("web"))] }),
    ],
    ask: "web db 80",
    is: "allowed",
  },
  {
    claim: "outside of the exception nothing changes",
    cni: "aws-vpc-cni",
    objects: [
      pod("web", ["10.0.0.1"]),
      policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26"))] }),
    ],
    ask: "web 192.0.2.1 443",
    is: "allowed",
  },
  ...each(
    {
      claim: "25 ports for one peer",
      objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 25)] })],
      ask: "web db 1000",
    },
    { "aws-vpc-cni": "unknown", calico: "allowed", any: "allowed" },
  ),
  {
    claim: "24 ports for one peer",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 24)] })],
    ask: "web db 1000",
    is: "allowed",
  },
  {
    claim: "25 ports, counted over two rules",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 13), many(app("web"), 12, 3000)] })],
    ask: "web db 3000",
    is: "unknown",
  },
  {
    claim: "25 ports, counted over two policies",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      DB,
      policy("db", { ingress: [many(app("web"), 13)] }),
      policy("db", { ingress: [many(app("web"), 12, 3000)] }, "more"),
    ],
    ask: "web db 3000",
    is: "unknown",
  },
  {
    claim: "25 ports, counted over a block around the peer",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 13), many(TEN, 12, 3000)] })],
    ask: "web db 3000",
    is: "unknown",
  },
  {
    claim: "the same 24 ports twice are 24",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 24), many(app("web"), 24)] })],
    ask: "web db 1000",
    is: "allowed",
  },
  {
    claim: "25 ports of two peers are no peer's 25",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("db", { ingress: [many(app("web"), 13), many(app("other"), 12, 3000)] })],
    ask: "web db 1000",
    is: "allowed",
  },
  ...each(
    {
      claim: "an ingress name is every number that any selected pod has for it",
      objects: [
        WEB,
        pod("db", ["10.0.0.2"], named("http", 8080), { tier: "x" }),
        pod("cache", ["10.0.0.3"], named("http", 9090), { tier: "x" }),
        {
          ...policy("db", { ingress: [on(from(app("web")), "http")] }),
          spec: {
            podSelector: { matchLabels: { tier: "x" } },
            policyTypes: ["Ingress"],
            ingress: [on(from(app("web")), "http")],
          },
        },
      ],
      ask: "web db 9090",
    },
    { "aws-vpc-cni": "allowed", calico: "blocked", k3s: "blocked" },
  ),
  ...(
    [
      ["everybody", {}],
      ["a block", from(TEN)],
    ] as const
  ).flatMap(([whom, rule]) =>
    each(
      {
        claim: `an ingress name from ${whom}`,
        objects: [
          WEB,
          pod("db", ["10.0.0.2"], named("http", 8080)),
          policy("db", { ingress: [on(rule, "http")] }),
        ],
        ask: "web db 8080",
      },
      { "aws-vpc-cni": "allowed", calico: "allowed", k3s: "allowed" },
    ),
  ),
  ...each(
    {
      claim: "an egress name without peers, at a pod that has it",
      objects: [
        WEB,
        pod("db", ["10.0.0.2"], named("http", 8080)),
        policy("web", { egress: [on({}, "http")] }),
      ],
      ask: "web db 8080",
    },
    { "aws-vpc-cni": "blocked", calico: "allowed" },
  ),
];

const unplaced: readonly Row[] = [
  ...each(
    {
      claim: "a pod without address against a block",
      objects: [pod("web"), pod("db"), policy("db", { ingress: [from(TEN)] })],
      ask: "web db 80",
    },
    { calico: "unknown", k3s: "unknown", any: "unknown", cilium: "blocked" },
  ),
  {
    claim: "a pod without address is in its range",
    cni: "calico",
    podCidr: ["10.42.0.0/16"],
    objects: [pod("web"), pod("db"), policy("db", { ingress: [from(TEN)] })],
    ask: "web db 80",
    is: "allowed",
  },
];

describe("evidence: --cni means the CNI", () => {
  describe("cilium", () => testRows(cilium));
  describe("k3s", () => testRows(k3s));
  describe("aws-vpc-cni", () => testRows(vpc));
  describe("spellings of a block", () => testRows(spellings));
  describe("pods without addresses", () => testRows(unplaced));

  it("25 ports for one peer keep the others closed", () => {
    const analysis = analysisOfObjects([WEB, DB, policy("db", { ingress: [many(app("web"), 25)] })], {
      cni: "aws-vpc-cni",
    });
    const [web, db] = ["web", "db"].map((name) => analysis.ends.find((end) => end.name === name));
    assert.ok(web !== undefined && db !== undefined);
    const { lower: sure, upper: possible } = connection(analysis, web, db);
    assert.ok(sure.isEmpty());
    assert.equal(possible.contains("TCP", 1001), false);
    assert.equal(possible.contains("TCP", 1048), true);
  });
});
