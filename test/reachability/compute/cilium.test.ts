// Longer than most: what Cilium's own policies decide, a test each, on one shared world.
import { strict as assert } from "node:assert";
import { outsideMeant } from "../../../reachability/answer/endFilter";
import { UNKNOWN } from "../../../kubernetes";
import { ask } from "../../../reachability/compute/analysis";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import { analysisOfObjects } from "../worlds";

const pod = (namespace: string, app: string, ip: string, node: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name: app, labels: { app } },
  spec: {
    nodeName: node,
    containers: [{ name: "main", ports: [{ name: "sql", containerPort: 5432 }] }],
    ...spec,
  },
  status: { podIP: ip, podIPs: [{ ip }] },
});
const namespace = (name: string, team: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { team } },
});
const node = (name: string, address: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  status: { addresses: [{ type: "InternalIP", address }] },
});

const WORLD = [
  namespace("shop", "shop"),
  namespace("tools", "ops"),
  pod("shop", "web", "10.0.0.1", "n1"),
  pod("shop", "db", "10.0.0.2", "n1", { serviceAccountName: "keeper" }),
  pod("tools", "tool", "10.0.1.1", "n2"),
  node("n1", "192.168.0.1"),
  node("n2", "192.168.0.2"),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "shop", name: "db" },
    spec: { selector: { app: "db" }, clusterIP: "10.9.0.1", ports: [{ port: 5432 }] },
  },
];

let count = 0;
/** A CiliumNetworkPolicy of namespace shop, for its pod db unless said otherwise. */
const local = (spec: object, namespace = "shop") => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { namespace, name: `p${count++}` },
  spec: { endpointSelector: { matchLabels: { app: "db" } }, ...spec },
});
/** A clusterwide one, for everybody unless said otherwise. */
const wide = (spec: object) => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumClusterwideNetworkPolicy",
  metadata: { name: `p${count++}` },
  spec: { endpointSelector: {}, ...spec },
});
const labels = (matchLabels: Record<string, string>) => [{ matchLabels }];
const tcp = (port: string, endPort?: number) => ({
  ports: [{ port, protocol: "TCP", ...(endPort === undefined ? {} : { endPort }) }],
});

const ENDS: Readonly<Record<string, string>> = {
  web: "shop/web[Pod]",
  db: "shop/db[Pod]",
  tool: "tools/tool[Pod]",
  n1: "n1[Node]",
  n2: "n2[Node]",
};

/** The verdicts on some questions: `web db 80`, `web 192.0.2.1 443`, `web db 53/UDP`. */
function answers(policies: readonly object[], questions: readonly string[], options: WorldOptions = {}) {
  const analysis = analysisOfObjects([...WORLD, ...policies], {
    cni: "cilium",
    sctp: true,
    ...options,
  } as WorldOptions);
  return questions.map((question) => {
    const [from = "", to = "", port = ""] = question.split(" ");
    const end = (text: string) => {
      const found =
        ENDS[text] === undefined
          ? outsideMeant(analysis.relation.classes.outside, text)?.[0]
          : analysis.ends.find(({ id }) => id === ENDS[text]);
      assert.ok(found, `${text}: ${analysis.ends.map(({ id }) => id).join(" ")}`);
      return found;
    };
    const [number, protocol = "TCP"] = port.split("/");
    return `${question}: ${ask(analysis, end(from), end(to), protocol as "TCP", Number(number))}`;
  });
}

const expectAll = (policies: readonly object[], expected: readonly string[], options: WorldOptions = {}) =>
  assert.deepEqual(
    answers(
      policies,
      expected.map((text) => text.slice(0, text.indexOf(":"))),
      options,
    ),
    expected,
  );

