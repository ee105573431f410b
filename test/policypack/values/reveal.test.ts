import { strict as assert } from "node:assert";
import fc from "fast-check";
import { UNKNOWN_SENTINELS } from "../../../data/pulumiWire";
import { literal, reveal, type RevealedValue, stored } from "../../../policypack/values/reveal";
import { Cursor } from "../../../policypack/values/field";

/** A value tree as plain JavaScript; unknowns as a symbol. */
const UNKNOWN = Symbol("unknown");
function plain(value: RevealedValue): unknown {
  switch (value.kind) {
    case "unknown":
      return UNKNOWN;
    case "absent":
      return undefined;
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(plain);
    case "map":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "opaque":
      return "opaque";
  }
}

describe("reveal", () => {
  const [sentinel = ""] = UNKNOWN_SENTINELS;

  it("knows all seven sentinels", () => {
    assert.equal(UNKNOWN_SENTINELS.size, 7);
    assert.deepEqual(
      plain(reveal([...UNKNOWN_SENTINELS])),
      [...UNKNOWN_SENTINELS].map(() => UNKNOWN),
    );
  });

  it("unwraps secrets in every spelling, and keeps an unknown inside unknown", () => {
    const signed = (signature: string, value: object) => ({
      "4dabf18193072939515e22adb298388d": signature,
      ...value,
    });
    const values = [
      signed("1b47061264138c4ac30d75fd1eb44270", { value: sentinel }),
      signed("1b47061264138c4ac30d75fd1eb44270", { value: "s" }),
      signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", { value: "v", secret: true }),
      signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", {}),
      signed("5cf8f73096256a8f31e491e813e4eb8e", { urn: "u" }),
    ];
    assert.deepEqual(plain(reveal(values)), [UNKNOWN, "s", "v", UNKNOWN, "opaque"]);
  });

  it("takes what stands for a secret that wasn't decrypted for unknown, but for a part of a text and in manifests", () => {
    assert.deepEqual(plain(reveal({ a: "[secret]", b: "no [secret]" })), { a: UNKNOWN, b: "no [secret]" });
    assert.deepEqual(plain(literal("[secret]")), "[secret]");
  });

  it("reads a state's secrets where they were shown, and takes what is encrypted for unknown", () => {
    const secret = (parts: object) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ...parts,
    });
    const values = [
      secret({ ciphertext: "v1:AAAA" }),
      secret({ plaintext: '{"a":[1,"b"]}' }),
      secret({ plaintext: '"text"' }),
      secret({ plaintext: "no JSON" }),
      secret({}),
      sentinel,
      { a: secret({ plaintext: JSON.stringify(secret({ ciphertext: "x" })) }) },
    ];
    assert.deepEqual(plain(stored(values)), [
      UNKNOWN,
      { a: [1, "b"] },
      "text",
      UNKNOWN,
      UNKNOWN,
      UNKNOWN,
      { a: UNKNOWN },
    ]);
  });

  it("reads null and undefined as absent, and what JSON doesn't have as opaque", () => {
    const value = reveal({ a: null, b: () => 1, c: 1n, d: [undefined, 1] });
    assert.deepEqual(plain(value), { a: undefined, b: "opaque", c: "opaque", d: [undefined, 1] });
  });

  it("takes cycles and any depth for unknown", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    assert.deepEqual(plain(reveal({ cycle })), { cycle: { self: UNKNOWN } });
    assert.doesNotThrow(() => reveal(deep));
  });

  it("doesn't take a value that stands in two places for a cycle", () => {
    const shared = { a: 1 };
    assert.deepEqual(plain(reveal([shared, { shared }])), [{ a: 1 }, { shared: { a: 1 } }]);
  });

  it("leaves any JSON value as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const clean = JSON.parse(JSON.stringify(value), (key, item: unknown) =>
          item === null || key === "__proto__" ? undefined : item,
        ) as unknown;
        const shown = plain(reveal({ value: clean }));
        assert.equal(JSON.stringify(shown), JSON.stringify({ value: clean }));
      }),
    );
  });
});

describe("Place", () => {
  const [sentinel = ""] = UNKNOWN_SENTINELS;

  it("names the value that stands in the way, not the one that was asked for", () => {
    const root = Cursor.root(reveal({ spec: { egress: sentinel, ingress: "all" } }));
    assert.deepEqual(root.at("spec").at("egress").at("to").list(), {
      known: false,
      path: "spec.egress",
      because: "not yet known",
    });
    assert.deepEqual(root.at("spec").at("ingress").list(), {
      known: false,
      path: "spec.ingress",
      because: '"all", not a list, as the API requires',
      isWrong: true,
    });
  });

  it("quotes a key that has dots of its own", () => {
    const labels = Cursor.root(reveal({ labels: { "a.b/c": sentinel } }))
      .at("labels")
      .map();
    const place = labels.known ? labels.value?.get("a.b/c") : undefined;
    assert.equal(place?.path, 'labels["a.b/c"]');
  });
});
