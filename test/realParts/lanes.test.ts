import { strict as assert } from "node:assert";
import { Readable, Writable } from "node:stream";
import { copyNamed, inLanes } from "../e2e/lanes";
import { suiteNames } from "../e2e/selection";

describe("the real parts' lanes", () => {
  it("begin the jobs in their order, as many at a time as there are lanes, and give what each gave in that order", async () => {
    const said: string[] = [];
    const ends = new Map<string, () => void>();
    const work = async (job: string): Promise<string> => {
      said.push(`begin ${job}`);
      await new Promise<void>((resolve) => ends.set(job, resolve));
      said.push(`end ${job}`);
      return job.toUpperCase();
    };
    const end = async (job: string): Promise<void> => {
      ends.get(job)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const given = inLanes(["a", "b", "c", "d"], 2, work);
    for (const job of ["b", "c", "a", "d"]) await end(job);
    assert.deepEqual(await given, ["A", "B", "C", "D"]);
    assert.deepEqual(said, ["begin a", "begin b", "end b", "begin c", "end c", "begin d", "end a", "end d"]);
  });

  for (const [isTTY, tick] of [
    [true, "\u001b[32m✔\u001b[39m"],
    [false, "✔"],
  ] as const)
    it(`copy what a suite prints with its name before each line, ${isTTY ? "with" : "without"} its colours`, async () => {
      let copied = "";
      const to = new Writable({
        write: (chunk, _encoding, done) => {
          copied += String(chunk);
          done();
        },
      });
      const chunks = ["on", "e\n\n\u001b[32m✔\u001b[39m tw", "o"].map((text) => Buffer.from(text));
      await copyNamed(Readable.from(chunks), "worlds", Object.assign(to, { isTTY }));
      assert.equal(copied, `worlds | one\nworlds | ${tick} two\n`);
    });

  it("begin with the bench, and have every suite once", () => {
    const names = suiteNames();
    assert.equal(names[0], "bench");
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("worlds") && names.includes("engine"));
  });
});
