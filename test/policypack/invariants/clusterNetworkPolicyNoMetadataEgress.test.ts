import { strict as assert } from "node:assert";
import { clusterPolicy, run } from "../helpers";
import { METADATA, networks, accept, deny, judge } from "../tierRules";

describe(METADATA, () => {
  it("reports an Accept that holds it, unless a rule before keeps it out", () => {
    const wide = accept(networks("169.254.0.0/16"));
    assert.deepEqual(judge({ egress: [wide] }), [`${METADATA} bad`]);
    assert.deepEqual(judge({ egress: [deny(networks("169.254.169.254/32")), wide] }), []);
    assert.deepEqual(judge({ egress: [wide, deny(networks("169.254.169.254/32"))] }), [`${METADATA} bad`]);
    assert.deepEqual(judge({ egress: [accept(networks("169.254.170.23/32"))] }), []);
  });

  it("gives the rule to put before as its remedy", () => {
    const [report] = run(
      [clusterPolicy("bad", { egress: [accept(networks("169.254.0.0/16"))] })],
      {},
      { only: METADATA },
    );
    assert.match(
      report?.message ?? "",
      /put a rule before it with action: "Deny" and to: \[\{ networks: \["169\.254\.169\.254\/32"\] \}\]/,
    );
  });
});
