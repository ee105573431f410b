import { strict as assert } from "node:assert";
import { type Verdict, connected } from "./twin";
import type { TwinEnd, TwinPod, TwinPolicy, TwinWorld } from "./world";

const pod = (namespace: string, name: string, extra: Partial<TwinPod> = {}): TwinPod => ({
  namespace,
  name,
  labels: { app: name },
  ...extra,
});
const end = (text: string): TwinEnd => {
  const [namespace = "", name = ""] = text.split("/");
  return { namespace, name };
};
const policy = (spec: TwinPolicy["spec"], namespace = "shop"): TwinPolicy => ({
  metadata: { namespace, name: "p" },
  spec: spec ?? {},
});
const world = (policies: readonly TwinPolicy[], extra: Partial<TwinWorld> = {}): TwinWorld => ({
  namespaces: [{ name: "shop" }, { name: "other", labels: { team: "b" } }],
  pods: [
    pod("shop", "web"),
    pod("shop", "db", {
      containerPorts: [
        { name: "sql", containerPort: 5432 },
        { name: "sql", containerPort: 5353, protocol: "UDP" },
      ],
    }),
    pod("other", "web"),
    pod("other", "placed", { ips: ["10.1.0.5", "fd00::5"] }),
    pod("other", "agent", { hostNetwork: true, ips: ["10.9.0.1"], node: "n1" }),
  ],
  networkPolicies: policies,
  ...extra,
});
const ask = (
  policies: readonly TwinPolicy[],
  from: TwinEnd | string,
  to: TwinEnd | string,
  port = 5432,
  extra: Partial<TwinWorld> = {},
): Verdict =>
  connected(
    world(policies, extra),
    typeof from === "string" ? end(from) : from,
    typeof to === "string" ? end(to) : to,
    "TCP",
    port,
  );

describe("twin", () => {
  const denyIngress = policy({ podSelector: {}, policyTypes: ["Ingress"] });

  it("allows what no policy isolates, and a pod to itself always", () => {
    assert.equal(ask([], "shop/web", "shop/db"), "allowed");
    assert.equal(ask([denyIngress], "shop/db", "shop/db"), "allowed");
  });

  it("blocks an isolated pod that no rule opens, and only in the direction and namespace isolated", () => {
    assert.equal(ask([denyIngress], "shop/web", "shop/db"), "blocked");
    assert.equal(ask([denyIngress], "shop/web", "other/web"), "allowed");
    assert.equal(ask([denyIngress], { address: "1.1.1.1" }, "shop/db"), "blocked");
  });

  it("defaults policyTypes: Ingress always, Egress only with egress rules", () => {
    assert.equal(ask([policy({ egress: [] })], "shop/web", "other/web"), "allowed");
    assert.equal(ask([policy({ egress: [{ ports: [{ port: 53 }] }] })], "shop/web", "other/web"), "blocked");
  });

  it("reads empty peers and ports as everyone and everything, and no rules as nobody", () => {
    assert.equal(ask([policy({ ingress: [{}] })], "other/web", "shop/db"), "allowed");
    assert.equal(ask([policy({ ingress: [{ from: [], ports: [] }] })], "other/web", "shop/db"), "allowed");
    assert.equal(ask([policy({ ingress: [] })], "other/web", "shop/db"), "blocked");
  });

  it("reads one peer with two selectors as AND, two peers as OR", () => {
    const both = {
      namespaceSelector: { matchLabels: { team: "b" } },
      podSelector: { matchLabels: { app: "web" } },
    };
    const and = policy({ ingress: [{ from: [both] }] });
    assert.equal(ask([and], "other/web", "shop/db"), "allowed");
    assert.equal(ask([and], "other/placed", "shop/db"), "blocked");
    const or = policy({
      ingress: [{ from: [{ namespaceSelector: both.namespaceSelector }, { podSelector: both.podSelector }] }],
    });
    assert.equal(ask([or], "other/placed", "shop/db"), "allowed");
    assert.equal(ask([or], "shop/web", "shop/db"), "allowed");
  });

  it("resolves a named port at the destination, by protocol", () => {
    const named = policy({ ingress: [{ ports: [{ port: "sql" }] }] });
    assert.equal(ask([named], "shop/web", "shop/db", 5432), "allowed");
    assert.equal(ask([named], "shop/web", "shop/db", 5353), "blocked");
    assert.equal(ask([named], "shop/db", "shop/web", 5432), "blocked");
  });

  it("matches a pod by ipBlock by its addresses, else by the pod ranges, else it isn't known; Cilium never", () => {
    const block = policy({
      ingress: [{ from: [{ ipBlock: { cidr: "10.1.0.0/16", except: ["10.1.1.0/24"] } }] }],
    });
    assert.equal(ask([block], "other/placed", "shop/db"), "allowed");
    assert.equal(ask([block], "other/web", "shop/db"), "unknown");
    assert.equal(ask([block], "other/web", "shop/db", 1, { podCidrs: ["10.1.2.0/24"] }), "allowed");
    assert.equal(ask([block], "other/web", "shop/db", 1, { podCidrs: ["10.1.0.0/16"] }), "unknown");
    assert.equal(ask([block], "other/web", "shop/db", 1, { podCidrs: ["10.2.0.0/16"] }), "blocked");
    assert.equal(ask([block], "other/placed", "shop/db", 1, { cni: "cilium" }), "blocked");
    assert.equal(ask([block], { address: "10.1.0.1" }, "shop/db"), "allowed");
    assert.equal(ask([block], { address: "10.1.1.1" }, "shop/db"), "blocked");
  });

  it("never decides between a pod and a node that may be its own", () => {
    assert.equal(ask([denyIngress], "other/agent", "shop/db"), "unknown");
    const known = (node: string) => ({
      pods: world([]).pods.map((one) => (one.name === "db" ? { ...one, node } : one)),
    });
    assert.equal(ask([denyIngress], "other/agent", "shop/db", 1, known("n1")), "allowed");
    assert.equal(ask([denyIngress], "other/agent", "shop/db", 1, known("n2")), "blocked");
  });

  it("refuses an end that is not in the world", () => {
    assert.throws(() => ask([], "shop/web", "shop/typo"), /no pod shop\/typo/);
  });
});
