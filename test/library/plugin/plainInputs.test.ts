import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { plainInputs } from "../../../library/plugin/plainInputs";

describe("inputs as plain data", () => {
  it("are what the program wrote, outputs whose value is known as their values", async () => {
    const given = { a: [1, "x", null, { b: pulumi.output([true]) }], c: pulumi.output({ d: "e" }) };
    assert.deepEqual(await plainInputs(given), { a: [1, "x", null, { b: [true] }], c: { d: "e" } });
  });

  it("are refused for everything in them that isn't, all at once, each by its path", async () => {
    const given = {
      secret: { list: [pulumi.secret("hunter2")] },
      inside: pulumi.output({ deep: pulumi.secret("hunter2") }),
      unknown: { "odd key": pulumi.unknown },
      date: new Date(0),
    };
    const error: unknown = await plainInputs(given).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    const lines = error.message
      .split("\n")
      .map((line) => line.trim().replace(/\. (?:Write|It decides) .*/, ""));
    assert.deepEqual(lines, [
      "4 problems:",
      "secret.list[0]: is a secret",
      "inside: is a secret",
      'unknown["odd key"]: isn\'t known yet',
      "date: isn't plain data",
    ]);
  });
});
