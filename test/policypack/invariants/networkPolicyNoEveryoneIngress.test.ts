// Longer than most: the same defect in every spelling.
import { strict as assert } from "node:assert";
import {
  block,
  COMPLIANT,
  freshPack,
  ingressFrom,
  policy,
  run,
  UNKNOWN,
  verdicts,
  withWeb,
} from "../helpers";

const NAME = "network-policy-no-everyone-ingress";
const judge = (change: object, config = {}) => verdicts(run(withWeb(change), config));
/** What this policy alone says, where others have something to say too. */
const judgeAlone = (change: object) => verdicts(run(withWeb(change), {}, { only: NAME }));
const ports = [{ protocol: "TCP", port: 443 }];
const expressions = (key: string, operator: string, ...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key, operator, values }] },
});

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "a rule without from": { ingress: [{}] },
    "a rule with ports and no from": { ingress: [{ ports }] },
    "an empty from": ingressFrom(),
    "a null from": { ingress: [{ from: null, ports }] },
    "an empty peer": ingressFrom({}),
    "every namespace": ingressFrom({ namespaceSelector: {} }),
    "every namespace, with empty selectors spelled out": ingressFrom({
      namespaceSelector: { matchLabels: {}, matchExpressions: [] },
      podSelector: {},
    }),
    "every namespace, by the label that all have": ingressFrom(
      expressions("kubernetes.io/metadata.name", "Exists"),
    ),
    "every namespace but one by name": ingressFrom(
      expressions("kubernetes.io/metadata.name", "NotIn", "nonexistent"),
    ),
    "every namespace but one, whose name isn't known yet": ingressFrom(
      expressions("kubernetes.io/metadata.name", "NotIn", UNKNOWN),
    ),
    "every pod without some label": ingressFrom({
      namespaceSelector: {},
      podSelector: { matchExpressions: [{ key: "zzz", operator: "DoesNotExist" }] },
    }),
    "every namespace with a label that all must have": ingressFrom(
      expressions("app.kubernetes.io/part-of", "Exists"),
    ),
    "two selectors that are each other's complement": ingressFrom(
      expressions("team", "In", "a"),
      expressions("team", "NotIn", "a"),
    ),
    "0.0.0.0/0": ingressFrom(block("0.0.0.0/0")),
    "0.0.0.0/0 spelled with leading zeros": ingressFrom(block("000.0.0.0/00")),
    "0.0.0.0/0 spelled with host bits": ingressFrom(block("10.0.0.1/0")),
    "::/0": ingressFrom(block("::/0")),
    "the world but one address": ingressFrom(block("0.0.0.0/0", "192.0.2.1/32")),
    "the internet without private ranges": ingressFrom(block("0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16")),
    "one half of the world": ingressFrom(block("128.0.0.0/1")),
    "the world in halves within a rule": ingressFrom(block("0.0.0.0/1"), block("128.0.0.0/1")),
    "neighbouring blocks across rules": {
      ingress: ["4.0.0.0/8", "5.0.0.0/8"].map((cidr) => ({
        from: [block(cidr)],
        ports,
      })),
    },
    "an eighth of the world": ingressFrom(block("32.0.0.0/3")),
    "two neighbours, each as wide as one owner's block may be": ingressFrom(
      block("4.0.0.0/8"),
      block("5.0.0.0/8"),
    ),
    "a tenth of the world in many blocks": ingressFrom(
      ...Array.from({ length: 24 }, (_, i) => block(`${i + i + 12}.0.0.0/8`)),
    ),
    "a whole private range": ingressFrom(block("10.0.0.0/8")),
    "half of the world as an IPv4-mapped block": ingressFrom(block("::ffff:0.0.0.0/97")),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(change), [`${NAME} web`]));
  }

  for (const [claim, change] of Object.entries({
    "pods of the same namespace": ingressFrom({ podSelector: {} }),
    "pods by label in any namespace": ingressFrom({
      namespaceSelector: {},
      podSelector: { matchLabels: { app: "prometheus" } },
    }),
    "labelled pods outside one namespace": ingressFrom({
      ...expressions("kubernetes.io/metadata.name", "NotIn", "guests"),
      podSelector: { matchLabels: { app: "prometheus" } },
    }),
    "pods of the same namespace but some": ingressFrom({
      podSelector: { matchExpressions: [{ key: "zzz", operator: "DoesNotExist" }] },
    }),
    "namespaces that have a label of their own": ingressFrom(expressions("team", "Exists")),
    "all pods of one namespace": ingressFrom({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
    }),
    "two blocks that aren't neighbours": ingressFrom(block("3.0.0.0/8"), block("54.0.0.0/8")),
    "an owner's IPv6 networks": ingressFrom(block("2003::/19"), block("2a01:c000::/19")),
    "an office's addresses": ingressFrom(block("198.51.100.0/24"), block("2001:db8::/32")),
    "a part of a private range": ingressFrom(block("10.0.0.0/9")),
    "neighbouring blocks on different ports": {
      ingress: ["4.0.0.0/8", "5.0.0.0/8", "6.0.0.0/8", "7.0.0.0/8"].map((cidr, index) => ({
        from: [block(cidr)],
        ports: [{ protocol: "TCP", port: 1000 + index }],
      })),
    },
    "no rules at all": { ingress: [] },
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judgeAlone(change), []));
  }

  for (const cidr of [
    "2000::/5",
    "2001::/16",
    "2002::/15",
    "2400::/12",
    "2600::/12",
    "2800::/12",
    "2a00::/12",
    "2c00::/12",
  ]) {
    it(`reports ${cidr}: a registry's addresses are the internet`, () =>
      assert.deepEqual(judge(ingressFrom(block(cidr))), [`${NAME} web`]));
  }

  it("leaves rules without effect to network-policy-explicit-types", () => {
    assert.deepEqual(judge({ policyTypes: ["Egress"], ingress: [{}] }), [
      "network-policy-explicit-types web",
    ]);
  });

  it("takes a cluster's own range whole for everyone, once config tells it", () => {
    const change = ingressFrom(block("10.42.0.0/16"));
    const config = { settings: { clusterRanges: ["10.42.0.0/16"] } };
    assert.deepEqual([judge(change), judge(change, config)], [[], [`${NAME} web`]]);
  });

  it("lets ports be public that config names, and no others", () => {
    const config = { [NAME]: { publicPorts: ["tcp/443"] } };
    const both = { ingress: [{ ports: [...ports, { protocol: "TCP", port: 22 }] }] };
    assert.deepEqual([judge({ ingress: [{ ports }] }, config), judge(both, config)], [[], [`${NAME} web`]]);
  });

  it("refuses public ports that are every port, which would judge nothing", () => {
    for (const publicPorts of [["tcp/1-65535"], ["udp/1-65534"], ["tcp/1-500", "tcp/501-2000", "what"]]) {
      const config = { [NAME]: { publicPorts } };
      const reports = run(withWeb({ ingress: [{ ports }] }), config, { only: NAME, pack: freshPack() });
      assert.match(reports[0]?.message ?? "", /publicPorts: holds every well-known (TCP|UDP) port/);
      assert.deepEqual(verdicts(reports).slice(1), [`${NAME} web`]);
    }
    const media = { [NAME]: { publicPorts: ["udp/10000-60000"] } };
    const rule = { ports: [{ protocol: "UDP", port: 20000, endPort: 30000 }] };
    assert.deepEqual(judge({ ingress: [rule] }, media), []);
  });

  it("accepts an observed namespace's allow-all until its day, and only that shape", () => {
    const observe = (until: string) => ({
      settings: { observe: [{ namespace: "shop", until, reason: "adoption", owner: "team" }] },
    });
    const open = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] };
    const stack = (spec: object, where = "shop") => [...COMPLIANT, policy("open", spec, where)];
    const about = (resources: ReturnType<typeof stack>, config: object) =>
      verdicts(run(resources, config as Record<string, object>)).filter((verdict) =>
        verdict.includes("open"),
      );
    const both = ["network-policy-no-everyone-egress open", `${NAME} open`];
    assert.deepEqual(about(stack(open), observe("2026-11-22")), []);
    assert.deepEqual(about(stack(open), observe("2026-11-21")), both);
    assert.deepEqual(about(stack(open), {}), both);
    assert.deepEqual(
      about(stack({ ...open, podSelector: { matchLabels: { a: "b" } } }), observe("2026-12-31")),
      both,
    );
    assert.deepEqual(about(stack({ ...open, egress: [] }), observe("2026-12-31")), [`${NAME} open`]);
    assert.deepEqual(about(stack({ ...open, ingress: [{}, {}] }), observe("2026-12-31")), [...both, both[1]]);
    assert.deepEqual(about(stack(open, UNKNOWN), observe("2026-12-31")).slice(0, 3), [
      "namespace-default-deny open?",
      ...both,
    ]);
    assert.deepEqual(about(stack(open, "other"), observe("2026-12-31")), [
      "namespace-default-deny open",
      ...both,
    ]);
  });

  it("accepts one observed workload's allow-all until its day, and no other's", () => {
    const entry = { namespace: "shop", reason: "watching", owner: "team" };
    const observe = (labels: object, until = "2026-11-22") => ({
      settings: { observe: [{ ...entry, labels, until }] },
    });
    const everyone = { policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] };
    const about = (podSelector: object, config: Record<string, object>, where = "shop") =>
      verdicts(
        run([...COMPLIANT, policy("open", { podSelector, ...everyone }, where)], config, {
          only: [
            NAME,
            "network-policy-no-everyone-egress",
            "namespace-default-deny",
            "every-workload-isolated",
          ],
        }),
      );
    const both = ["network-policy-no-everyone-egress open", `${NAME} open`];
    const db = { matchLabels: { app: "db", tier: "data" } };
    const labels = db.matchLabels;
    assert.deepEqual(about(db, observe(labels)), []);
    assert.deepEqual(about(db, {}), both);
    assert.deepEqual(about(db, observe(labels, "2026-11-21")), both);
    assert.deepEqual(about(db, observe({ app: "db" })), both);
    assert.deepEqual(about({ matchLabels: { app: "db" } }, observe(labels)), both);
    assert.deepEqual(about({}, observe(labels)), both);
    assert.deepEqual(about({ matchLabels: UNKNOWN }, observe(labels)), both);
    assert.deepEqual(about(db, observe(labels), "other"), ["namespace-default-deny open", ...both]);
  });

  for (const [claim, change] of Object.entries({
    "unknown rules": { ingress: UNKNOWN },
    "an unknown rule": { ingress: [UNKNOWN] },
    "unknown peers": { ingress: [{ from: UNKNOWN, ports }] },
    "an unknown peer": ingressFrom(UNKNOWN),
    "an unknown CIDR": ingressFrom({ ipBlock: { cidr: UNKNOWN } }),
    "unknown exceptions": ingressFrom({ ipBlock: { cidr: "0.0.0.0/0", except: UNKNOWN } }),
    "an unknown namespace selector": ingressFrom({ namespaceSelector: UNKNOWN }),
    "unknown labels": ingressFrom({ namespaceSelector: { matchLabels: UNKNOWN } }),
    "an unknown pod selector beside every namespace": ingressFrom({
      namespaceSelector: {},
      podSelector: UNKNOWN,
    }),
  })) {
    it(`names ${claim} as not yet known`, () => {
      const reports = run(withWeb(change), {}, { only: NAME });
      assert.deepEqual(verdicts(reports), [`${NAME} web?`]);
      assert.match(reports[0]?.message ?? "", /spec\.ingress.* \(not yet known\)\.$/);
      assert.equal(reports[0]?.level, "advisory");
    });
  }

  it("is silent on a label whose key is known: whatever its value is, it narrows", () => {
    const selector = { matchLabels: { "kubernetes.io/metadata.name": UNKNOWN } };
    assert.deepEqual(judge(ingressFrom({ namespaceSelector: selector })), []);
  });

  it("reports what is certain beside what isn't known", () => {
    const change = {
      ingress: [{ from: [{ namespaceSelector: UNKNOWN }, block("0.0.0.0/0")], ports: UNKNOWN }],
    };
    assert.deepEqual(judgeAlone(change), [`${NAME} web`]);
  });
});
