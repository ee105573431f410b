// Longer than most: a table.
/** Objects whose verdict turns on how blocks, selectors, ports and a protected end's list are read. */
import { block, egressTo, ingressFrom, LABELS, namespace, policy, type TestResource } from "../helpers";

interface OwnObject {
  readonly id: string;
  readonly config?: Readonly<Record<string, object>>;
  readonly resource: TestResource;
}

const NAME = "kubernetes.io/metadata.name";
const tcp = (port: number | string, endPort?: number) => ({
  ports: [{ protocol: "TCP", port, ...(endPort === undefined ? {} : { endPort }) }],
});
const inside = (name: string) => ({ namespaceSelector: { matchLabels: { [NAME]: name } } });
const expression = (key: string, operator: string, ...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }] },
});
const spec = (change: object) => ({
  podSelector: { matchLabels: { app: "web" } },
  policyTypes: Object.keys(change).map((direction) => (direction === "ingress" ? "Ingress" : "Egress")),
  ...change,
});
const rows = (config: OwnObject["config"], objects: Readonly<Record<string, object>>): OwnObject[] =>
  Object.entries(objects).map(([id, change]) => ({
    id,
    ...(config === undefined ? {} : { config }),
    resource: policy("web", "podSelector" in change ? change : spec(change)),
  }));

const INGRESS = rows(undefined, {
  "a rule without peers": { ingress: [{}] },
  "a rule with ports alone": { ingress: [tcp(443)] },
  "every namespace": ingressFrom({ namespaceSelector: {} }),
  "every namespace by the label that all have": ingressFrom(expression(NAME, "Exists")),
  "every namespace but one": ingressFrom(expression(NAME, "NotIn", "guests")),
  "every namespace with a label that all must have": ingressFrom(
    expression("app.kubernetes.io/part-of", "Exists"),
  ),
  "every namespace without a label": ingressFrom(expression("team", "DoesNotExist")),
  "namespaces without the label that all have": ingressFrom(expression(NAME, "DoesNotExist")),
  "every pod without a label": ingressFrom({
    namespaceSelector: {},
    podSelector: { matchExpressions: [{ key: "zzz", operator: "DoesNotExist" }] },
  }),
  "pods of the same namespace": ingressFrom({ podSelector: {} }),
  "pods of one namespace": ingressFrom(inside("monitoring")),
  "pods by label anywhere": ingressFrom({
    namespaceSelector: {},
    podSelector: { matchLabels: { app: "a" } },
  }),
  "namespaces by a label of their own": ingressFrom(expression("team", "In", "a")),
  "namespaces by the name and a label": ingressFrom({
    namespaceSelector: { matchLabels: { [NAME]: "shop", team: "a" } },
  }),
  "namespaces of a list of names": ingressFrom(expression(NAME, "In", "a", "b")),
  "0.0.0.0/0": ingressFrom(block("0.0.0.0/0")),
  "::/0": ingressFrom(block("::/0")),
  "the world but one address": ingressFrom(block("0.0.0.0/0", "192.0.2.1/32")),
  "the world but one range, left out twice": ingressFrom(
    block("0.0.0.0/0", ...Array<string>(40).fill("128.0.0.0/1")),
  ),
  "half of the world": ingressFrom(block("128.0.0.0/1")),
  "the world in halves": ingressFrom(block("0.0.0.0/1"), block("128.0.0.0/1")),
  "two neighbours as wide as one owner's": ingressFrom(block("4.0.0.0/8"), block("5.0.0.0/8")),
  "two that aren't neighbours": ingressFrom(block("3.0.0.0/8"), block("54.0.0.0/8")),
  "five that aren't neighbours": ingressFrom(
    ...[3, 12, 22, 33, 54].map((first) => block(`${first}.0.0.0/8`)),
  ),
  "many small ones": ingressFrom(...Array.from({ length: 200 }, (_, i) => block(`52.${i}.0.0/24`))),
  "a twentieth of all public addresses": ingressFrom(
    ...Array.from({ length: 50 }, (_, i) => block(`${i + 30}.0.0.0/10`)),
  ),
  "less than a twentieth": ingressFrom(...Array.from({ length: 30 }, (_, i) => block(`${i + 30}.0.0.0/10`))),
  "an owner's IPv6 networks": ingressFrom(block("2003::/19"), block("2a01:c000::/19")),
  "a registry's IPv6 block": ingressFrom(block("2400::/12")),
  "half of a /16 of IPv6": ingressFrom(block("2600::/17")),
  "a quarter of a /16 of IPv6": ingressFrom(block("2600::/18")),
  "a tunnel's block": ingressFrom(block("2002::/16")),
  "an office's addresses": ingressFrom(block("198.51.100.0/24"), block("2001:db8::/32")),
  "a whole private range": ingressFrom(block("10.0.0.0/8")),
  "a private range but an address": ingressFrom(block("10.0.0.0/8", "10.0.0.1/32")),
  "a private range in halves": ingressFrom(block("10.0.0.0/9"), block("10.128.0.0/9")),
  "a private range but a part, and the part": ingressFrom(
    block("10.0.0.0/8", "10.1.0.0/16"),
    block("10.1.0.0/16"),
  ),
  "two neighbours as wide as one owner's, one of them in halves": ingressFrom(
    block("4.0.0.0/8"),
    block("5.0.0.0/9"),
    block("5.128.0.0/9"),
  ),
  "neighbouring blocks of two rules": {
    ingress: [{ from: [block("4.0.0.0/8")] }, { from: [block("5.0.0.0/8")] }],
  },
  "two wide blocks, one twice": ingressFrom(
    ...["3.0.0.0/8", "12.0.0.0/8", "12.0.0.0/8", "12.0.0.0/8"].map((cidr) => block(cidr)),
  ),
  "a part of a private range": ingressFrom(block("10.0.0.0/9")),
  "all unique local addresses": ingressFrom(block("fc00::/7")),
  "no rules": { ingress: [] },
});

