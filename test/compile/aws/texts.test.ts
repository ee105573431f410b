import { strict as assert } from "node:assert";
import fc from "fast-check";
import { awsText, mergeReasons } from "../../../compile/aws/description";
import { drift, snapshotOf } from "../../../compile/aws/prefixLists";
import { bucketNameProblem } from "../../../compile/check/bucketName";
import { branchInterfacesOf } from "../../../compile/check/branchInterfaces";

const ACCEPTED = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/;

describe("descriptions", () => {
  it("are in AWS's characters and at most 255 of them, whatever the reasons", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 300 }), { minLength: 1, maxLength: 6 }),
        (reasons) => {
          const text = mergeReasons(reasons);
          assert.match(text, ACCEPTED);
          assert.ok(text.length <= 255, String(text.length));
        },
      ),
    );
  });

  for (const [given, wanted] of [
    ["checkout → orders", "checkout to orders"],
    ["Prüfung der Börse", "Prufung der Borse"],
    ["100% of “it’s” traffic?", "100 percent of its traffic."],
    ["付款", "{U+4ED8}{U+6B3E}"],
    ["a\n\tb", "a b"],
    ["x < y | z", "x ( y / z"],
  ] as const) {
    it(`say ${JSON.stringify(given)} as ${wanted}`, () => assert.equal(awsText(given), wanted));
  }

  it("merge reasons once each, and count what doesn't fit", () => {
    assert.equal(mergeReasons(["a", "b", "a"]), "a; b");
    const long = "x".repeat(150);
    assert.equal(mergeReasons([long, `y${long}`, `z${long}`]), `${long} [+2 more]`);
    assert.equal(mergeReasons(["w".repeat(400)]), `${"w".repeat(252)}...`);
    assert.equal(mergeReasons(["w".repeat(400), "b"]), `${"w".repeat(242)}... [+1 more]`);
  });
});

describe("facts of AWS", () => {
  it("knows bucket names that AWS refuses, and dots that TLS does", () => {
    for (const good of ["shop-files", "abc", "a".repeat(63), "0-9"])
      assert.equal(bucketNameProblem(good), undefined);
    for (const bad of [
      "ab",
      "a".repeat(64),
      "Shop",
      "shop_files",
      "-shop",
      "shop-",
      "xn--shop",
      "shop-s3alias",
      "a.b",
    ]) {
      assert.notEqual(bucketNameProblem(bad), undefined, bad);
    }
  });

  it("knows branch interfaces of instance types, and lets the config add a new type", () => {
    const facts = {
      instanceTypes: [],
      fargate: false,
      windows: false,
      autoMode: false,
      kubernetesVersion: "1.34",
      branchInterfaces: {},
    };
    assert.equal(branchInterfacesOf("m5.large", facts), 9);
    assert.equal(branchInterfacesOf("c5.4xlarge", facts), 54);
    assert.equal(branchInterfacesOf("t3.large", facts), 0);
    assert.equal(branchInterfacesOf("m99.large", facts), undefined);
    assert.equal(branchInterfacesOf("m99.large", { ...facts, branchInterfaces: { "m99.large": 9 } }), 9);
  });

  it("says how a prefix list has drifted, and nothing where it hasn't", () => {
    const { id, cidrs } = snapshotOf("us-east-1") ?? assert.fail();
    assert.equal(drift("us-east-1", { id, cidrs }, { id, cidrs: [...cidrs].reverse() }), undefined);
    assert.match(
      drift(
        "us-east-1",
        { id: "pl-1", cidrs: ["3.5.0.0/19", "9.9.9.0/24"] },
        { id: "pl-2", cidrs: ["3.5.0.0/19", "8.8.8.0/24"] },
      ) ?? "",
      /us-east-1 has changed since it was recorded: it is pl-2, not pl-1; 8\.8\.8\.0\/24 came; 9\.9\.9\.0\/24 went/,
    );
    assert.equal(snapshotOf("xx-nowhere-1"), undefined);
  });
});
