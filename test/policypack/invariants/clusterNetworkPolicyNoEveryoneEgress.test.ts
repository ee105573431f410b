import { strict as assert } from "node:assert";
import { EGRESS, METADATA, tcp, networks, accept, deny, pass, PRIVATE, judge } from "../tierRules";

describe(EGRESS, () => {
  it("takes the internet without private ranges by what is denied or passed on before, and no other way", () => {
    const internet = accept(networks("0.0.0.0/0"));
    assert.deepEqual(judge({ egress: [deny(networks(...PRIVATE)), internet] }), []);
    assert.deepEqual(judge({ egress: [pass(networks(...PRIVATE)), internet] }), []);
    assert.deepEqual(judge({ egress: [internet, deny(networks(...PRIVATE))] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
    // Passed on by the last tier is open.
    assert.deepEqual(judge({ tier: "Baseline", egress: [pass(networks(...PRIVATE)), internet] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
    // Denied on another port only.
    assert.deepEqual(judge({ egress: [{ ...deny(networks(...PRIVATE)), ...tcp(80) }, internet] }), [
      `${EGRESS} bad`,
      `${METADATA} bad`,
    ]);
  });

  it("doesn't take nodes and host names for everyone", () => {
    assert.deepEqual(
      judge({ egress: [accept({ nodes: {} }), accept({ domainNames: ["api.example.com"] })] }),
      [],
    );
  });
});
