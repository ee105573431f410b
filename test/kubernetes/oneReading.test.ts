// Longer than most: a table of spellings that runs through both readers.
import { strict as assert } from "node:assert";
import { type Requirement, UNKNOWN } from "../../kubernetes";
import { readFacts } from "../../policypack/facts/facts";
import { type NetworkPolicyFact, type RuleFact, unreadInRules } from "../../policypack/facts/networkPolicy";
import { isolates } from "../../policypack/judgment/guard";
import { addressesIn, portsOf } from "../../policypack/judgment/reach";
import { exactSelector } from "../../policypack/judgment/toAnalyzer";
import { reveal } from "../../policypack/values/reveal";
import { AddressSet } from "../../net/addressSet";
import { formatCidr } from "../../net/cidr";
import type { Rule } from "../../reachability/read/policy";
import { PalisadeInputError } from "../../problems";
import { readWorld } from "../../reachability/read/readWorld";
import { parseManifests } from "../../cli/manifests/parse";
import { unreadOf } from "../../policypack/values/field";
import { unreadInSelector } from "../../policypack/facts/selector";

/*
 * What the two readers of Kubernetes objects, reachability's and the policy pack's, make of one spelling: the same, and
 * what the API server makes of it. Each row was held against the validation and defaulting of Kubernetes 1.36
 * (pkg/apis/networking, k8s.io/apimachinery, k8s.io/utils/net); what newer servers only keep in stored objects is read.
 */

const REFUSED = "refused";

const requirementText = ({ key, operator, values }: Requirement): string =>
  `${key} ${operator} ${values
    .map((value) => (value === UNKNOWN ? "?" : JSON.stringify(value)))
    .sort()
    .join(",")}`.trim();

const selectorText = (requirements: readonly Requirement[]): string =>
  requirements.length === 0 ? "all" : requirements.map(requirementText).sort().join(" & ");

const setText = (set: AddressSet): string => set.toCidrs().map(formatCidr).join(",");

/** Reachability's reading, as text. */
function inReachability(policy: unknown, what: (rule: Rule | undefined, object: Read) => string): string {
  let world;
  try {
    ({ world } = readWorld([{ value: policy, source: { file: "a", document: 1 }, path: [] }], {
      kubernetes: "1.35",
    }));
  } catch (error) {
    if (error instanceof PalisadeInputError) return REFUSED;
    throw error;
  }
  const [read] = world.policies;
  assert.ok(read);
  return what(read.ingress.rules[0], read);
}
type Read = ReturnType<typeof readWorld>["world"]["policies"][number];

/** The policy pack's reading, as text; refused where a part can't be read. */
function inPack(
  policy: object,
  what: (rule: RuleFact | undefined, object: NetworkPolicyFact) => string,
): string {
  const [fact] = readFacts({
    urn: "urn:p",
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name: "p",
    props: reveal(policy),
  });
  assert.ok(fact?.kind === "NetworkPolicy");
  const unread = [
    ...unreadInRules(fact.ingress),
    ...unreadInRules(fact.egress),
    ...unreadInSelector(fact.podSelector),
    ...unreadOf([fact.policyTypes, fact.namespace]),
  ];
  if (unread.length > 0) return REFUSED;
  return what(fact.ingress.rules.known ? fact.ingress.rules.value[0] : undefined, fact);
}

const policy = (spec: unknown, namespace?: unknown) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "p", ...(namespace === undefined ? {} : { namespace }) },
  spec,
});

/** A spelling, and what the API server makes of it. */
type Row = readonly [written: unknown, read: string];

function compare(
  rows: readonly Row[],
  put: (written: unknown) => object,
  reach: Parameters<typeof inReachability>[1],
  pack: Parameters<typeof inPack>[1],
): void {
  for (const [written, read] of rows) {
    it(`${written === undefined ? "nothing" : JSON.stringify(written)} is ${read}`, () => {
      const object = put(written);
      assert.deepEqual(
        { reach: inReachability(object, reach), pack: inPack(object, pack) },
        { reach: read, pack: read },
      );
    });
  }
}

