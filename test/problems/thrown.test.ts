import { strict as assert } from "node:assert";
import { messageOf } from "../../problems";

describe("what was thrown", () => {
  it("is an error's message, without its name, or whatever else was thrown as text", () => {
    assert.deepEqual([new RangeError("too far"), "plain", undefined, 7].map(messageOf), [
      "too far",
      "plain",
      "undefined",
      "7",
    ]);
  });
});
