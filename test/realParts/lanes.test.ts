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

  it("copy what a suite prints with its name before each line, the last without an end of line too", async () => {
    let copied = "";
    const to = new Writable({
      write: (chunk, _encoding, done) => {
        copied += String(chunk);
        done();
      },
    });
    await copyNamed(
      Readable.from([Buffer.from("on"), Buffer.from("e\n\ntw"), Buffer.from("o")]),
      "worlds",
      to,
    );
    assert.equal(copied, "worlds | one\nworlds | \nworlds | two\n");
  });

  it("begin with the bench, and have every suite once", () => {
    const names = suiteNames();
    assert.equal(names[0], "bench");
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("worlds") && names.includes("engine"));
  });
});
