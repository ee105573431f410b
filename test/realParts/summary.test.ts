import { strict as assert } from "node:assert";
import { closingTable } from "../e2e/summary";

describe("the real parts' closing table", () => {
  const table = (totals: Readonly<Record<string, number>>): string =>
    closingTable(
      { totals: new Map(Object.entries(totals)), providers: [], prober: { sent: 12 } },
      { longestFirst: [["worlds", 3]] },
      Date.now(),
    );
  const row = (text: string, what: string): string | undefined =>
    text
      .split("\n")
      .find((line) => line.startsWith(`${what} `))
      ?.trim()
      .split(/ +/)
      .at(-1);

  it("sums every comparison's differences in one row, and keeps the others as they are", () => {
    const text = table({
      "enforcement cells compared": 40,
      "enforcement differences": 1,
      "random differences": 2,
      "owners' tests' differences": 4,
      "verify's verdicts that differ": 8,
    });
    assert.equal(row(text, "differences"), "7");
    assert.equal(row(text, "enforcement cells compared"), "40");
    assert.equal(row(text, "verify's verdicts that differ"), "8");
    assert.equal(row(text, "probes sent"), "12");
    assert.doesNotMatch(text, /random differences/);
  });

  it("says which provider answered for each package", () => {
    const providers = [
      { package: "kubernetes", official: true },
      { package: "aws", official: false },
      { package: "test", official: false },
    ];
    const bench = { totals: new Map<string, number>(), providers, prober: { sent: 0 } };
    const text = closingTable(bench, { longestFirst: [] }, Date.now());
    assert.match(text, /^providers: kubernetes official, aws stand-in$/m);
    assert.match(text, /the official provider plugins \(aws\): stand-ins made the calls/);
  });

  it("says what nothing here proves", () => {
    assert.match(table({}), /unproven here:\n {2}- SCTP and IPv6/);
  });
});