const portsInReachability = (rule: Rule | undefined): string =>
  [
    rule?.ports.numbers.toString(),
    ...(rule?.ports.named ?? []).map(({ protocol, name }) => `${protocol}/${name}`),
  ].join(" ");

function portsInPack(rule: RuleFact | undefined): string {
  assert.ok(rule);
  const [lower, upper] = (["lower", "upper"] as const).map((bound) => portsOf(rule.ports, bound));
  assert.ok(lower && upper && lower.numbers.equals(upper.numbers));
  return [lower.numbers.toString(), ...lower.names].join(" ");
}

describe("one reading of Kubernetes: a CIDR", () => {
  const rows: Row[] = [
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["010.001.0.0/16", "10.1.0.0/16"],
    ["10.1.0.0/016", "10.1.0.0/16"],
    ["010.1.2.3/08", "10.0.0.0/8"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["10.0.0.0", REFUSED],
    ["10.0.0.0/33", REFUSED],
    ["10.0.0.0/-1", REFUSED],
    ["10.0.0.0/8/8", REFUSED],
    ["10.0.0/8", REFUSED],
    ["256.0.0.0/8", REFUSED],
    [" 10.0.0.0/8", REFUSED],
    ["10.0.0.0/8 ", REFUSED],
    ["", REFUSED],
    [null, REFUSED],
    [8, REFUSED],
    ["2001:db8::/32", "2001:db8::/32"],
    ["2001:0DB8::1/32", "2001:db8::/32"],
    ["2001:db8:0:0:0:0:0:0/032", "2001:db8::/32"],
    ["fe80::1%eth0/64", REFUSED],
    ["::/0", "::/0"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:010.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
    ["web", REFUSED],
  ];
  compare(
    rows,
    (cidr) => policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr } }] }] }),
    (rule) =>
      rule?.peers !== "everyone" && rule?.peers[0]?.kind === "block" ? setText(rule.peers[0].set) : "none",
    (rule) => {
      const block = rule?.peers.known ? rule.peers.value[0]?.ipBlock : undefined;
      const cidr = block?.known ? block.value?.cidr : undefined;
      return cidr?.known ? setText(addressesIn(cidr.value) ?? AddressSet.empty) : "none";
    },
  );
});

describe("one reading of Kubernetes: an exception", () => {
  const rows: Row[] = [
    [[], "10.0.0.0/8"],
    [null, "10.0.0.0/8"],
    [["10.0.0.0/9"], "10.128.0.0/9"],
    [["10.1.2.3/9"], "10.128.0.0/9"],
    [["010.0.0.0/9"], "10.128.0.0/9"],
    [["10.0.0.0/8"], REFUSED],
    [["0.0.0.0/0"], REFUSED],
    [["192.168.0.0/16"], REFUSED],
    [["2001:db8::/32"], REFUSED],
    [[null], REFUSED],
    ["10.0.0.0/9", REFUSED],
  ];
  compare(
    rows,
    (except) =>
      policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except } }] }] }),
    (rule) =>
      rule?.peers !== "everyone" && rule?.peers[0]?.kind === "block" ? setText(rule.peers[0].set) : "none",
    (rule) => {
      const block = rule?.peers.known ? rule.peers.value[0]?.ipBlock : undefined;
      if (!block?.known || !block.value?.cidr.known || !block.value.except.known) return "none";
      const except = block.value.except.value.map((one) => (one.known ? addressesIn(one.value) : undefined));
      const set = addressesIn(block.value.cidr.value) ?? AddressSet.empty;
      return setText(except.reduce<AddressSet>((left, one) => left.subtract(one ?? AddressSet.empty), set));
    },
  );
});

