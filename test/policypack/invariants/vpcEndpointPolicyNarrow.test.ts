import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, verdicts, UNKNOWN } from "../helpers";

const NAME = "vpc-endpoint-policy-narrow";
const endpoint = (name: string) =>
  aws(
    "ec2/vpcEndpoint:VpcEndpoint",
    name,
    { serviceName: "com.amazonaws.eu-central-1.s3", vpcId: "vpc-1" },
    {},
  );

describe(NAME, () => {
  it("advises only: whose data an endpoint is for isn't seen", () => {
    const [report] = run([endpoint("s3")], {}, { only: NAME });
    assert.equal(report?.level, "advisory");
    assert.ok(report.message.includes("has no policy, so requests with any account's credentials pass it"));
  });

  it("relates a policy to its endpoint by what it was made from", () => {
    const policy = aws(
      "ec2/vpcEndpointPolicy:VpcEndpointPolicy",
      "policy",
      { vpcEndpointId: UNKNOWN, policy: JSON.stringify({ Statement: [] }) },
      { vpcEndpointId: ["one"] },
    );
    assert.deepEqual(verdicts(run([endpoint("one"), endpoint("two"), policy], {}, { only: NAME })), [
      `${NAME} two`,
    ]);
  });

  it("can't say of which endpoint a policy is that nobody relates", () => {
    const policy = aws("ec2/vpcEndpointPolicy:VpcEndpointPolicy", "policy", {
      vpcEndpointId: UNKNOWN,
      policy: JSON.stringify({ Statement: [] }),
    });
    assert.deepEqual(verdicts(run([endpoint("one"), policy], {}, { only: NAME })), [`${NAME} one?`]);
  });
});
