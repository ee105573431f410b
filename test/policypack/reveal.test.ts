import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/policy";
import fc from "fast-check";
import { reveal, UNKNOWN_SENTINELS, type Value } from "../../policypack/values/reveal";
import { Place } from "../../policypack/values/field";
import { checked } from "./helpers";

/** A value tree as plain JavaScript; unknowns as a symbol. */
const UNKNOWN = Symbol("unknown");
function plain(value: Value): unknown {
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

  it("reads through Pulumi's checking proxy, which throws where an unknown is read", () => {
    const props = checked({ a: { b: [sentinel, 1] }, c: sentinel });
    assert.throws(() => props["c"], /can't be known during preview/);
    assert.deepEqual(plain(reveal(props)), { a: { b: [UNKNOWN, 1] }, c: UNKNOWN });
  });

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
      new Secret("s"),
      new Secret(sentinel),
      signed("1b47061264138c4ac30d75fd1eb44270", { value: "s" }),
      signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", { value: "v", secret: true }),
      signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", {}),
      signed("5cf8f73096256a8f31e491e813e4eb8e", { urn: "u" }),
    ];
    assert.deepEqual(plain(reveal(values)), ["s", UNKNOWN, "s", "v", UNKNOWN, "opaque"]);
  });

  it("takes outputs and promises for unknown, and assets for opaque", () => {
    const values = [pulumi.output("x"), Promise.resolve("x"), new pulumi.asset.StringAsset("x")];
    assert.deepEqual(plain(reveal(values)), [UNKNOWN, UNKNOWN, "opaque"]);
  });

  it("reads null as absent and skips a hole, a function and a symbol without a throw", () => {
    const value = reveal({ a: null, b: () => 1, c: Symbol("c"), d: [, 1] }); // eslint-disable-line no-sparse-arrays -- the claim
    assert.deepEqual(plain(value), { a: undefined, b: "opaque", c: "opaque", d: [undefined, 1] });
  });

  it("never throws: cycles, getters, revoked and hostile proxies, and any depth are unknown", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    const getter = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    assert.deepEqual(plain(reveal({ cycle, revoked: revoked.proxy, hostile, getter })), {
      cycle: { self: UNKNOWN },
      revoked: UNKNOWN,
      hostile: UNKNOWN,
      getter: { x: UNKNOWN },
    });
    assert.doesNotThrow(() => reveal(deep));
  });

  it("leaves any JSON value as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const clean = JSON.parse(JSON.stringify(value), (key, item: unknown) =>
          item === null || key.startsWith("__") ? undefined : item,
        ) as unknown;
        const shown = plain(reveal(checked({ value: clean })));
        assert.equal(JSON.stringify(shown), JSON.stringify({ value: clean }));
      }),
    );
  });
});

describe("Place", () => {
  const [sentinel = ""] = UNKNOWN_SENTINELS;

  it("names the value that stands in the way, not the one that was asked for", () => {
    const root = Place.root(reveal({ spec: { egress: sentinel, ingress: "all" } }));
    assert.deepEqual(root.at("spec").at("egress").at("to").list(), {
      known: false,
      path: "spec.egress",
      because: "not yet known",
    });
    assert.deepEqual(root.at("spec").at("ingress").list(), {
      known: false,
      path: "spec.ingress",
      because: "not a list, as the API asks",
    });
  });

  it("quotes a key that has dots of its own", () => {
    const labels = Place.root(reveal({ labels: { "a.b/c": sentinel } }))
      .at("labels")
      .map();
    const place = labels.known ? labels.value?.get("a.b/c") : undefined;
    assert.equal(place?.path, 'labels["a.b/c"]');
  });
});