describe("one reading of Kubernetes: a rule's ports", () => {
  const every = "TCP 1-65535; UDP 1-65535; SCTP 1-65535";
  const rows: Row[] = [
    [undefined, every],
    [null, every],
    [[], every],
    [[null], "TCP 1-65535"],
    [[{}], "TCP 1-65535"],
    [[{ protocol: "UDP" }], "UDP 1-65535"],
    [[{ protocol: null, port: 80 }], "TCP 80"],
    [[{ protocol: "", port: 80 }], REFUSED],
    [[{ protocol: "tcp", port: 80 }], REFUSED],
    [[{ protocol: "ICMP" }], REFUSED],
    [[{ port: 80 }], "TCP 80"],
    [[{ port: null }], "TCP 1-65535"],
    [[{ port: "http" }], "no ports TCP/http"],
    [[{ port: "http", protocol: "UDP" }, { port: 53 }], "TCP 53 UDP/http"],
    [[{ port: "80" }], REFUSED],
    [[{ port: "" }], REFUSED],
    [[{ port: "HTTP" }], REFUSED],
    [[{ port: "a--b" }], REFUSED],
    [[{ port: "a-name-of-16-let" }], REFUSED],
    [[{ port: 0 }], REFUSED],
    [[{ port: -1 }], REFUSED],
    [[{ port: 65535 }], "TCP 65535"],
    [[{ port: 65536 }], REFUSED],
    [[{ port: 80.5 }], REFUSED],
    [[{ port: true }], REFUSED],
    [[{ port: [80] }], REFUSED],
    [[{ port: 80, endPort: 90 }], "TCP 80-90"],
    [[{ port: 80, endPort: 80 }], "TCP 80"],
    [[{ port: 80, endPort: null }], "TCP 80"],
    [[{ port: 80, endPort: 79 }], REFUSED],
    [[{ port: 80, endPort: 0 }], REFUSED],
    [[{ port: 80, endPort: "90" }], REFUSED],
    [[{ endPort: 90 }], REFUSED],
    [[{ port: "http", endPort: 90 }], REFUSED],
    [{ port: 80 }, REFUSED],
  ];
  compare(
    rows,
    (ports) => policy({ podSelector: {}, ingress: [ports === undefined ? {} : { ports }] }),
    portsInReachability,
    portsInPack,
  );
});

