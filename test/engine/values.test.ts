import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  forAnalyzer,
  forDisplay,
  secret,
  secretTexts,
  settle,
  WITHHELD,
  type Value,
  type ValueMap,
} from "../../engine/values";
import { SIGNATURE, UNKNOWN_SENTINEL } from "../../data/pulumiWire";

const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const urn = "urn:pulumi:dev::p::a:b:C::n";

describe("embedded preview: property values", () => {
  it("settles outputs to what they hold, and text made from an unknown to unknown", () => {
    assert.deepEqual(
      settle({
        known: { [SIGNATURE]: OUTPUT, value: [1] },
        unknown: { [SIGNATURE]: OUTPUT },
        hidden: { [SIGNATURE]: OUTPUT, value: "s", secret: true },
        joined: `https://u:${WITHHELD}@x`,
        list: [`a${UNKNOWN_SENTINEL}`],
      }),
      {
        known: [1],
        unknown: UNKNOWN_SENTINEL,
        hidden: secret("s"),
        joined: UNKNOWN_SENTINEL,
        list: [UNKNOWN_SENTINEL],
      },
    );
  });

  it("gives an analyzer ids for references, unknown where there is none yet, URNs of components, and no internals", () => {
    assert.deepEqual(
      forAnalyzer({
        __internal: {},
        made: { [SIGNATURE]: RESOURCE, urn, id: "i-1" },
        new: { [SIGNATURE]: RESOURCE, urn, id: "" },
        component: { [SIGNATURE]: RESOURCE, urn },
        hidden: secret("s"),
        nested: { __kept: 1 },
      }),
      { made: "i-1", new: UNKNOWN_SENTINEL, component: urn, hidden: secret("s"), nested: { __kept: 1 } },
    );
  });

  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const tree = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;

  it("never displays a secret, wherever it is", () => {
    fc.assert(
      fc.property(tree, fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }), (value, path) => {
        const buried = path.reduce<Value>(
          (inner, kind) => (kind < 2 ? [value, inner] : kind < 4 ? { k: inner, v: value } : secret(inner)),
          secret({ deep: ["hunter2-plain", value] }),
        );
        assert.doesNotMatch(JSON.stringify(forDisplay(settle(buried))), /hunter2-plain/);
      }),
    );
  });

  it("finds every secret text and number, longest first, and nothing else", () => {
    const values: Value[] = [
      { password: secret("hunter2"), port: secret(5432), on: secret(true), plain: "shown" },
      [secret({ user: "admin", list: ["hunter2-and-more", "x"] }), "plain too"],
    ];
    assert.deepEqual(secretTexts(values), ["hunter2-and-more", "hunter2", "admin", "5432"]);
  });

  it("settles and displays plain values as they are", () => {
    fc.assert(
      fc.property(tree, (value) => {
        assert.deepEqual(settle(value), value);
        assert.deepEqual(forDisplay(value), value);
        assert.deepEqual(forAnalyzer({ value }), { value } satisfies ValueMap);
      }),
    );
  });
});
