import { strict as assert } from "node:assert";
import { clusterPolicy, run, type TestResource } from "../helpers";
import { INGRESS, EGRESS, named, accept, pass, accepted, judge, judgeAll } from "../tierRules";

describe(INGRESS, () => {
  for (const [claim, peer] of Object.entries({
    "every namespace": { namespaces: {} },
    "every pod of every namespace": { pods: { namespaceSelector: {}, podSelector: {} } },
    "all namespaces but one": {
      namespaces: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["a"] }],
      },
    },
    "namespaces that have a name": {
      namespaces: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] },
    },
  })) {
    it(`reports an Accept of ${claim}, in both directions`, () => {
      assert.deepEqual(judge({ ingress: [accepted(peer)] }), [`${INGRESS} bad`]);
      assert.deepEqual(judge({ egress: [accept(peer)] }), [`${EGRESS} bad`]);
      assert.deepEqual(judge({ tier: "Baseline", ingress: [accepted(peer)] }), [`${INGRESS} bad`]);
    });
    it(`is silent on a Deny and a Pass of ${claim}`, () => {
      assert.deepEqual(judge({ ingress: [{ ...accepted(peer), action: "Deny" }], egress: [pass(peer)] }), []);
    });
  }

  it("reads AdminNetworkPolicy and BaselineAdminNetworkPolicy, which say Allow and ports", () => {
    const old = (kind: string, spec: object): TestResource => ({
      type: `kubernetes:policy.networking.k8s.io/v1alpha1:${kind}`,
      name: "bad",
      props: {
        metadata: { name: "default" },
        spec: { priority: 3, subject: { namespaces: {} }, ...spec },
      },
    });
    const rule = (peer: object) => ({
      action: "Allow",
      from: [peer],
      ports: [{ portNumber: { protocol: "TCP", port: 80 } }],
    });
    for (const kind of ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]) {
      assert.deepEqual(judgeAll([old(kind, { ingress: [rule({ namespaces: {} })] })]), [`${INGRESS} bad`]);
      assert.deepEqual(judgeAll([old(kind, { ingress: [rule(named("monitoring"))] })]), []);
    }
  });

  it("judges no port that is public by configuration", () => {
    assert.deepEqual(
      judge({ ingress: [accepted({ namespaces: {} })] }, { [INGRESS]: { publicPorts: ["tcp/443"] } }),
      [],
    );
  });

  it("takes an empty list of peers, which the API refuses, for wrong and not for everyone", () => {
    const reports = run([clusterPolicy("bad", { ingress: [accepted()] })], {}, { only: INGRESS });
    assert.match(reports[0]?.message ?? "", /has a value that its API refuses.*spec\.ingress\[0\]\.from/);
  });

  it("takes two kinds in one peer, a port 0 and an action that there isn't for wrong", () => {
    const said = (rule: object) =>
      run([clusterPolicy("bad", { ingress: [rule] })], {}, { only: INGRESS }).map(({ message }) => message);
    for (const rule of [
      accepted({ ...named("a"), pods: {} }),
      { ...accepted(named("a"), { namespaces: { matchLabels: 7 } }) },
      { ...accepted({ namespaces: {} }), action: "Allow" },
    ]) {
      assert.match(said(rule).join(), /has a value that its API refuses/, JSON.stringify(rule));
    }
    const port = { protocols: [{ tcp: { destinationPort: { number: 0 } } }] };
    assert.match(
      said({ ...accepted({ namespaces: {} }), ...port }).join(),
      /accepts connections from every pod/,
    );
  });
});