describe("one reading of Kubernetes: a selector", () => {
  const rows: Row[] = [
    [undefined, "all"],
    [null, "all"],
    [{}, "all"],
    [{ matchLabels: null }, "all"],
    [{ matchLabels: {} }, "all"],
    [{ matchLabels: { app: "web" } }, 'app In "web"'],
    [{ matchLabels: { app: "" } }, 'app In ""'],
    [{ matchLabels: { app: 1 } }, REFUSED],
    [{ matchLabels: { app: true } }, REFUSED],
    [{ matchLabels: { "a b": "x" } }, REFUSED],
    [{ matchLabels: { "": "x" } }, REFUSED],
    [{ matchLabels: { "Example.com/app": "x" } }, REFUSED],
    [{ matchLabels: { "example.com/app": "x" } }, 'example.com/app In "x"'],
    [{ matchLabels: { "a/b/c": "x" } }, REFUSED],
    [{ matchLabels: { app: "not ok" } }, REFUSED],
    [{ matchLabels: { app: "-x" } }, REFUSED],
    [{ matchLabels: { app: "x".repeat(63) } }, `app In "${"x".repeat(63)}"`],
    [{ matchLabels: { app: "x".repeat(64) } }, REFUSED],
    [{ matchLabels: ["app"] }, REFUSED],
    [{ matchExpressions: [] }, "all"],
    [{ matchExpressions: [{ key: "app", operator: "In", values: ["b", "a"] }] }, 'app In "a","b"'],
    [{ matchExpressions: [{ key: "app", operator: "In", values: [null] }] }, 'app In ""'],
    [{ matchExpressions: [{ key: "app", operator: "In", values: [] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "In" }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "In", values: [1] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "In", values: ["a b"] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["a"] }] }, 'app NotIn "a"'],
    [{ matchExpressions: [{ key: "app", operator: "NotIn", values: null }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "Exists" }] }, "app Exists"],
    [{ matchExpressions: [{ key: "app", operator: "Exists", values: [] }] }, "app Exists"],
    [{ matchExpressions: [{ key: "app", operator: "Exists", values: ["a"] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }, "app DoesNotExist"],
    [{ matchExpressions: [{ key: "app", operator: "DoesNotExist", values: ["a"] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "in", values: ["a"] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", operator: "Gt", values: ["1"] }] }, REFUSED],
    [{ matchExpressions: [{ key: "app", values: ["a"] }] }, REFUSED],
    [{ matchExpressions: [{ operator: "Exists" }] }, REFUSED],
    [{ matchExpressions: [{ key: "a b", operator: "Exists" }] }, REFUSED],
    [{ matchExpressions: [null] }, REFUSED],
    [{ matchExpressions: { key: "app", operator: "Exists" } }, REFUSED],
    [
      { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "Exists" }] },
      'app In "web" & tier Exists',
    ],
    ["app", REFUSED],
  ];
  for (const [where, put, take] of [
    ["podSelector", (s: unknown) => policy({ podSelector: s }), undefined],
    [
      "a peer's namespaceSelector",
      (s: unknown) =>
        policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {}, namespaceSelector: s }] }] }),
      "namespaceSelector",
    ],
  ] as const) {
    describe(where, () => {
      // A peer without a namespaceSelector means its own namespace: another row.
      const own =
        take === undefined ? rows : rows.filter(([written]) => written !== undefined && written !== null);
      compare(
        own,
        put,
        (rule, object) => {
          if (take === undefined) return selectorText(object.podSelector.requirements);
          const peer = rule?.peers === "everyone" ? undefined : rule?.peers[0];
          return peer?.kind === "pods" && peer.namespaces !== "own"
            ? selectorText(peer.namespaces.requirements)
            : "none";
        },
        (rule, object) => {
          if (take === undefined) return selectorText(exactSelector(object.podSelector).requirements);
          const selector = rule?.peers.known ? rule.peers.value[0]?.[take] : undefined;
          return selector?.known && selector.value
            ? selectorText(exactSelector(selector.value).requirements)
            : "none";
        },
      );
    });
  }
});

describe("one reading of Kubernetes: a rule's peers", () => {
  const rows: Row[] = [
    [undefined, "everyone"],
    [null, "everyone"],
    [[], "everyone"],
    [[{}], REFUSED],
    [[null], REFUSED],
    [[{ podSelector: {} }], "own: all"],
    [[{ podSelector: {}, namespaceSelector: null }], "own: all"],
    [[{ namespaceSelector: {} }], "any: all"],
    [[{ podSelector: { matchLabels: { a: "b" } }, namespaceSelector: {} }], 'any: a In "b"'],
    [[{ ipBlock: { cidr: "10.0.0.0/8" } }], "block"],
    [[{ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }], REFUSED],
    [[{ ipBlock: { cidr: "10.0.0.0/8" }, namespaceSelector: {} }], REFUSED],
    [[{ ipBlock: {} }], REFUSED],
    [[{ ipBlock: null, podSelector: {} }], "own: all"],
    [{ podSelector: {} }, REFUSED],
  ];
  compare(
    rows,
    (from) => policy({ podSelector: {}, ingress: [from === undefined ? {} : { from }] }),
    (rule) => {
      if (rule?.peers === "everyone") return "everyone";
      const peer = rule?.peers[0];
      if (peer?.kind === "block") return "block";
      assert.ok(peer?.kind === "pods");
      return `${peer.namespaces === "own" ? "own" : "any"}: ${selectorText(peer.pods.requirements)}`;
    },
    (rule) => {
      assert.ok(rule?.peers.known);
      const [peer] = rule.peers.value;
      if (peer === undefined) return "everyone";
      const { ipBlock, namespaceSelector, podSelector } = peer;
      assert.ok(ipBlock.known && namespaceSelector.known && podSelector.known);
      if (ipBlock.value !== undefined) return "block";
      // The pack reports it as open to everyone, and so does whoever reads it like the API's older clients.
      if (namespaceSelector.value === undefined && podSelector.value === undefined) return REFUSED;
      const pods = selectorText(exactSelector(podSelector.value ?? []).requirements);
      return `${namespaceSelector.value === undefined ? "own" : "any"}: ${pods}`;
    },
  );
});