describe("reachability: Cilium's own policies", () => {
  it("a policy isolates what it selects in the directions that it has rules for, and admits whom they name", () =>
    expectAll(
      [local({ ingress: [{ fromEndpoints: labels({ app: "web" }), toPorts: [tcp("5432")] }] })],
      ["web db 5432: allowed", "web db 80: blocked", "tool db 5432: blocked", "db web 80: allowed"],
    ));

  it("an empty rule isolates and admits nobody; one with ports alone admits everyone there", () => {
    expectAll([local({ ingress: [{}] })], ["web db 80: blocked", "192.0.2.1 db 80: blocked"]);
    expectAll(
      [local({ ingress: [{ toPorts: [tcp("80")] }] })],
      ["web db 80: allowed", "192.0.2.1 db 80: allowed", "web db 81: blocked"],
    );
  });

  it("an empty list of peers is nobody, and an item of toPorts without ports opens none", () => {
    expectAll([local({ ingress: [{ fromEndpoints: [], toPorts: [tcp("80")] }] })], ["web db 80: blocked"]);
    expectAll([local({ ingress: [{ fromEndpoints: [{}], toPorts: [{}] }] })], ["web db 80: blocked"]);
    expectAll([local({ ingress: [{ fromEndpoints: [{}], toPorts: [] }] })], ["web db 80: allowed"]);
  });

  it("a selector without a namespace means the policy's own; a clusterwide policy's means every pod, and nobody else", () => {
    expectAll(
      [local({ ingress: [{ fromEndpoints: [{}] }] })],
      ["web db 80: allowed", "tool db 80: blocked", "n2 db 80: blocked"],
    );
    expectAll(
      [wide({ ingress: [{ fromEndpoints: [{}] }] })],
      ["web db 80: allowed", "tool db 80: allowed", "n2 db 80: blocked", "192.0.2.1 db 80: blocked"],
    );
  });

  it("namespaces are named by the pod's label, or by their own labels", () => {
    for (const key of [
      "k8s:io.kubernetes.pod.namespace",
      "io.kubernetes.pod.namespace",
      "any:io.kubernetes.pod.namespace",
    ])
      expectAll(
        [local({ ingress: [{ fromEndpoints: labels({ [key]: "tools" }) }] })],
        ["tool db 80: allowed", "web db 80: blocked"],
      );
    expectAll(
      [local({ ingress: [{ fromEndpoints: labels({ "k8s:io.cilium.k8s.namespace.labels.team": "ops" }) }] })],
      ["tool db 80: allowed", "web db 80: blocked"],
    );
  });

  it("a namespaced policy selects pods of its own namespace, whatever namespace its selector names", () => {
    const elsewhere = (key: string) => [
      local({ endpointSelector: { matchLabels: { [key]: "tools" } }, ingress: [{}] }),
    ];
    expectAll(elsewhere("k8s:io.kubernetes.pod.namespace"), ["web db 80: blocked", "web tool 80: allowed"]);
    expectAll(elsewhere("io.kubernetes.pod.namespace"), ["web db 80: allowed", "web tool 80: allowed"]);
  });

  it("service accounts are labels, and those of controllers are none", () => {
    const account = "io.cilium.k8s.policy.serviceaccount";
    expectAll(
      [wide({ endpointSelector: { matchLabels: { [account]: "keeper" } }, ingress: [{}] })],
      ["web db 80: blocked", "db web 80: allowed"],
    );
    expectAll(
      [local({ endpointSelector: {}, ingress: [{ fromEndpoints: labels({ [account]: "default" }) }] })],
      ["web db 80: allowed", "db web 80: blocked"],
    );
  });

  it("denials come before what any policy admits, and isolate by default", () => {
    const admits = local({ ingress: [{ fromEndpoints: [{}] }] });
    const denies = local({
      ingressDeny: [{ fromEndpoints: labels({ app: "web" }), toPorts: [tcp("80", 90)] }],
    });
    expectAll(
      [admits, denies],
      ["web db 79: allowed", "web db 80: blocked", "web db 90: blocked", "web db 91: allowed"],
    );
    expectAll([denies], ["web db 79: blocked", "tool db 80: blocked"]);
    const networkPolicy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace: "shop", name: "all" },
      spec: { podSelector: {}, ingress: [{}] },
    };
    expectAll([denies, networkPolicy], ["web db 80: blocked", "web db 79: allowed", "tool db 80: allowed"]);
  });

  it("an empty rule of denials denies nobody", () =>
    expectAll(
      [local({ ingressDeny: [{}], enableDefaultDeny: { ingress: false } })],
      ["web db 80: allowed", "192.0.2.1 db 80: allowed"],
    ));

  it("without default deny, rules admit where others isolate, and denials deny", () => {
    const open = local({
      ingress: [{ fromEndpoints: labels({ app: "web" }) }],
      ingressDeny: [{ toPorts: [tcp("22")] }],
      enableDefaultDeny: { ingress: false },
    });
    expectAll([open], ["tool db 80: allowed", "web db 22: blocked", "tool db 22: blocked"]);
    const closed = local({ ingress: [{}] });
    expectAll([open, closed], ["web db 80: allowed", "tool db 80: blocked", "web db 22: blocked"]);
  });

  it("what isn't known yet of default deny leaves open only what it decides", () => {
    expectAll(
      [
        local({
          ingress: [{ fromEndpoints: labels({ app: "web" }) }],
          enableDefaultDeny: { ingress: UNKNOWN },
        }),
      ],
      ["web db 80: allowed", "tool db 80: unknown"],
    );
  });

  it("entities: everyone, what is outside, pods and nodes, nobody", () => {
    const from = (...fromEntities: string[]) => [local({ ingress: [{ fromEntities }] })];
    expectAll(from("all"), ["tool db 80: allowed", "n2 db 80: allowed", "192.0.2.1 db 80: allowed"]);
    expectAll(from("world"), ["tool db 80: blocked", "n2 db 80: blocked", "192.0.2.1 db 80: allowed"]);
    expectAll(from("cluster"), ["tool db 80: allowed", "n2 db 80: allowed", "192.0.2.1 db 80: blocked"]);
    for (const nobody of ["init", "health", "ingress", "unmanaged", "none"])
      expectAll(from(nobody), ["tool db 80: blocked", "n2 db 80: blocked", "192.0.2.1 db 80: blocked"]);
    expectAll(from("kube-apiserver"), [
      "tool db 80: blocked",
      "n2 db 80: unknown",
      "192.0.2.1 db 80: unknown",
    ]);
  });

  it("the node of a pod is its host, any other a remote one; a host reaches its pods unless it is denied", () => {
    const from = (...fromEntities: string[]) => [local({ ingress: [{ fromEntities }] })];
    expectAll(from("host"), ["n1 db 80: allowed", "n2 db 80: blocked"]);
    expectAll(from("remote-node"), ["n1 db 80: allowed", "n2 db 80: allowed", "tool db 80: blocked"]);
    const to = (...toEntities: string[]) => [local({ egress: [{ toEntities }] })];
    expectAll(to("host"), ["db n1 80: allowed", "db n2 80: blocked"]);
    expectAll(to("remote-node"), ["db n1 80: blocked", "db n2 80: allowed"]);
    const deny = (...fromEntities: string[]) => [
      local({ ingressDeny: [{ fromEntities }], ingress: [{ fromEntities: ["all"] }] }),
    ];
    expectAll(deny("host"), ["n1 db 80: blocked", "n2 db 80: allowed", "tool db 80: allowed"]);
    expectAll(deny("remote-node"), ["n1 db 80: allowed", "n2 db 80: blocked"]);
  });

  it("reserved labels are what the entities are", () =>
    expectAll(
      [local({ ingress: [{ fromEndpoints: labels({ "reserved:world": "" }) }] })],
      ["192.0.2.1 db 80: allowed", "web db 80: blocked", "n2 db 80: blocked"],
    ));

  it("CIDRs match what is outside, neither pods nor nodes unless it is set so", () => {
    const to = [local({ egress: [{ toCIDR: ["10.0.0.0/8", "192.0.2.1", "192.168.0.0/16"] }] })];
    expectAll(to, [
      "db 10.3.0.1 80: allowed",
      "db 192.0.2.1 80: allowed",
      "db 192.0.2.2 80: blocked",
      "db web 80: blocked",
      "db n2 80: blocked",
    ]);
    expectAll(to, ["db web 80: allowed", "db n2 80: blocked"], {
      cilium: { cidrMatch: ["pods"], sctp: false },
    });
    for (const egress of [{ toCIDR: ["0.0.0.0/0"] }, { toCIDRSet: [{ cidr: "0.0.0.0/0" }] }])
      expectAll([local({ egress: [egress] })], ["db n2 80: blocked", "db 192.0.2.2 80: allowed"], {
        cilium: { cidrMatch: ["nodes"], sctp: false },
      });
    const set = [local({ egress: [{ toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.3.0.0/16"] }] }] })];
    expectAll(set, ["db 10.2.0.1 80: allowed", "db 10.3.0.1 80: blocked"]);
    const denied = wide({ egressDeny: [{ toCIDR: ["10.3.0.0/16"] }], egress: [{ toEntities: ["all"] }] });
    expectAll([denied], ["db 10.2.0.1 80: allowed", "db 10.3.0.1 80: blocked", "db web 80: allowed"]);
  });

  it("a Service by name is the pods behind it; one that isn't given may be anyone", () => {
    const to = (serviceName: string) => [
      local({
        endpointSelector: {},
        egress: [{ toServices: [{ k8sService: { serviceName, namespace: "shop" } }] }],
      }),
    ];
    expectAll(to("db"), ["web db 80: allowed", "web tool 80: blocked", "web 192.0.2.1 80: blocked"]);
    expectAll(to("other"), ["web db 80: unknown", "web 192.0.2.1 80: unknown"]);
  });

  it("ports: of every protocol where none is named, 0 for all, names, ranges; ICMP opens none", () => {
    const ports = (...list: object[]) => [
      local({ ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: list }] }] }),
    ];
    expectAll(ports({ port: "53" }), [
      "web db 53/TCP: allowed",
      "web db 53/UDP: allowed",
      "web db 54: blocked",
    ]);
    expectAll(ports({ port: "0", protocol: "UDP" }), ["web db 53/UDP: allowed", "web db 53/TCP: blocked"]);
    expectAll(ports({ port: "SQL", protocol: "TCP" }), ["web db 5432: allowed", "web db 80: blocked"]);
    expectAll(ports({ port: "80", endPort: 70 }), ["web db 80: allowed", "web db 75: blocked"]);
    expectAll(
      [local({ ingress: [{ fromEndpoints: [{}], icmps: [{ fields: [{ type: 8 }] }] }] })],
      ["web db 80: blocked"],
    );
    expectAll(
      [
        local({
          ingress: [{ fromEndpoints: [{}] }],
          ingressDeny: [{ fromEndpoints: [{}], icmps: [{ fields: [{ type: 8 }] }] }],
        }),
      ],
      ["web db 80: allowed"],
    );
  });

  it("host names, the provider's groups, content and authentication admit at most what they name", () => {
    const egress = (rule: object) => [local({ egress: [rule] })];
    expectAll(egress({ toFQDNs: [{ matchName: "example.com" }], toPorts: [tcp("443")] }), [
      "db 192.0.2.1 443: unknown",
      "db 192.0.2.1 80: blocked",
      "db web 443: blocked",
    ]);
    expectAll(egress({ toGroups: [{ aws: { securityGroupsIds: ["sg-1"] } }] }), [
      "db 192.0.2.1 443: unknown",
      "db web 443: blocked",
    ]);
    const http = { ...tcp("80"), rules: { http: [{ method: "GET" }] } };
    expectAll(egress({ toEndpoints: [{}], toPorts: [http] }), ["db web 80: unknown", "db web 81: blocked"]);
    expectAll(egress({ toEndpoints: [{}], authentication: { mode: "required" } }), ["db web 80: unknown"]);
  });

  it("what asks for content is asked of packets that other rules admit, too", () =>
    expectAll(
      [
        local({ ingress: [{ fromEndpoints: [{}] }] }),
        local({
          ingress: [
            {
              fromEndpoints: labels({ app: "web" }),
              toPorts: [{ ...tcp("80"), rules: { http: [{ path: "/" }] } }],
            },
          ],
        }),
      ],
      ["web db 80: unknown", "web db 81: allowed"],
    ));

  it("DNS rules for every name let port 53 pass; those for some may not", () => {
    const dns = (matchPattern: string) => [
      local({
        egress: [
          {
            toEndpoints: [{}],
            toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern }] } }],
          },
        ],
      }),
    ];
    expectAll(dns("*"), ["db web 53/UDP: allowed"]);
    expectAll(dns("*.example.com"), ["db web 53/UDP: unknown"]);
  });

  it("several specifications count each by itself", () => {
    const { apiVersion, kind, metadata } = local({});
    const spec = (app: string) => ({ endpointSelector: { matchLabels: { app } }, ingress: [{}] });
    expectAll(
      [{ apiVersion, kind, metadata, specs: [spec("db"), spec("web")] }],
      ["tool db 80: blocked", "tool web 80: blocked", "web tool 80: allowed"],
    );
  });

  it("on no other plugin they are computed: what they may change is unknown", () => {
    const closes = [local({ ingress: [{}] })];
    for (const cni of ["any", "calico", "k3s", "aws-vpc-cni", "azure"] as const)
      expectAll(closes, ["web db 80: unknown", "db web 80: allowed"], { cni });
    expectAll(closes, ["web db 80: blocked", "db web 80: allowed"]);
  });
});
