import { strict as assert } from "node:assert";
import { explainWithDepartures } from "../../../reachability/answer/explain/departures";
import { explain } from "../../../reachability/answer/explain/explain";
import { analysisOfObjects } from "../worlds";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name, labels: { app: name } },
  spec: { containers: [] },
});
const isolation = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name: "isolation" },
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
};
const tier = (name: string, spec: object) => ({
  apiVersion: "policy.networking.k8s.io/v1beta1",
  kind: "ClusterNetworkPolicy",
  metadata: { name },
  spec: { tier: "Admin", priority: 10, subject: { namespaces: {} }, ...spec },
});
const all = (action: string) => ({ ingress: [{ action, from: [{ namespaces: {} }] }] });

/** What explain says of web → db 80. */
function said(...policies: readonly object[]) {
  const analysis = analysisOfObjects([pod("web"), pod("db"), ...policies]);
  const end = (name: string) =>
    analysis.ends.find(({ id }) => id === `shop/${name}[Pod]`) ?? assert.fail(`no ${name}`);
  const { verdict, sentences, changes } = explain(analysis, {
    from: end("web"),
    to: end("db"),
    protocol: "TCP",
    port: 80,
  });
  return { verdict, ingress: sentences[2], changes };
}

describe("reachability: what explain says of tiers", () => {
  it("an Admin accept, whatever NetworkPolicies say", () => {
    assert.deepEqual(said(isolation, tier("open", all("Accept"))), {
      verdict: "allowed",
      ingress:
        "Ingress: spec.ingress[0] of ClusterNetworkPolicy open (world.yaml, document 4) accepts it, in the Admin tier.",
      changes: [],
    });
  });

  it("an Admin deny, which no NetworkPolicy can open", () => {
    const { verdict, ingress, changes } = said(tier("closed", all("Deny")));
    assert.equal(verdict, "blocked");
    assert.equal(
      ingress,
      "Ingress: spec.ingress[0] of ClusterNetworkPolicy closed (world.yaml, document 3) denies it, in the Admin tier.",
    );
    assert.deepEqual(changes, [
      {
        kind: "none",
        side: "ingress",
        reason:
          "ClusterNetworkPolicy closed denies it in the Admin tier, which no NetworkPolicy can change: that policy has to, or one with a lower priority number",
      },
    ]);
  });

  it("a pass, and then NetworkPolicies, for which a rule is proposed", () => {
    const { verdict, ingress, changes } = said(isolation, tier("passes", all("Pass")));
    assert.equal(verdict, "blocked");
    assert.equal(
      ingress,
      "Ingress: spec.ingress[0] of ClusterNetworkPolicy passes (world.yaml, document 4) leaves it to the next tier, in the Admin tier; NetworkPolicy shop/isolation (world.yaml, document 3) isolates shop/db[Pod], and no rule of it admits this.",
    );
    assert.deepEqual(
      changes.map(({ kind, side }) => [kind, side]),
      [["policy", "ingress"]],
    );
  });

  it("a Baseline deny, which a NetworkPolicy that isolates decides instead", () => {
    const { verdict, ingress, changes } = said(tier("base", { tier: "Baseline", ...all("Deny") }));
    assert.equal(verdict, "blocked");
    assert.equal(
      ingress,
      "Ingress: no NetworkPolicy isolates shop/db[Pod]; spec.ingress[0] of ClusterNetworkPolicy base (world.yaml, document 3) denies it, in the Baseline tier.",
    );
    assert.deepEqual(changes, [
      {
        kind: "none",
        side: "ingress",
        reason:
          "ClusterNetworkPolicy base denies it in the Baseline tier: a NetworkPolicy that isolates shop/db[Pod] there decides instead, and has to admit all else that it needs",
      },
    ]);
  });

  it("a deny that may be asked after another rule is no sure reason", () => {
    const { verdict, changes } = said(isolation, tier("one", all("Deny")), tier("two", all("Pass")));
    assert.equal(verdict, "blocked");
    assert.deepEqual(
      changes.map((change) => (change.kind === "none" ? change.reason : change.kind)),
      [
        "ClusterNetworkPolicy one may deny it in the Admin tier, which no NetworkPolicy can change: that policy has to, or one with a lower priority number",
      ],
    );
  });

  for (const [cni, said] of [
    [
      "any",
      /^On (cilium|k3s|aws-vpc-cni) it wouldn't be known: what it makes of policies in tiers isn't known\.$/,
    ],
    [
      "cilium",
      /^By the policies' words it would be blocked; on cilium what it makes of policies in tiers isn't known\.$/,
    ],
  ] as const)
    it(`with --cni ${cni}, that what plugins make of tiers isn't known, and nothing that they read otherwise`, () => {
      const analysis = analysisOfObjects([pod("web"), pod("db"), tier("closed", all("Deny"))], { cni });
      const end = (name: string) =>
        analysis.ends.find(({ id }) => id === `shop/${name}[Pod]`) ?? assert.fail(`no ${name}`);
      const question = { from: end("web"), to: end("db"), protocol: "TCP", port: 80 } as const;
      const departures = explainWithDepartures(analysis, question).sentences.filter((text) =>
        /^(On|By) /.test(text),
      );
      assert.equal(departures.length, cni === "any" ? 3 : 1);
      for (const text of departures) assert.match(text, said);
    });

  it("where NetworkPolicies isolate, the Baseline tier has no say and isn't named", () => {
    const { ingress } = said(isolation, tier("base", { tier: "Baseline", ...all("Accept") }));
    assert.equal(
      ingress,
      "Ingress: NetworkPolicy shop/isolation (world.yaml, document 3) isolates shop/db[Pod], and no rule of it admits this.",
    );
  });

  it("policies of one priority that disagree are both named, perhaps", () => {
    const { verdict, ingress } = said(tier("one", all("Deny")), tier("two", all("Accept")));
    assert.equal(verdict, "unknown");
    assert.equal(
      ingress,
      "Ingress: spec.ingress[0] of ClusterNetworkPolicy one (world.yaml, document 3) perhaps denies it, in the Admin tier; spec.ingress[0] of ClusterNetworkPolicy two (world.yaml, document 4) perhaps accepts it, in the Admin tier; no NetworkPolicy isolates shop/db[Pod], so this passes.",
    );
  });
});