const EGRESS = rows(undefined, {
  anywhere: { egress: [{}] },
  "anywhere on a port": { egress: [tcp(443)] },
  "labelled pods of any namespace": {
    egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }] }],
  },
  "the internet on a port": egressTo(
    block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
  ),
  "the internet with a private range": egressTo(
    block("0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
  ),
  "the internet without private ranges, one of them left out in halves": egressTo(
    block(
      "0.0.0.0/0",
      ...["10.0.0.0/9", "10.128.0.0/9", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
    ),
  ),
  "the internet and a private host beside it": egressTo(
    block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    block("10.1.2.3/32"),
  ),
  "the internet and a whole private range beside it": egressTo(
    block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    block("10.0.0.0/8"),
  ),
  "the internet on every port": {
    egress: [
      {
        to: [
          block(
            "0.0.0.0/0",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
          ),
        ],
      },
    ],
  },
  "the internet on half of all ports": {
    egress: [
      {
        to: [
          block(
            "0.0.0.0/0",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
          ),
        ],
        ...tcp(1, 33_000),
      },
    ],
  },
  "the internet on the higher ports but most": {
    egress: [
      {
        to: [
          block(
            "0.0.0.0/0",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "169.254.0.0/16",
          ),
        ],
        ...tcp(40_000, 50_000),
      },
    ],
  },
  "the internet of IPv6 on a port": egressTo(block("2000::/3", "2001::/32", "2002::/16")),
  "a subnet on a port": egressTo(block("10.20.0.0/24")),
  "the metadata service": egressTo(block("169.254.169.254/32")),
  "all link-local addresses": egressTo(block("169.254.0.0/16")),
  "link-local addresses without the metadata service": egressTo(
    block("169.254.0.0/16", "169.254.169.254/32"),
  ),
  "the Pod Identity agent": egressTo(block("169.254.170.23/32")),
  "the metadata service of IPv6": egressTo(block("fd00:ec2::254/128")),
  "the metadata service behind a translator": egressTo(block("64:ff9b::/96")),
  "rules that policyTypes leaves out": {
    podSelector: {},
    policyTypes: ["Ingress"],
    egress: [{ to: [block("10.0.0.0/24")] }],
  },
  "another direction's rules that policyTypes leaves out": {
    podSelector: {},
    policyTypes: ["Egress"],
    ingress: [{ from: [{ podSelector: {} }] }],
  },
});

const PUBLIC = rows(
  {
    "network-policy-no-everyone-ingress": { publicPorts: ["tcp/443", "tcp/8000-8100"] },
    settings: { clusterRanges: ["10.42.0.0/16", "fd42::/56"] },
  },
  {
    "everyone on a public port": { ingress: [tcp(443)] },
    "everyone on public ports": { ingress: [{ ports: [...tcp(443).ports, ...tcp(8000, 8100).ports] }] },
    "everyone on a range beyond the public ports": { ingress: [tcp(8000, 8101)] },
    "everyone on a port of the other protocol": { ingress: [{ ports: [{ protocol: "UDP", port: 443 }] }] },
    "everyone on a named port": { ingress: [tcp("https")] },
    "everyone on every port of a protocol": { ingress: [{ ports: [{ protocol: "TCP" }] }] },
    "the cluster's pods by their addresses": ingressFrom(block("10.42.0.0/16")),
    "the cluster's pods but some": ingressFrom(block("10.42.0.0/16", "10.42.1.0/24")),
    "a private range around the cluster": ingressFrom(block("10.0.0.0/8")),
    "a private range without the cluster": ingressFrom(block("10.0.0.0/8", "10.42.0.0/16")),
    "another private range": ingressFrom(block("172.16.0.0/12")),
    "an address of the cluster's": ingressFrom(block("10.42.0.7/32")),
    "the cluster's IPv6 addresses": ingressFrom(block("fd42::/48")),
  },
);

