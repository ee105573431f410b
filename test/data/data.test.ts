import { strict as assert } from "node:assert";
import { append, getOrMake, isMap, once } from "../../data";
import { SIGNATURE, SIGNATURES, UNKNOWN_SENTINEL, UNKNOWN_SENTINELS } from "../../data/pulumiWire";

describe("data", () => {
  it("append adds to a key's list, in order, and makes it first", () => {
    const map = new Map<string, number[]>();
    append(map, "a", 1);
    append(map, "b", 2);
    append(map, "a", 3);
    assert.deepEqual(Object.fromEntries(map), { a: [1, 3], b: [2] });
  });

  it("getOrMake makes a key's value once, also where it is undefined-like", () => {
    const map = new Map<string, number>([["zero", 0]]);
    let made = 0;
    const next = () => ++made;
    assert.deepEqual(
      ["zero", "one", "one"].map((key) => getOrMake(map, key, next)),
      [0, 1, 1],
    );
    assert.equal(made, 1);
  });

  it("isMap: an object, and neither null nor a list nor anything else", () => {
    assert.deepEqual([{}, { a: 1 }].map(isMap), [true, true]);
    assert.deepEqual([null, undefined, [], "a", 1, true].map(isMap), [
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("once reads each object once, and equal objects apart", () => {
    let count = 0;
    const read = once((one: { readonly name: string }) => `${one.name}${++count}`);
    const [first, second] = [{ name: "a" }, { name: "a" }];
    assert.deepEqual([read(first), read(second), read(first)], ["a1", "a2", "a1"]);
  });

  it("Pulumi's sentinels are distinct, the plain one among them, and so are its signatures", () => {
    assert.equal(UNKNOWN_SENTINELS.size, 7);
    assert.ok(UNKNOWN_SENTINELS.has(UNKNOWN_SENTINEL));
    const all = [...UNKNOWN_SENTINELS, SIGNATURE, ...Object.values(SIGNATURES)];
    assert.equal(new Set(all).size, all.length);
  });
});
