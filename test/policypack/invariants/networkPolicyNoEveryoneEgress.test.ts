import { strict as assert } from "node:assert";
import { block, egressTo, INTERNET, run, UNKNOWN, verdicts, withWeb } from "../helpers";

const NAME = "network-policy-no-everyone-egress";
const METADATA = "network-policy-no-metadata-egress";
const judge = (change: object, config = {}) => verdicts(run(withWeb(change), config));
const except = INTERNET.ipBlock.except;

/** What the two policies about addresses say, where others have something to say too. */
const judgeWith = (change: object) => verdicts(run(withWeb(change), {}, { only: [NAME, METADATA] }));

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "a rule without to": { egress: [{}] },
    "ports without to": { egress: [{ ports: [{ protocol: "UDP", port: 53 }] }] },
    "an empty to": egressTo(),
    "every namespace": egressTo({ namespaceSelector: {} }),
    "every namespace and pod": egressTo({ namespaceSelector: {}, podSelector: {} }),
    "every namespace but one, on every port": {
      egress: [
        {
          to: [
            {
              namespaceSelector: {
                matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["x"] }],
              },
            },
          ],
        },
      ],
    },
    "the internet on every port": { egress: [{ to: [INTERNET] }] },
    "the internet on every TCP port": {
      egress: [{ to: [INTERNET], ports: [{ protocol: "TCP", port: 1, endPort: 65535 }] }],
    },
    "the internet with one private range left in": egressTo(
      block("0.0.0.0/0", ...except.filter((range) => range !== "172.16.0.0/12")),
    ),
    "the internet with shared addresses left in": egressTo(
      block("0.0.0.0/0", ...except.filter((range) => range !== "100.64.0.0/10")),
    ),
    "the internet with half of a private range left in": egressTo(
      block("0.0.0.0/0", ...except.map((range) => (range === "10.0.0.0/8" ? "10.0.0.0/9" : range))),
    ),
    "the internet on every port but one": {
      egress: [{ to: [INTERNET], ports: [{ protocol: "TCP", port: 1, endPort: 65534 }] }],
    },
    "the internet on every UDP port": { egress: [{ to: [INTERNET], ports: [{ protocol: "UDP" }] }] },
    "the internet on every port, in three rules": {
      egress: [1, 20001, 40001].map((port) => ({
        to: [INTERNET],
        ports: [{ protocol: "TCP", port, endPort: port + 19999 }],
      })),
    },
    "an eighth of the internet on every port": { egress: [{ to: [block("32.0.0.0/3")] }] },
    "a block that holds a private range among public ones": egressTo(block("8.0.0.0/5")),
    "10.0.0.0/8": egressTo(block("10.0.0.0/8")),
    "172.16.0.0/12": egressTo(block("172.16.0.0/12")),
    "192.168.0.0/16 in halves": egressTo(block("192.168.0.0/17"), block("192.168.128.0/17")),
    "100.64.0.0/10": egressTo(block("100.64.0.0/10")),
    "the internet and a whole private range beside it": egressTo(INTERNET, block("10.0.0.0/8")),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(change), [`${NAME} web`]));
  }

  for (const [claim, change] of Object.entries({
    "0.0.0.0/0": egressTo(block("0.0.0.0/0")),
    "::/0": egressTo(block("::/0")),
    "all private IPv6 addresses": egressTo(block("fd00::/8")),
    "IPv6 without link-local only": egressTo(block("::/0", "fe80::/10")),
    "the world in halves within a rule": egressTo(block("0.0.0.0/1"), block("128.0.0.0/1")),
    "the world in halves across rules": {
      egress: ["0.0.0.0/1", "128.0.0.0/1"].map((cidr) => ({ to: [block(cidr)] })),
    },
  })) {
    it(`reports ${claim}, which holds instance metadata too`, () => {
      assert.deepEqual([...new Set(judge(change))], [`${NAME} web`, `${METADATA} web`]);
    });
  }

  for (const [claim, change] of Object.entries({
    "the internet on stated ports": egressTo(INTERNET),
    "the internet in IPv6": egressTo(block("::/0", "fc00::/7", "fe80::/10", "64:ff9b::/96")),
    "the internet and a database's subnets": egressTo(INTERNET, block("10.20.0.0/24"), block("10.20.1.0/24")),
    "a part of a private range": egressTo(block("10.0.0.0/9"), block("192.168.0.0/17")),
    "the internet on a protocol's higher ports": {
      egress: [{ to: [INTERNET], ports: [{ protocol: "UDP", port: 49152, endPort: 65535 }] }],
    },
    "a cloud's published ranges": egressTo(block("52.0.0.0/8"), block("54.0.0.0/8"), block("3.0.0.0/8")),
    "pods by label in any namespace": egressTo({
      namespaceSelector: {},
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    }),
    "the internet as subtracted blocks": egressTo(
      ...["1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4"].map(
        (cidr) => block(cidr),
      ),
      ...["32.0.0.0/3", "64.0.0.0/3", "96.0.0.0/6", "128.0.0.0/3"].map((cidr) => block(cidr)),
    ),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(change), []));
  }

  it("finds a private range in one of many subtracted blocks", () => {
    const blocks = ["1.0.0.0/8", "8.0.0.0/5", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/3", "128.0.0.0/3"];
    const reports = run(withWeb(egressTo(...blocks.map((cidr) => block(cidr)))));
    assert.deepEqual(verdicts(reports), [`${NAME} web`]);
    assert.match(reports[0]?.message ?? "", /private hosts in 10\.0\.0\.0\/8 may be reached/);
  });

  it("takes a whole private range for a destination once config tells where the cluster is", () => {
    const config = { settings: { clusterRanges: ["10.42.0.0/16"] } };
    assert.deepEqual(judge(egressTo(block("192.168.0.0/16")), config), []);
    assert.deepEqual(judge(egressTo(block("10.0.0.0/8")), config), [`${NAME} web`]);
  });

  it("counts the cluster's own ranges among what the internet leaves out", () => {
    const config = { settings: { clusterRanges: ["203.0.113.0/24"] } };
    assert.deepEqual(judge(egressTo(INTERNET), config), [`${NAME} web`]);
    const narrowed = egressTo(block("0.0.0.0/0", ...except, "203.0.113.0/24"));
    assert.deepEqual(judge(narrowed, config), []);
  });

  it("offers a remedy that passes", () => {
    const [report] = run(withWeb(egressTo(block("0.0.0.0/0", "169.254.0.0/16"))));
    const listed = /except: \[([^\]]*)\]/.exec(report?.message ?? "")?.[1] ?? "";
    const ranges = JSON.parse(`[${listed}]`) as string[];
    assert.deepEqual(judge(egressTo(block("0.0.0.0/0", ...ranges))), []);
  });

  it("names an unknown destination as not yet known", () => {
    const question = [`${NAME} web?`, `${METADATA} web?`];
    assert.deepEqual(judgeWith(egressTo({ ipBlock: { cidr: UNKNOWN } })), question);
    assert.deepEqual(judgeWith({ egress: UNKNOWN }), question);
    assert.deepEqual(judgeWith({ egress: [{ to: UNKNOWN }] }), question);
  });

  it("asks about unknown ports only where they matter", () => {
    assert.deepEqual(judgeWith({ egress: [{ to: [INTERNET], ports: UNKNOWN }] }), [`${NAME} web?`]);
    assert.deepEqual(judgeWith({ egress: [{ to: [block("10.0.0.0/24")], ports: UNKNOWN }] }), []);
  });
});
