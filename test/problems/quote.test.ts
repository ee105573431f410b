import { strict as assert } from "node:assert";
import { quote } from "../../problems";

describe("values inside messages", () => {
  it("show what a terminal would hide or dress up", () => {
    assert.equal(
      quote("w\u0435b\u202e\u001b[31m\u009b\u{1f600}"),
      '"w\\u0435b\\u202e\\u001b[31m\\u009b\\u{1f600}"',
    );
    assert.equal(quote('say "no"\n'), '"say \\"no\\"\\n"');
  });

  it("cut long values and never print a structure", () => {
    assert.equal(quote("x".repeat(300)), `"${"x".repeat(79)}… (300 characters)`);
    const values = [null, undefined, [1, 2], { a: 1 }, 5, true, 7n, () => 1, Symbol("s"), NaN];
    assert.deepEqual(values.map(quote), [
      "nothing",
      "nothing",
      "a list of 2",
      "a mapping",
      "5",
      "true",
      "7",
      "a function",
      "a symbol",
      "NaN",
    ]);
  });
});
