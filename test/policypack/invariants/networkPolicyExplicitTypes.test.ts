import { strict as assert } from "node:assert";
import { DNS, policy, remediate, run, UNKNOWN, verdicts, WEB, withWeb } from "../helpers";

const NAME = "network-policy-explicit-types";
const judge = (change: object) => verdicts(run(withWeb(change)));

/** What the API server sets. Source: k8s.io/kubernetes, pkg/apis/networking/v1, SetDefaults_NetworkPolicy. */
const apiDefault = (egress: unknown) =>
  Array.isArray(egress) && egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "absent policyTypes": { policyTypes: undefined },
    "null policyTypes": { policyTypes: null },
    "empty policyTypes": { policyTypes: [] },
    "egress rules that policyTypes leaves out": { policyTypes: ["Ingress"] },
    "ingress rules that policyTypes leaves out": { policyTypes: ["Egress"] },
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(change), [`${NAME} web`]));
  }

  it("says that an empty egress list denies nothing without policyTypes", () => {
    const [report] = run([policy("web", { podSelector: {}, egress: [] })]);
    assert.match(report?.message ?? "", /its empty egress list denies nothing/);
  });

  it("reports a type that the API refuses", () => {
    assert.deepEqual(judge({ policyTypes: ["Ingress", "Egress", "Egres"] }), [`${NAME} web`]);
  });

  it("is silent on an empty list of the direction that is left out", () => {
    assert.deepEqual(judge({ policyTypes: ["Ingress"], egress: [] }), []);
  });

  it("names unknown types as not yet known, and still reports what is known around them", () => {
    assert.deepEqual(judge({ policyTypes: UNKNOWN }), [`${NAME} web?`]);
    assert.deepEqual(judge({ policyTypes: ["Ingress", UNKNOWN] }), [`${NAME} web?`]);
    assert.deepEqual(judge({ policyTypes: ["Both", UNKNOWN] }), [`${NAME} web`, `${NAME} web?`]);
  });

  it("asks whether unknown rules have any effect", () => {
    const own = (verdict: string) => verdict.startsWith(NAME);
    assert.deepEqual(judge({ policyTypes: ["Ingress"], egress: UNKNOWN }).filter(own), [`${NAME} web?`]);
  });

  for (const egress of [undefined, [], [DNS]]) {
    it(`remediates to the API server's default with ${egress?.length ?? "absent"} egress rules`, () => {
      const { props } = policy("web", { ...WEB, policyTypes: undefined, egress });
      const fixed = { ...props, spec: { ...WEB, egress, policyTypes: apiDefault(egress) } };
      assert.deepEqual(remediate({ ...policy("web", {}), props }, NAME), fixed);
    });
  }

  it("doesn't remediate what is stated, what isn't known, or a patch", () => {
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch";
    assert.equal(remediate(policy("web", { ...WEB, policyTypes: ["Ingress"] }), NAME), undefined);
    assert.equal(remediate(policy("web", { podSelector: {}, egress: UNKNOWN }), NAME), undefined);
    assert.equal(remediate(policy("web", { podSelector: {}, policyTypes: UNKNOWN }), NAME), undefined);
    assert.equal(remediate({ ...policy("web", { podSelector: {} }), type }, NAME), undefined);
  });

  it("leaves unknowns in what it doesn't touch as they are", () => {
    const fixed = remediate(policy("web", { podSelector: { matchLabels: { app: UNKNOWN } } }, UNKNOWN), NAME);
    assert.deepEqual(fixed, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "web", namespace: UNKNOWN },
      spec: { podSelector: { matchLabels: { app: UNKNOWN } }, policyTypes: ["Ingress"] },
    });
  });
});
