import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { endedChildren, ProcessorTime } from "../e2e/machine/processorTime";

describe("the processor time of the real parts' suites", () => {
  it("is the user and system time of children, whatever the process is called", () => {
    const before = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 100 200 0 0";
    assert.equal(endedChildren(`${before} 5 6 700 80 20 0 1 0 12345 0`), 7.8);
  });

  it("counts each child once, with what it waited for itself", () => {
    const time = new ProcessorTime();
    time.sinceLast();
    assert.equal(time.sinceLast(), 0);
    const busy = "const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);";
    const outer = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}])`;
    execFileSync(process.execPath, ["-e", outer]);
    assert.ok(time.sinceLast() >= 0.3);
    assert.equal(time.sinceLast(), 0);
  });
});
