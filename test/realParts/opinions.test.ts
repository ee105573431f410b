import { strict as assert } from "node:assert";
import type { Verdict } from "../e2e/matrix/cells";
import { type OpinionEnd, pairsOf, packetsOf } from "../e2e/opinions/cells";
import { judge } from "../e2e/opinions/compare";
import { cilium, referenceEngine, referenceOlderTiers, referenceTiers } from "../e2e/opinions/opinions";
import type { PlacedWorld } from "../e2e/opinions/placedWorld";
import type { TwinClusterNetworkPolicy, TwinTierPolicy, TwinWorld } from "../twin/world";

const running: TwinWorld = {
  namespaces: [{ name: "a" }],
  pods: [
    {
      namespace: "a",
      name: "web",
      ips: ["10.0.0.1"],
      node: "n1",
      labels: { app: "web" },
      containerPorts: [{ name: "web", containerPort: 8080 }],
    },
    {
      ...{ namespace: "a", name: "db", ips: ["10.0.0.2"], node: "n2", labels: { app: "db" } },
      sidecarPorts: [{ name: "sql", containerPort: 5432 }],
    },
  ],
  networkPolicies: [
    {
      metadata: { namespace: "a", name: "db" },
      spec: { podSelector: { matchLabels: { app: "db" } }, ingress: [{ ports: [{ port: "sql" }] }] },
    },
  ],
};
const nodes = [
  { name: "n1", ips: ["192.168.0.1"] },
  { name: "n2", ips: ["192.168.0.2"] },
];
const world: PlacedWorld = { running, nodes, told: running, nodesTold: true };
const end = (name: string): OpinionEnd => ({
  namespace: "a",
  name,
  ips: [name === "web" ? "10.0.0.1" : "10.0.0.2"],
});

describe("the real parts' second opinions", () => {
  const said = (
    measure: typeof cilium,
    [from, to, port]: readonly [OpinionEnd, OpinionEnd, number],
    ours: Verdict | "unknown",
    theirs: Verdict,
  ) => judge(measure, world, { from, to, protocol: "TCP", port }, { ours, theirs }, () => true);
  const sql = [end("web"), end("db"), 5432] as const;
  const http = [end("web"), end("db"), 80] as const;

  it("a difference that no departure explains is wrong, whoever made it", () => {
    assert.equal(said(referenceEngine, http, "blocked", "allowed").kind, "wrong");
    assert.equal(said(referenceEngine, http, "allowed", "blocked").kind, "wrong");
    assert.equal(said(cilium, http, "allowed", "blocked").kind, "wrong");
  });

  it("agreeing on what is wrong is wrong, too", () => {
    assert.equal(said(referenceEngine, http, "blocked", "blocked").kind, "same");
    assert.equal(said(referenceEngine, http, "allowed", "allowed").kind, "wrong");
  });

  it("a departure has to give exactly what the other implementation said", () => {
    const names = { kind: "departure", names: ["sidecar-names"] };
    assert.deepEqual(said(referenceEngine, sql, "allowed", "blocked"), names);
    assert.equal(said(referenceEngine, sql, "allowed", "allowed").kind, "wrong");
  });

  it("what is known to be open is said with its name, and only where that is why", () => {
    const open = cilium.open.some(({ name }) => name === "sidecar-names");
    assert.equal(said(cilium, sql, "allowed", "blocked").kind, open ? "open" : "wrong");
    assert.equal(said(cilium, sql, "blocked", "blocked").kind, "same");
  });

  it("unknown is an answer only where something that bears isn't told", () => {
    assert.equal(said(referenceEngine, http, "unknown", "blocked").kind, "wrong");
    const pods = running.pods.map(({ namespace, name, labels = {} }) => ({ namespace, name, labels }));
    const less: PlacedWorld = { ...world, told: { ...running, pods } };
    const [from, to, port] = http;
    const cell = { from, to, protocol: "TCP", port } as const;
    const given = { ours: "unknown", theirs: "blocked" } as const;
    assert.equal(judge(referenceEngine, less, cell, given, () => true).kind, "unknown");
  });

  describe("with policies in tiers", () => {
    type Spec = TwinClusterNetworkPolicy["spec"];
    type Action = NonNullable<Spec["egress"]>[number]["action"];
    const policy = (name: string, tier: Spec["tier"], action: Action): TwinClusterNetworkPolicy => ({
      ...{
        apiVersion: "policy.networking.k8s.io/v1alpha2",
        kind: "ClusterNetworkPolicy",
        metadata: { name },
      },
      spec: {
        ...{ tier, priority: 1, subject: { namespaces: {} } },
        egress: [{ action, to: [{ namespaces: {} }] }],
      },
    });
    const [from, to, port] = http;
    const saidWith = (
      tierPolicies: readonly TwinTierPolicy[],
      [source, destination]: readonly [OpinionEnd, OpinionEnd],
      ours: Verdict | "unknown",
      theirs: Verdict,
      measure = referenceTiers,
    ) => {
      const own = { ...running, tierPolicies };
      const cell = { from: source, to: destination, protocol: "TCP", port } as const;
      return judge(measure, { ...world, running: own, told: own }, cell, { ours, theirs }, () => true);
    };

    it("unknown is the only right answer where policies of one priority disagree, and which one decided is predicted", () => {
      const both = [policy("b", "Admin", "Accept"), policy("a", "Admin", "Deny")];
      const names = { kind: "unknown", names: ["equal-priorities"] };
      assert.deepEqual(saidWith(both, [to, from], "unknown", "blocked"), names);
      assert.equal(saidWith(both, [to, from], "blocked", "blocked").kind, "wrong");
      assert.equal(saidWith(both, [to, from], "unknown", "allowed").kind, "wrong");
    });

    it("a NetworkPolicy for one direction leaves the other to the Baseline tier, but in that engine", () => {
      const baseline = [policy("a", "Baseline", "Deny")];
      const names = { kind: "departure", names: ["other-direction"] };
      assert.deepEqual(saidWith(baseline, [to, from], "blocked", "allowed"), names);
      assert.equal(saidWith(baseline, [to, from], "allowed", "allowed").kind, "wrong");
      assert.equal(saidWith(baseline, [from, to], "blocked", "blocked").kind, "same");
    });

    it("of the older API, a port's name means its port, but in that engine", () => {
      const named: TwinTierPolicy = {
        ...{ apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy" },
        metadata: { name: "a" },
        spec: {
          ...{ priority: 1, subject: { namespaces: {} } },
          egress: [{ action: "Deny", to: [{ namespaces: {} }], ports: [{ namedPort: "web" }] }],
        },
      };
      const names = { kind: "departure", names: ["names-are-whole"] };
      assert.deepEqual(saidWith([named], [to, from], "allowed", "blocked", referenceOlderTiers), names);
      assert.equal(saidWith([named], [to, from], "blocked", "blocked", referenceOlderTiers).kind, "wrong");
    });
  });

  it("asks one packet of each family that both ends have, and of every pair with something of the cluster in it", () => {
    const dual = { ...end("web"), ips: ["10.0.0.1", "fd00::1"] };
    const outside = { address: "2001:db8::1", ips: ["2001:db8::1"] };
    assert.deepEqual(packetsOf(dual, end("db")), [["10.0.0.1", "10.0.0.2"]]);
    assert.deepEqual(packetsOf(dual, outside), [["fd00::1", "2001:db8::1"]]);
    assert.deepEqual(packetsOf(end("db"), outside), []);
    // Two pods, two nodes, five addresses: all ordered pairs but those of two addresses.
    assert.equal(pairsOf(world).length, 9 * 9 - 5 * 5);
  });
});
