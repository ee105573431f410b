import { strict as assert } from "node:assert";
import { TRUSTED, named, accept, deny, pass, accepted, judge } from "../tierRules";

describe(TRUSTED, () => {
  const TEAM = { namespaces: { matchLabels: { team: "a" } } };
  it("reports an Accept by labels that anyone can set, and pods of any namespace inwards", () => {
    assert.deepEqual(judge({ ingress: [accepted(TEAM)] }), [`${TRUSTED} bad`]);
    assert.deepEqual(judge({ egress: [accept(TEAM)] }), [`${TRUSTED} bad`]);
    const anywhere = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "prom" } } } };
    assert.deepEqual(judge({ ingress: [accepted(anywhere)] }), [`${TRUSTED} bad`]);
    assert.deepEqual(judge({ egress: [accept(anywhere)] }), []);
  });

  it("is silent on a namespace's name, on trusted labels, on rules that deny or pass, and on what is denied before", () => {
    assert.deepEqual(judge({ ingress: [accepted(named("a"))] }), []);
    assert.deepEqual(judge({ ingress: [accepted(TEAM)] }, { [TRUSTED]: { trustedLabels: ["team"] } }), []);
    assert.deepEqual(judge({ egress: [deny(TEAM), pass(TEAM)] }), []);
    assert.deepEqual(judge({ egress: [deny(TEAM), accept(TEAM)] }), []);
  });
});
