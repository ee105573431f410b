import { strict as assert } from "node:assert";
import { closingTable, exitCode } from "../e2e/summary";

describe("the real parts' closing table", () => {
  const table = (
    totals: Readonly<Record<string, number>>,
    cantRun: readonly (readonly [string, string])[] = [],
  ): string =>
    closingTable(
      {
        totals: new Map(Object.entries(totals)),
        providers: [],
        cantRun: new Map(cantRun),
        prober: { sent: 12 },
      },
      {
        longestFirst: [
          ["vpccni: what is predicted", 5],
          ["cilium: what is predicted", 7],
          ["worlds", 3],
        ],
      },
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
    const bench = {
      ...{ totals: new Map<string, number>(), cantRun: new Map<string, string>() },
      ...{ providers, prober: { sent: 0 } },
    };
    const text = closingTable(bench, { longestFirst: [] }, Date.now());
    assert.match(text, /^providers: kubernetes official, aws stand-in$/m);
    assert.match(text, /the official provider plugins \(aws\): stand-ins made the calls/);
  });

  it("has a row for each dataplane that was asked: cells, differences, seconds", () => {
    const text = table({
      ...{ "enforcement cells compared": 40, "random cells compared": 2, "random differences": 1 },
      ...{ "VPC CNI cells compared": 20_000, "Cilium cells compared": 12_000, "Cilium differences": 2 },
    });
    const [head, ...rows] = text.slice(text.indexOf("dataplane")).split("\n");
    assert.match(head ?? "", /^dataplane +cells +differences +seconds$/);
    assert.match(rows[0] ?? "", /^k3s's kube-router +42 +1 +3$/);
    assert.match(rows[1] ?? "", /^the VPC CNI's agent +20000 +0 +5$/);
    assert.match(rows[2] ?? "", /^Cilium's agent +12000 +2 +7$/);
    assert.doesNotMatch(table({}), /dataplane/);
  });

  it("says what this machine couldn't run, which is red in CI and neither green nor red elsewhere", () => {
    const cantRun = [["the VPC CNI's enforcement", "no clsact"]] as const;
    assert.match(table({}, cantRun), /- the VPC CNI's enforcement: this machine can't run it: no clsact/);
    const { CI: before } = process.env;
    const codes = (["true", "false"] as const).map((value) => {
      process.env["CI"] = value;
      return [exitCode(0, new Map(cantRun)), exitCode(0, new Map()), exitCode(2, new Map(cantRun))];
    });
    if (before === undefined) Reflect.deleteProperty(process.env, "CI");
    else process.env["CI"] = before;
    assert.deepEqual(codes, [
      [2, 0, 1],
      [3, 0, 1],
    ]);
  });

  it("says what nothing here proves", () => {
    assert.match(table({}), /unproven here:\n {2}- SCTP: /);
  });
});
