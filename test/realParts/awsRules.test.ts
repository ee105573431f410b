import { strict as assert } from "node:assert";
import { egressRule, ingressRule, securityGroup } from "../e2e/providers/aws/groups";

const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };

describe("the AWS stand-in: which changes make a new rule, as the official provider has it", () => {
  for (const kind of [ingressRule, egressRule]) {
    const replaced = (olds: object, news: object) =>
      kind.alsoReplaces?.({ ...rule, ...olds }, { ...rule, ...news });

    it("another group that has the rule, or another kind of peer", () => {
      assert.deepEqual(kind.replaces, ["securityGroupId"]);
      assert.deepEqual(replaced({ cidrIpv4: "10.0.0.0/8" }, { referencedSecurityGroupId: "sg-2" }), [
        "cidrIpv4",
        "referencedSecurityGroupId",
      ]);
    });

    it("ports, and another peer of the same kind, change in place", () => {
      assert.deepEqual(replaced({ cidrIpv4: "10.0.0.0/8", toPort: 5433 }, { cidrIpv4: "10.1.0.0/16" }), []);
    });
  }

  it("a group's name, description and VPC", () => {
    assert.deepEqual([...securityGroup.replaces].sort(), ["description", "name", "namePrefix", "vpcId"]);
  });
});
