import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run } from "../helpers";

const NAME = "endpoint-service-acceptance";
const service = (props: object) => aws("ec2/vpcEndpointService:VpcEndpointService", "service", props);

describe(NAME, () => {
  it("says who connects unasked, by the resource that allows it", () => {
    const allowed = aws(
      "ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
      "partner",
      { vpcEndpointServiceId: "vpce-svc-1", principalArn: "arn:aws:iam::111122223333:root" },
    );
    const reports = run(
      [service({ id: "vpce-svc-1", acceptanceRequired: false }), allowed],
      {},
      { only: NAME },
    );
    assert.deepEqual(
      reports.map(({ message }) => message),
      [
        'VpcEndpointServiceAllowedPrinciple (resource "partner") lets arn:aws:iam::111122223333:root connect without being ' +
          "accepted, so an endpoint in their VPC leads to what is behind the load balancer, past its network. Evidence: " +
          "acceptanceRequired is false, and arn:aws:iam::111122223333:root is allowed. Remedy: write acceptanceRequired: true, " +
          "or list the principal under endpoint-service-acceptance.principals.",
      ],
    );
  });
});
