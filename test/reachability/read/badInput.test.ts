// Longer than most: a table, one row a mistake.
import { strict as assert } from "node:assert";
import { PalisadeInputError, placeText } from "../../../problems";
import { readWorld, type WorldOptions } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

const policy = (spec: unknown, metadata: unknown = { name: "p", namespace: "shop" }) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata,
  spec,
});
const ingress = (rule: unknown) => policy({ podSelector: {}, ingress: [rule] });
const from = (peer: unknown) => ingress({ from: [peer] });
const port = (value: unknown) => ingress({ ports: [value] });
const selecting = (podSelector: unknown) => policy({ podSelector });

/** The places and messages of an input's problems. */
function problems(...objects: unknown[]): string[] {
  try {
    readWorld(sourced(objects));
  } catch (error) {
    if (error instanceof PalisadeInputError) {
      return error.problems.map(
        ({ place: [, subject, path], message }) =>
          `${placeText(subject === undefined ? [] : [subject])} | ${placeText(path === undefined ? [] : [path])} | ${message}`,
      );
    }
    throw error;
  }
  return [];
}

const P = "NetworkPolicy shop/p";
const PEER = "spec.ingress[0].from[0]";
const PORT = "spec.ingress[0].ports[0]";

const refused: readonly [claim: string, object: unknown, ...expected: string[]][] = [
  [
    "a CIDR that is none",
    from({ ipBlock: { cidr: "internet" } }),
    `${P} | ${PEER}.ipBlock.cidr | "internet" isn't a CIDR: expected an address, a slash and a prefix length`,
  ],
  [
    "a prefix too long",
    from({ ipBlock: { cidr: "10.0.0.0/33" } }),
    `${P} | ${PEER}.ipBlock.cidr | "10.0.0.0/33" has a prefix length that isn't a whole number from 0 to 32`,
  ],
  [
    "a block without cidr",
    from({ ipBlock: {} }),
    `${P} | ${PEER}.ipBlock.cidr | "" isn't a CIDR: expected an address, a slash and a prefix length`,
  ],
  [
    "an except outside its cidr",
    from({ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }),
    `${P} | ${PEER}.ipBlock.except[0] | 11.0.0.0/16 isn't a smaller part of 10.0.0.0/8`,
  ],
  [
    "an except equal to its cidr",
    from({ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }),
    `${P} | ${PEER}.ipBlock.except[0] | 10.0.0.0/8 isn't a smaller part of 10.0.0.0/8`,
  ],
  [
    "a block beside a selector",
    from({ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }),
    `${P} | ${PEER} | has an ipBlock and a selector; make them two peers`,
  ],
  [
    "an empty peer",
    from({}),
    `${P} | ${PEER} | is empty: give a podSelector, a namespaceSelector or an ipBlock`,
  ],
  [
    "a null peer",
    from(null),
    `${P} | ${PEER} | is empty: give a podSelector, a namespaceSelector or an ipBlock`,
  ],
  [
    "a misspelled peer field",
    from({ podselector: {} }),
    `${P} | ${PEER}.podselector | unknown field; the fields here are podSelector, namespaceSelector, ipBlock`,
    `${P} | ${PEER} | is empty: give a podSelector, a namespaceSelector or an ipBlock`,
  ],
  [
    "`to` where `from` belongs",
    ingress({ to: [{ podSelector: {} }] }),
    `${P} | spec.ingress[0].to | unknown field; the fields here are from, ports`,
  ],
  [
    "endPort before port",
    port({ port: 80, endPort: 79 }),
    `${P} | ${PORT}.endPort | 79 is less than port 80`,
  ],
  [
    "endPort with a named port",
    port({ port: "http", endPort: 90 }),
    `${P} | ${PORT}.endPort | can't follow the named port "http"`,
  ],
  ["endPort without port", port({ endPort: 90 }), `${P} | ${PORT}.endPort | needs a port`],
  ["port 0", port({ port: 0 }), `${P} | ${PORT}.port | 0 isn't a port: 1-65535 or a name`],
  ["port 65536", port({ port: 65536 }), `${P} | ${PORT}.port | 65536 isn't a port: 1-65535 or a name`],
  [
    "a quoted number",
    port({ port: "80" }),
    `${P} | ${PORT}.port | "80" isn't a port name: write a number without quotes`,
  ],
  [
    "a port name too long",
    port({ port: "a-very-long-name" }),
    `${P} | ${PORT}.port | "a-very-long-name" isn't a port name`,
  ],
  [
    "a protocol in lower case",
    port({ protocol: "tcp", port: 1 }),
    `${P} | ${PORT}.protocol | "tcp" is none of TCP, UDP, SCTP`,
  ],
  [
    "an operator that is none",
    selecting({ matchExpressions: [{ key: "a", operator: "Equals", values: ["b"] }] }),
    `${P} | spec.podSelector.matchExpressions[0].operator | "Equals" is none of In, NotIn, Exists, DoesNotExist`,
  ],
  [
    "In without values",
    selecting({ matchExpressions: [{ key: "a", operator: "In" }] }),
    `${P} | spec.podSelector.matchExpressions[0].values | In needs at least one value`,
  ],
  [
    "Exists with values",
    selecting({ matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] }),
    `${P} | spec.podSelector.matchExpressions[0].values | Exists takes no values`,
  ],
  [
    "a label key that is none",
    selecting({ matchLabels: { "a b": "c" } }),
    `${P} | spec.podSelector.matchLabels["a b"] | "a b" isn't a label key`,
  ],
  [
    "a label value that is none",
    selecting({ matchLabels: { a: "not ok" } }),
    `${P} | spec.podSelector.matchLabels.a | "not ok" isn't a label value`,
  ],
  [
    "a label that is a number",
    selecting({ matchLabels: { version: 1.5 } }),
    `${P} | spec.podSelector.matchLabels.version | expected a string, found 1.5: put it in quotes`,
  ],
  [
    "a policy type that is none",
    policy({ policyTypes: ["Both"] }),
    `${P} | spec.policyTypes[0] | "Both" is neither Ingress nor Egress`,
  ],
  [
    "three policy types",
    policy({ policyTypes: ["Ingress", "Egress", "Ingress"] }),
    `${P} | spec.policyTypes | holds more than two policy types`,
  ],
  ["rules that aren't a list", policy({ ingress: {} }), `${P} | spec.ingress | expected a list, found a map`],
  ["a spec that is text", policy("open"), `${P} | spec | expected a map, found "open"`],
  [
    "a name that is a number",
    policy({}, { name: 7 }),
    "NetworkPolicy | metadata.name | expected a string, found 7: put it in quotes",
  ],
  ["no name", policy({}, {}), "NetworkPolicy | metadata.name | is missing"],
  ["no metadata", policy({}, null), "NetworkPolicy | metadata | is missing, and with it the name"],
  [
    "a name with capitals",
    policy({}, { name: "Web" }),
    'NetworkPolicy | metadata.name | "Web" isn\'t an object name',
  ],
  [
    "a namespace with dots",
    policy({}, { name: "p", namespace: "a.b" }),
    'NetworkPolicy | metadata.namespace | "a.b" isn\'t a namespace name',
  ],
  [
    "no apiVersion",
    { kind: "NetworkPolicy", metadata: { name: "p" } },
    "NetworkPolicy | apiVersion | is missing",
  ],
  [
    "an apiVersion long gone",
    { apiVersion: "extensions/v1beta1", kind: "NetworkPolicy", metadata: { name: "p" } },
    "NetworkPolicy | apiVersion | extensions/v1beta1 is not served; write networking.k8s.io/v1",
  ],
  ["a kind that isn't a string", { apiVersion: "v1", kind: 3 }, "3 | kind | expected a string, found 3"],
  [
    "items that aren't a list",
    { apiVersion: "v1", kind: "List", items: {} },
    "List | items | expected a list, found a map",
  ],
];