describe("one reading of Kubernetes: the directions that a policy isolates", () => {
  const rule = [{}];
  const rows: Row[] = [
    [{}, "yes no"],
    [{ policyTypes: null }, "yes no"],
    [{ policyTypes: [] }, "yes no"],
    [{ egress: [] }, "yes no"],
    [{ egress: null }, "yes no"],
    [{ egress: rule }, "yes yes"],
    [{ ingress: rule }, "yes no"],
    [{ policyTypes: [], egress: rule }, "yes yes"],
    [{ policyTypes: ["Egress"] }, "no yes"],
    [{ policyTypes: ["Ingress"], egress: rule }, "yes no"],
    [{ policyTypes: ["Ingress", "Egress"] }, "yes yes"],
    [{ policyTypes: ["Egress", "Egress"] }, "no yes"],
    [{ policyTypes: ["Ingress", "Egress", "Ingress"] }, REFUSED],
    [{ policyTypes: "Ingress" }, REFUSED],
  ];
  compare(
    rows,
    (spec) => policy({ podSelector: {}, ...(spec as object) }),
    (_, { ingress, egress }) => `${ingress.isolates} ${egress.isolates}`,
    (_, fact) => `${isolates(fact, "ingress")} ${isolates(fact, "egress")}`,
  );
});

describe("one reading of Kubernetes: a namespace's name", () => {
  const rows: Row[] = [
    [undefined, "default"],
    [null, "default"],
    ["", "default"],
    ["shop", "shop"],
    ["0a", "0a"],
    ["Shop", REFUSED],
    ["a.b", REFUSED],
    ["-a", REFUSED],
    ["x".repeat(63), "x".repeat(63)],
    ["x".repeat(64), REFUSED],
    [1, REFUSED],
  ];
  compare(
    rows,
    (namespace) => policy({ podSelector: {} }, namespace),
    (_, { namespace }) => namespace,
    (_, { namespace }) => (namespace.known ? namespace.value : "none"),
  );
});

describe("one reading of Kubernetes: a pod's labels", () => {
  const pod = (labels: unknown) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", labels },
    spec: {},
  });
  const rows: Row[] = [
    [undefined, ""],
    [null, ""],
    [{}, ""],
    [{ a: "b", c: "" }, "a=b,c="],
    [{ a: null }, "a="],
    [{ a: 1 }, REFUSED],
    [{ a: false }, REFUSED],
    [{ a: ["b"] }, REFUSED],
    [{ a: "b c" }, REFUSED],
    [{ a: "x".repeat(64) }, REFUSED],
    [{ "a b": "c" }, REFUSED],
    [{ "x.y/z": "c" }, "x.y/z=c"],
    [{ "X.y/z": "c" }, REFUSED],
    [["a"], REFUSED],
  ];
  const texts = (labels: readonly (readonly [string, unknown])[]): string =>
    labels
      .map(([key, value]) => `${key}=${String(value)}`)
      .sort()
      .join(",");
  for (const [written, read] of rows) {
    it(`${written === undefined ? "nothing" : JSON.stringify(written)} is ${read || "none"}`, () => {
      let reach = REFUSED;
      try {
        const { world } = readWorld([{ value: pod(written), source: { file: "a", document: 1 }, path: [] }]);
        reach = texts([...(world.workloads[0]?.variants[0]?.labels.known ?? [])]);
      } catch (error) {
        if (!(error instanceof PalisadeInputError)) throw error;
      }
      const props = reveal(pod(written));
      const [fact] = readFacts({ urn: "urn:p", type: "kubernetes:core/v1:Pod", name: "p", props });
      assert.ok(fact?.kind === "Workload" && fact.pods);
      const { labels } = fact.pods;
      const unread = !labels.known || [...labels.value.values()].some((value) => !value.known);
      const all = labels.known ? [...labels.value] : [];
      const pack = unread ? REFUSED : texts(all.map(([key, value]) => [key, value.known && value.value]));
      // Pulumi leaves out a null, so to the pack there is no label; nothing is decided by the empty one.
      const expected = read === "a=" && JSON.stringify(written) === '{"a":null}' ? "" : read;
      assert.deepEqual({ reach, pack }, { reach: read, pack: expected });
    });
  }
});

