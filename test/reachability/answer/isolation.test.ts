import { strict as assert } from "node:assert";
import { isolationsOf } from "../../../reachability/answer";
import { UNKNOWN } from "../../../kubernetes";
import { analysisOfObjects } from "../worlds";

const pod = (name: string, spec: object = {}, labels: object = { app: name }) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels },
  spec: { containers: [{ name: "main", image: "main" }], ...spec },
});
const policy = (name: string, podSelector: object, ...policyTypes: string[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector, policyTypes },
});

describe("what isolates an end", () => {
  it("are the policies that select it, by direction; where labels aren't known, it isn't sure", () => {
    const analysis = analysisOfObjects([
      pod("web"),
      pod("api"),
      pod("job", {}, { app: UNKNOWN }),
      pod("agent", { hostNetwork: true }),
      policy("web", { matchLabels: { app: "web" } }, "Ingress"),
      policy("all", {}, "Egress"),
    ]);
    const of = isolationsOf(analysis);
    const found = Object.fromEntries(
      analysis.ends.filter(({ namespace }) => namespace === "shop").map((end) => [end.name, of(end)]),
    );
    const sure = (guard: string) => ({ guard: `NetworkPolicy shop/${guard}`, certain: true });
    const isolatedBy = (...isolatedBy: object[]) => ({ isolatedBy, deniedBy: [] });
    assert.deepEqual(found, {
      web: { ingress: isolatedBy(sure("web")), egress: isolatedBy(sure("all")) },
      api: { ingress: isolatedBy(), egress: isolatedBy(sure("all")) },
      job: {
        ingress: isolatedBy({ guard: "NetworkPolicy shop/web", certain: false }),
        egress: isolatedBy(sure("all")),
      },
      // No policy selects a pod of its node's network.
      agent: { ingress: isolatedBy(), egress: isolatedBy() },
    });
  });

  it("aren't policies of tiers, whose Deny rules are named beside them", () => {
    const rule = (action: string) => ({ name: "one", action, to: [{ networks: ["169.254.169.254/32"] }] });
    const tier = (name: string, priority: number, pods: object, action: string) => ({
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name },
      spec: {
        ...{ tier: "Admin", priority, egress: [rule(action)] },
        subject: { pods: { namespaceSelector: {}, podSelector: pods } },
      },
    });
    const analysis = analysisOfObjects([
      pod("web"),
      pod("job", {}, { app: UNKNOWN }),
      tier("metadata", 1, { matchLabels: { app: "web" } }, "Deny"),
      tier("admitted", 2, {}, "Accept"),
    ]);
    const of = isolationsOf(analysis);
    const found = Object.fromEntries(
      analysis.ends.filter(({ namespace }) => namespace === "shop").map((end) => [end.name, of(end)]),
    );
    const denied = (certain: boolean) => ({
      ingress: { isolatedBy: [], deniedBy: [] },
      egress: { isolatedBy: [], deniedBy: [{ guard: "ClusterNetworkPolicy metadata", certain }] },
    });
    assert.deepEqual(found, { web: denied(true), job: denied(false) });
  });
});
