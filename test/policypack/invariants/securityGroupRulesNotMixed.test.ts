import { strict as assert } from "node:assert";
import { aws, COMPLIANT_AWS, group, ingress, singleRule, tcp, tcpInline } from "../aws";
import { run, type TestResource, verdicts } from "../helpers";

const NAME = "security-group-rules-not-mixed";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));
const inline = { ...tcpInline(22), cidrBlocks: ["10.0.0.0/8"] };
const single = (name: string, on: string) => singleRule(name, on, { ...inline, type: "ingress" });
const standalone = (name: string, on: string) => ingress(name, on, { ...tcp(22), cidrIpv4: "10.0.0.0/8" });

describe(NAME, () => {
  it("reports inline rules beside rules of either other kind, in their direction", () => {
    for (const rule of [single("r", "g"), standalone("r", "g")]) {
      assert.deepEqual(judge([group("g", { ingress: [inline] }), rule]), [`${NAME} g`]);
      assert.deepEqual(judge([group("g", { ingress: [] }), rule]), [`${NAME} g`]);
      assert.deepEqual(judge([group("g", { egress: [inline] }), rule]), []);
    }
  });

  it("reports the two kinds of rule resources on one group, and an adopted default group with any", () => {
    assert.deepEqual(judge([group("g"), single("a", "g"), standalone("b", "g")]), [`${NAME} g`]);
    const adopted = aws("ec2/defaultSecurityGroup:DefaultSecurityGroup", "g", {});
    const rule = aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "r", {
      securityGroupId: "sg-1",
      ...tcp(22),
    });
    assert.deepEqual(judge([{ ...adopted, props: { id: "sg-1" } }, rule]), [`${NAME} g`]);
  });

  it("is silent on one way of writing, on other groups, and on rules that AWS lists in a group's state", () => {
    assert.deepEqual(judge([group("g", { ingress: [inline] }), group("h"), standalone("r", "h")]), []);
    const refreshed = { ...group("g", { ingress: [inline] }), madeFrom: { vpcId: [] } };
    assert.deepEqual(judge([refreshed, standalone("r", "g")]), []);
    assert.deepEqual(judge(COMPLIANT_AWS), []);
  });

  it("asks where a rule's group isn't known", () => {
    const rule = ingress("r", "g", tcp(22), { securityGroupId: ["g", "h"] });
    assert.deepEqual(judge([group("g", { ingress: [inline] }), group("h"), rule]), [`${NAME} g?`]);
  });
});
