import { strict as assert } from "node:assert";
import fc from "fast-check";
import { nearest } from "../../data/nearest";
import { compareText, remedyForUnknown } from "../../flows/text";

const word = fc.stringMatching(/^[a-z]{4,12}$/);

describe("flows: did you mean", () => {
  it("finds the word behind one slip: a letter lost, added, changed, or two swapped", () => {
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom("lose", "add", "change", "swap"), (right, where, slip) => {
        const at = where % (right.length - 1);
        const [head, a = "", b = "", tail] = [
          right.slice(0, at),
          right[at],
          right[at + 1],
          right.slice(at + 2),
        ];
        const wrong = {
          lose: head + b + tail,
          add: `${head}${a}#${b}${tail}`,
          change: `${head}#${b}${tail}`,
          swap: head + b + a + tail,
        };
        assert.equal(nearest(wrong[slip], [right, "zzzzzzzzzzzzzzzzzzzz"]), right);
      }),
    );
  });

  it("keeps silent where nothing is near, or two are equally near", () => {
    assert.equal(nearest("payments", ["web", "api"]), undefined);
    assert.equal(nearest("apx", ["api", "apt"]), undefined);
    assert.equal(nearest("x", []), undefined);
  });

  it("copes with an absurdly long word", () => {
    assert.equal(nearest("a".repeat(1_000_000), ["api"]), undefined);
  });

  it("lists the names where it can't guess, at most twelve", () => {
    assert.equal(remedyForUnknown("wbe", ["api", "web"], "-"), 'Did you mean "web"?');
    assert.equal(remedyForUnknown("zzz", ["web", "api"], "-"), "Write one of api, web");
    assert.equal(remedyForUnknown("zzz", ["web"], "-"), "Write web");
    assert.equal(remedyForUnknown("zzz", [], "Declare it"), "Declare it");
    const many = Array.from({ length: 13 }, (_, i) => `name${String.fromCharCode(97 + i).repeat(9)}`);
    assert.match(remedyForUnknown("zzz", many, "-"), /^Write one of ([a-z]+, ){12}…$/);
  });
});

describe("flows: order", () => {
  it("is by code unit, whatever the locale says of letters", () => {
    assert.deepEqual(["ä", "b", "B", "a", "_"].sort(compareText), ["B", "_", "a", "b", "ä"]);
  });
});