describe("reachability: bad input", () => {
  for (const [claim, object, ...expected] of refused) {
    it(`refuses ${claim}`, () => assert.deepEqual(problems(object), expected));
  }

  it("says all problems at once, with the way into a List", () => {
    const list = { apiVersion: "v1", kind: "List", items: [port({ port: 0 }), from({})] };
    assert.deepEqual(problems(list, policy({ policyTypes: ["X"] }, { name: "q" })), [
      `${P} | items[0].${PORT}.port | 0 isn't a port: 1-65535 or a name`,
      `${P} | items[1] | is also in world.yaml, document 1, but different`,
      'NetworkPolicy default/q | spec.policyTypes[0] | "X" is neither Ingress nor Egress',
    ]);
  });

  it("takes the same object twice for one, and different ones of one name for a mistake", () => {
    const same = policy({ podSelector: {} });
    assert.deepEqual(problems(same, { ...same }), []);
    assert.deepEqual(problems(same, policy({ podSelector: {}, ingress: [{}] })), [
      `${P} |  | is also in world.yaml, document 1, but different`,
    ]);
  });

  it("counts what it skips, and says which policies it doesn't compute", () => {
    const { warnings } = readWorld(
      sourced([
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } },
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: { name: "c" },
          spec: { ingress: [{}] },
        },
        { apiVersion: "crd.projectcalico.org/v1", kind: "NetworkPolicy", metadata: { name: "c" } },
        "text",
        { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "shop" } },
      ]),
    );
    assert.deepEqual(warnings, [
      "objects of kinds that don't bear on reachability were skipped (1: ConfigMap in world.yaml)",
      'documents that aren\'t Kubernetes objects were skipped (1: world.yaml, "text")',
      "namespaces are referred to but not given; their only label is their name (2: shop, default)",
      "what policies of kinds that aren't computed may change is unknown (2: CiliumNetworkPolicy default/c, NetworkPolicy.crd.projectcalico.org default/c)",
    ]);
  });

  const LAX = [
    [
      "10.0.0.1/8",
      "has bits beyond its prefix",
      "10.0.0.0/8",
      "CIDRs that aren't canonical were read without the bits beyond their prefix",
    ],
    [
      "010.0.0.0/8",
      "has leading zeros",
      "10.0.0.0/8",
      "CIDRs with leading zeros were read as decimal numbers",
    ],
    [
      "10.0.0.0/08",
      "has leading zeros",
      "10.0.0.0/8",
      "CIDRs with leading zeros were read as decimal numbers",
    ],
    [
      "::ffff:10.0.0.0/104",
      "is an IPv4 block written as IPv6",
      "10.0.0.0/8",
      "IPv4 blocks written as IPv6 were read as the IPv4 blocks that they are",
    ],
  ] as const;
  for (const [cidr, fault, canonical, warning] of LAX) {
    it(`refuses ${cidr} in a new object, as API servers do since 1.36, and names the block to write`, () => {
      assert.deepEqual(problems(from({ ipBlock: { cidr } })), [
        `NetworkPolicy shop/p | spec.ingress[0].from[0].ipBlock.cidr | "${cidr}" ${fault}, which API servers refuse since Kubernetes 1.36: write ${canonical}, or give --kubernetes 1.35 for an older server`,
      ]);
    });

    it(`reads ${cidr} of an export, and for an older server, and says so`, () => {
      const object = from({ ipBlock: { cidr } });
      const said = [`${warning} (1: NetworkPolicy shop/p: ${cidr})`];
      const read = (more: object, options: WorldOptions = {}) =>
        readWorld(sourced([{ ...object, ...more }]), options).warnings.slice(0, 1);
      assert.deepEqual(read({}, { kubernetes: "1.35" }), said);
      assert.deepEqual(read({ status: {} }), said);
      for (const own of [{ uid: "1" }, { resourceVersion: "1" }])
        assert.deepEqual(read({ metadata: { name: "p", namespace: "shop", ...own } }), said);
    });
  }

  it("takes another spelling of IPv6 in new objects, with a warning", () => {
    const { warnings } = readWorld(sourced([from({ ipBlock: { cidr: "2001:0DB8::/32" } })]));
    assert.deepEqual(warnings.slice(0, 1), [
      "CIDRs were written in another way than they are printed (1: NetworkPolicy shop/p: 2001:0DB8::/32)",
    ]);
  });

  it("says once that an ipBlock may match a pod without address", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "shop" } };
    const { warnings } = readWorld(sourced([from({ ipBlock: { cidr: "10.0.0.0/8" } }), pod]));
    assert.deepEqual(warnings.slice(1), [
      "it isn't known whether ipBlocks match pods whose addresses aren't known; --pod-cidr says where they are (1: shop/p[Pod])",
    ]);
  });

  it("refuses lists that aliases blow up, instead of walking them", () => {
    const peer = { podSelector: {} };
    const rule = { from: Array.from({ length: 2_000 }, () => peer) };
    const bomb = policy({ ingress: Array.from({ length: 2_000 }, () => rule) });
    const found = problems(bomb);
    assert.ok(found.length > 0 && found.every((line) => line.includes("expands to more than 1000000 items")));
  });
});
