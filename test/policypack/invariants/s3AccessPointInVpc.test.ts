import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, verdicts } from "../helpers";

const NAME = "s3-access-point-in-vpc";
const judge = (props: object) =>
  run([aws("s3/accessPoint:AccessPoint", "point", { name: "readers", ...props })], {}, { only: NAME });

describe(NAME, () => {
  it("reports an access point of the internet, with the line to write", () => {
    assert.deepEqual(
      judge({}).map(({ message }) => message),
      [
        'AccessPoint readers (resource "point") takes requests from the internet, so leaked credentials give access to the ' +
          "bucket's data from anywhere. Evidence: vpcConfiguration is absent. " +
          "Remedy: write vpcConfiguration: { vpcId: VPC.id }.",
      ],
    );
  });

  it("takes an empty configuration for none", () => {
    assert.deepEqual(verdicts(judge({ vpcConfiguration: {} })), [`${NAME} point`]);
    assert.deepEqual(judge({ vpcConfiguration: { vpcId: "vpc-1" } }), []);
  });
});
