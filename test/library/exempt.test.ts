import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { exemptionInOutput } from "../../data";
import { exempt, type PolicyExemption } from "../../library/exempt";
import { PalisadeInputError, problemText } from "../../problems";

const TERMS = { until: "2027-01-31", reason: "a::b $ c", owner: "team-web" };

describe("library: exempt", () => {
  it("names outputs that the pack reads back", () => {
    const { additionalSecretOutputs } = exempt(
      { policy: "rds-private", ...TERMS },
      { policy: "s3-not-public", ...TERMS },
    );
    const json = JSON.stringify(TERMS);
    assert.deepEqual(additionalSecretOutputs.map(exemptionInOutput), [
      { policy: "rds-private", json },
      { policy: "s3-not-public", json },
    ]);
  });

  it("goes with other options, and isn't for components, which have no such option", () => {
    const own = { additionalSecretOutputs: ["password"], protect: true };
    const merged = pulumi.mergeOptions(own, exempt({ policy: "rds-private", ...TERMS }));
    assert.deepEqual(merged.additionalSecretOutputs?.length, 2);
    // @ts-expect-error a component's options have nothing in common with it
    const component: pulumi.ComponentResourceOptions = exempt({ policy: "rds-private", ...TERMS });
    assert.ok(component);
  });

  it("no other output is an exemption", () => {
    for (const name of ["password", "palisade", "exemption:rds-private::{}"])
      assert.equal(exemptionInOutput(name), undefined, name);
  });

  it("refuses one without a reason, an owner, a policy or a day, all at once", () => {
    const wrong = { policy: "rds-private", until: "soon", reason: " " } as PolicyExemption;
    assert.throws(
      () => exempt({ policy: "a", ...TERMS }, wrong),
      (error) => {
        assert.ok(error instanceof PalisadeInputError);
        assert.deepEqual(
          error.problems.map((problem) => problemText(problem).split(": ").slice(0, 2).join(": ")),
          [
            "exempt[1].reason: is missing",
            "exempt[1].owner: is missing",
            'exempt[1].until: "soon" isn\'t a date; write it as YYYY-MM-DD',
          ],
        );
        return true;
      },
    );
  });
});
