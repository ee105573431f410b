import { strict as assert } from "node:assert";
import { endedSilently, together, type Results } from "../e2e/results";
import { closingTable, exitCode } from "../e2e/summary";

const nothing: Results = {
  ...{ passes: 0, failures: 0, pending: 0, failed: [], totals: [] },
  ...{ probesSent: 0, providers: [], cantRun: [], seconds: [], processor: [] },
};

describe("the real parts' closing table", () => {
  const table = (totals: Readonly<Record<string, number>>, cantRun: Results["cantRun"] = []): string =>
    closingTable(
      {
        ...nothing,
        ...{ totals: Object.entries(totals), probesSent: 12, cantRun },
        seconds: [
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
    const text = closingTable({ ...nothing, providers }, Date.now());
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

  it("says what each suite took of the processor, most first, where they ran side by side", () => {
    const processor = [["bench", 3.4] as const, ["worlds", 90] as const];
    const text = closingTable({ ...nothing, processor }, Date.now());
    assert.match(text, /^of the processor, in seconds:\n {4}90 {2}worlds\n {5}3 {2}bench\n\n/m);
    assert.doesNotMatch(table({}), /of the processor/);
  });

  it("says what this machine couldn't run, which is red in CI and neither green nor red elsewhere", () => {
    const cantRun = [["the VPC CNI's enforcement", "no clsact"]] as const;
    assert.match(table({}, cantRun), /- the VPC CNI's enforcement: this machine can't run it: no clsact/);
    const { CI: before } = process.env;
    const codes = (["true", "false"] as const).map((value) => {
      process.env["CI"] = value;
      return [
        exitCode({ failures: 0, cantRun }),
        exitCode({ failures: 0, cantRun: [] }),
        exitCode({ failures: 2, cantRun }),
      ];
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

describe("the results of suites that ran side by side", () => {
  const one: Results = {
    ...{
      passes: 3,
      failures: 0,
      pending: 1,
      failed: [],
      totals: [
        ["cells", 4],
        ["differences", 0],
      ],
    },
    ...{
      probesSent: 7,
      providers: [{ package: "aws", official: false }],
      seconds: [["bench: it stands", 2]],
      processor: [["bench", 3]],
    },
    cantRun: [["Cilium's enforcement", "no bpf"]],
  };
  const other: Results = {
    ...{ passes: 2, failures: 1, pending: 0, failed: ["worlds: seven"], totals: [["cells", 5]] },
    ...{ probesSent: 1, providers: [{ package: "aws", official: false }], seconds: [["worlds", 3]] },
    processor: [["worlds", 9]],
    cantRun: [["Cilium's enforcement", "no bpf"]],
  };

  it("are as those of one run: counts summed, what both say said once", () => {
    assert.deepEqual(together([one, other]), {
      ...{ passes: 5, failures: 1, pending: 1, failed: ["worlds: seven"] },
      totals: [
        ["cells", 9],
        ["differences", 0],
      ],
      ...{ probesSent: 8, providers: [{ package: "aws", official: false }] },
      cantRun: [["Cilium's enforcement", "no bpf"]],
      seconds: [
        ["bench: it stands", 2],
        ["worlds", 3],
      ],
      processor: [
        ["bench", 3],
        ["worlds", 9],
      ],
    });
  });

  it("are red where one run ended without telling any", () => {
    const results = together([one, endedSilently("worlds", 137)]);
    assert.equal(exitCode(results), 1);
    assert.deepEqual(results.failed, ["worlds: its run ended with exit code 137 and told no results"]);
  });
});
