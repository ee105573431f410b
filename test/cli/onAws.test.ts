import { strict as assert } from "node:assert";
import { renderOnAws } from "../../cli/render/onAws";

const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "TlsOnly", Effect: "Deny" }, { Sid: "OnlyByTheWorkloads" }],
});
const report = {
  shared: [{ cluster: "eks", quotas: ["dns-client egress: 2 of 60 rules"] }],
  policiesForOwners: [{ of: "bucket shop-files", policy }],
};

describe("preview: what is on AWS beside applications", () => {
  it("prints the statements for other owners, one a line, as JSON to be copied", () => {
    assert.deepEqual(renderOnAws(report, { verbose: false, width: 40 }), [
      "For other owners  statements for policies that stay theirs (stack output policiesForOwners): a bucket's go beside its owner's, an endpoint's replace what admits every bucket",
      "",
      "  bucket shop-files",
      '    {"Sid":"TlsOnly","Effect":"Deny"}',
      '    {"Sid":"OnlyByTheWorkloads"}',
      "",
    ]);
  });

  it("says when a statement is known, where it names what doesn't exist yet", () => {
    const policiesForOwners = [{ of: "bucket shop-files", policy: "[unknown]" }];
    assert.ok(
      renderOnAws({ shared: [], policiesForOwners }, { verbose: false, width: 80 }).includes(
        "    known once the endpoint exists",
      ),
    );
  });

  it("shows how full shared groups are where everything is asked for, and nothing where there is nothing", () => {
    assert.deepEqual(renderOnAws({ ...report, policiesForOwners: [] }, { verbose: true, width: 80 }), [
      "eks  security groups that its applications share",
      "  - dns-client egress: 2 of 60 rules",
      "",
    ]);
    assert.deepEqual(renderOnAws({ shared: [], policiesForOwners: [] }, { verbose: true, width: 80 }), []);
  });
});