/** How Kubernetes 1.36.3's decoder reads an unquoted YAML scalar as a label's value. */
const YAML_LABELS: readonly (readonly [written: string, read: string])[] = [
  ...[
    "010",
    "0777",
    "08",
    "09.1",
    "0b11",
    "0o10",
    "0x10",
    "12:30:45",
    "1,000",
    "1.0",
    "1:20",
    "1_0",
    "1__0",
    "1e3",
  ],
  ...[
    "2001-12-14t21:59:43.10-05:00",
    "NO",
    "TRUE",
    "Yes",
    "+1",
    "-1",
    ".5",
    ".inf",
    ".nan",
    "<<",
    "=",
    "_1",
    "n",
  ],
  ...["no", "off", "on", "true", "y", "yes"],
].map((written) => [written, REFUSED] as const);
const YAML_TEXTS: readonly (readonly [written: string, read: string])[] = [
  ["0.1.2", "0.1.2"],
  ["0o8", "0o8"],
  ["0x", "0x"],
  ["1e", "1e"],
  ["2026-01-01", "2026-01-01"],
  ["NULL", ""],
  ["Null", ""],
  ["!!str 1", "1"],
  ["!!str yes", "yes"],
  ['"x"', "x"],
  ["'x'", "x"],
  ["~", ""],
  ["null", ""],
  ["tRue", "tRue"],
  ["y1", "y1"],
];
const YAML_PORTS: readonly (readonly [written: string, read: string])[] = [
  ...[
    "0120",
    "080",
    "0_120",
    "0b1010000",
    "0o120",
    "0x50",
    "80 # c",
    "80.0",
    "8_0",
    "8__0",
    "8e1",
    "+80",
  ].map((written) => [written, "TCP 80"] as const),
  ["1_000", "TCP 1000"],
  ["1e1", "TCP 10"],
  ["1:20", REFUSED],
  ["80.5", REFUSED],
  ['"http"', "no ports TCP/http"],
];

describe("one reading of Kubernetes: a scalar of YAML", () => {
  const manifest = (spec: string): object => {
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n${spec}`;
    const [document] = parseManifests({ name: "a.yaml", bytes: Buffer.from(text) });
    assert.ok(document !== undefined);
    return document.value as object;
  };
  describe("as a label's value", () => {
    const rows: Row[] = [
      ...YAML_LABELS,
      ...YAML_TEXTS.map(([written, read]) => [written, `a In "${read}"`] as const),
    ];
    for (const [written, read] of rows) {
      it(`${String(written)} is ${read}`, () => {
        const object = manifest(`  podSelector: {matchLabels: {a: ${String(written)}}}`);
        assert.equal(
          inReachability(object, (_, { podSelector }) => selectorText(podSelector.requirements)),
          read,
        );
        // Of null the pack makes nothing: Pulumi leaves out what the API server reads as the empty text.
        const packs = inPack(object, (_, { podSelector }) =>
          selectorText(exactSelector(podSelector).requirements),
        );
        assert.equal(packs, read === 'a In ""' ? REFUSED : read);
      });
    }
  });
  describe("as a port", () => {
    for (const [written, read] of YAML_PORTS) {
      it(`${written} is ${read}`, () => {
        const object = manifest(`  podSelector: {}\n  ingress:\n  - ports:\n    - port: ${written}`);
        const reach = inReachability(object, portsInReachability);
        assert.deepEqual([reach, inPack(object, portsInPack)], [read, read]);
      });
    }
  });
});
