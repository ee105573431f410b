import { strict as assert } from "node:assert";
import { run } from "../helpers";
import { SHADOWED, judge, of, rule, LINK_LOCAL, METADATA, denial } from "../tierOrders";

describe(SHADOWED, () => {
  it("a Deny that another Deny decides is shadowed, as is an Accept; the policy that decides is named", () => {
    const wide = of("first", 5, [rule("Deny", [LINK_LOCAL])]);
    assert.deepEqual(judge(wide, denial()), [`${SHADOWED} bad`]);
    assert.deepEqual(judge(wide, of("bad", 10, [rule("Accept", [METADATA])])), [`${SHADOWED} bad`]);
    const [report] = run([wide, denial()], {}, { only: SHADOWED });
    assert.match(
      report?.message ?? "",
      /decides nothing by spec\.egress\[0\].*ClusterNetworkPolicy first .*\(priority 5\) denies by spec\.egress\[0\]/,
    );
    assert.equal(report?.level, "advisory");
  });
});
