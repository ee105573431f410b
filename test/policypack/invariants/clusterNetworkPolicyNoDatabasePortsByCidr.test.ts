import { strict as assert } from "node:assert";
import { DATABASES, tcp, range, networks, accept, deny, judge } from "../tierRules";

describe(DATABASES, () => {
  it("reports public addresses and blocks wider than a VPC, stated or not, in ranges too", () => {
    for (const ports of [tcp(5432), range(5000, 6000), { protocols: undefined }]) {
      const rule = { ...accept(networks("198.51.100.0/24")), ...ports };
      assert.deepEqual(judge({ egress: [rule] }), [`${DATABASES} bad`], JSON.stringify(ports));
    }
    assert.deepEqual(judge({ egress: [{ ...accept(networks("10.0.0.0/12")), ...tcp(5432) }] }), [
      `${DATABASES} bad`,
    ]);
  });

  it("is silent on a database's subnets, on other ports, and where these ports are denied before", () => {
    assert.deepEqual(judge({ egress: [{ ...accept(networks("10.20.0.0/24")), ...tcp(5432) }] }), []);
    assert.deepEqual(judge({ egress: [accept(networks("198.51.100.0/24"))] }), []);
    const both = [
      { ...deny(networks("0.0.0.0/0")), ...range(1, 10000) },
      {
        ...accept(networks("198.51.100.0/24")),
        protocols: [{ tcp: { destinationPort: { range: { start: 443, end: 10000 } } } }],
      },
    ];
    assert.deepEqual(judge({ egress: both }), []);
    assert.deepEqual(judge({ egress: [...both].reverse() }), [`${DATABASES} bad`]);
  });

  it("judges by the configured subnets", () => {
    const rule = { ...accept(networks("10.20.0.0/24")), ...tcp(5432) };
    assert.deepEqual(judge({ egress: [rule] }, { [DATABASES]: { databaseRanges: ["10.21.0.0/24"] } }), [
      `${DATABASES} bad`,
    ]);
  });
});
