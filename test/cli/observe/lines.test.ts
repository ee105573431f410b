import { strict as assert } from "node:assert";
import fc from "fast-check";
import { LineSplitter } from "../../../cli/observe/lines";

const split = (chunks: readonly Uint8Array[]) => {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
};

describe("observe: lines", () => {
  it("are the same however the bytes are cut into chunks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.nat(40)), (text, cuts) => {
        const bytes = Buffer.from(`${text}\nä→\n`);
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
        assert.deepEqual(split(chunks), split([bytes]));
        assert.deepEqual(
          split([bytes]).map((line) => line.text),
          `${text}\nä→`.split("\n"),
        );
      }),
    );
  });

  it("that are too long are said and passed over, in one chunk or in many", () => {
    const text = `a\n${"x".repeat(3_000_000)}\nb`;
    const expected = [
      { number: 1, text: "a" },
      { number: 2, text: undefined, problem: "is longer than a megabyte" },
      { number: 3, text: "b" },
    ];
    const bytes = Buffer.from(text);
    assert.deepEqual(split([bytes]), expected);
    const chunks = Array.from({ length: 31 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
    assert.deepEqual(split(chunks), expected);
  });
});