const END = {
  name: "the database",
  namespace: "shop",
  labels: { app: "db", tier: "data" },
  ports: ["tcp/5432", "tcp/8000-8010"],
  from: [
    { labels: { app: "web" } },
    { namespace: "backup", labels: { app: "dump" } },
    { namespace: "ops" },
    { cidr: "10.9.0.0/24" },
  ],
};
const db = (from: unknown, ports: object = tcp(5432), selector: object = { matchLabels: { app: "db" } }) => ({
  podSelector: selector,
  policyTypes: ["Ingress"],
  ingress: [{ ...(from === undefined ? {} : { from: [from] }), ...ports }],
});
const pods = (labels: object) => ({ podSelector: { matchLabels: labels } });
const PROTECTED = rows(
  { "protected-ends": { ends: [END] } },
  {
    "the listed pods": db(pods({ app: "web" })),
    "the listed pods, narrowed": db(pods({ app: "web", version: "2" })),
    "the listed pods by an expression": db({
      podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web"] }] },
    }),
    "the listed pods and others by an expression": db({
      podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web", "job"] }] },
    }),
    "other pods": db(pods({ app: "job" })),
    "all pods of the namespace": db({ podSelector: {} }),
    "a listed namespace's listed pods": db({ ...inside("backup"), ...pods({ app: "dump" }) }),
    "a listed namespace's other pods": db({ ...inside("backup"), ...pods({ app: "other" }) }),
    "a namespace that is listed whole": db(inside("ops")),
    "two namespaces that are listed": db({
      namespaceSelector: { matchExpressions: [{ key: NAME, operator: "In", values: ["ops", "backup"] }] },
      ...pods({ app: "dump" }),
    }),
    "two namespaces of which one is listed": db({
      namespaceSelector: { matchExpressions: [{ key: NAME, operator: "In", values: ["ops", "guests"] }] },
    }),
    "another namespace": db(inside("guests")),
    "listed addresses": db(block("10.9.0.128/25")),
    "addresses around the listed ones": db(block("10.9.0.0/23")),
    "other pods on another port": db(pods({ app: "job" }), tcp(9187)),
    "other pods on a range with a protected port": db(pods({ app: "job" }), tcp(8010, 8020)),
    "other pods on every port": db(pods({ app: "job" }), {}),
    "other pods on the port of another protocol": db(pods({ app: "job" }), {
      ports: [{ protocol: "UDP", port: 5432 }],
    }),
    "other pods on a named port": db(pods({ app: "job" }), tcp("postgres")),
    "other pods, by a label that the configuration doesn't name": db(pods({ app: "job" }), tcp(5432), {
      matchLabels: { role: "x" },
    }),
    "other pods, by both labels": db(pods({ app: "job" }), tcp(5432), {
      matchLabels: { app: "db", tier: "data" },
    }),
    "other pods, by a label of theirs and another one": db(pods({ app: "job" }), tcp(5432), {
      matchLabels: { app: "db", role: "x" },
    }),
    "other pods, by another value": db(pods({ app: "job" }), tcp(5432), { matchLabels: { app: "web" } }),
    "other pods, all but those of a label": db(pods({ app: "job" }), tcp(5432), {
      matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }],
    }),
    "other pods, all but the protected ones": db(pods({ app: "job" }), tcp(5432), {
      matchExpressions: [{ key: "app", operator: "NotIn", values: ["db"] }],
    }),
    "other pods, of every label": db(pods({ app: "job" }), tcp(5432), {}),
  },
);

const OBSERVED = rows(
  { settings: { observe: [{ namespace: "shop", until: "2199-01-01", reason: "new", owner: "team-shop" }] } },
  {
    "an observed namespace's policy": {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    },
    "an observed namespace's policy for some pods": {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    },
    "an observed namespace's policy of one direction": {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{}],
    },
  },
);

const LABELLED: OwnObject[] = [
  { id: "every label", resource: namespace("shop") },
  { id: "no labels", resource: namespace("shop", {}) },
  { id: "a label short", resource: namespace("shop", { ...LABELS, "palisade.dev/owner": "" }) },
  { id: "an exempt namespace", resource: namespace("kube-system", {}) },
  ...[
    ["an allowed level", "restricted"],
    ["a level that isn't allowed", "privileged"],
  ].map(([id = "", level]) => ({
    id,
    config: {
      "namespace-labels": { allowed: { "pod-security.kubernetes.io/enforce": ["baseline", "restricted"] } },
    },
    resource: namespace("shop", { ...LABELS, "pod-security.kubernetes.io/enforce": level }),
  })),
  {
    id: "a namespace exempt by its beginning",
    config: { "namespace-labels": { exempt: ["ci-*"] } },
    resource: namespace("ci-7", {}),
  },
];

export const OWN_OBJECTS: readonly OwnObject[] = [
  ...INGRESS,
  ...EGRESS,
  ...PUBLIC,
  ...PROTECTED,
  ...OBSERVED,
  ...LABELLED,
];
