import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ADDITIONS, AFTERWARDS, FaultTable } from "../e2e/systems/reliability";

const page = () => readFileSync(join(__dirname, "..", "..", "docs", "reliability.md"), "utf8");
const one = { fault: "a fault", next: "up" };
const ten = { fault: "another, at ten moments", next: "nothing", times: 10 };

describe("the table of faults", () => {
  it("counts faults, not kinds of them", () => {
    assert.equal(new FaultTable([one, ten]).size, 11);
  });

  it("a run that stopped before its end prints what it has, and neither compares nor writes the page", () => {
    const before = page();
    const table = new FaultTable([one, ten]);
    table.survived(one, "some words");
    process.env["PALISADE_UPDATE_DOCS"] = "1";
    let printed: string;
    try {
      printed = table.check();
    } finally {
      delete process.env["PALISADE_UPDATE_DOCS"];
    }
    assert.equal(page(), before);
    assert.deepEqual(printed.split("\n").slice(2), [
      "| a fault | some words     | up                  |",
      "",
      "1 of 2 kinds, 0 of 0 cells: not compared with docs/reliability.md",
    ]);
  });

  it("a run that hasn't looked at every addition in every way compares nothing either", () => {
    const [rule, peer] = [ADDITIONS[0], ADDITIONS[2]];
    const table = new FaultTable([one], [rule, peer]);
    table.survived(one, "some words");
    for (const way of AFTERWARDS) table.saw(rule, way, "nothing");
    table.saw(peer, AFTERWARDS[0], "nothing");
    assert.match(table.check(), /\n1 of 1 kinds, 6 of 10 cells: not compared/);
  });

  it("a whole run with other words than the page's says that the page is stale", () => {
    const table = new FaultTable([one]);
    table.survived(one, "some words");
    assert.throws(() => table.check(), /docs\/reliability\.md is stale/);
  });
});
