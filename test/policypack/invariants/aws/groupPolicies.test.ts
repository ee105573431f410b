import { strict as assert } from "node:assert";
import {
  aws,
  COMPLIANT_AWS,
  egress,
  group,
  groupPolicy,
  ingress,
  singleRule,
  tcp,
  tcpInline,
} from "../../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../../helpers";

const MIXED = "security-group-rules-not-mixed";
const EFFECTIVE = "security-group-policy-effective";
const QUOTA = "quota-budget";
const judge = (policy: string, stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [policy]: config }, { only: policy }));
const inline = { ...tcpInline(22), cidrBlocks: ["10.0.0.0/8"] };
const single = (name: string, on: string) => singleRule(name, on, { ...inline, type: "ingress" });
const standalone = (name: string, on: string) => ingress(name, on, { ...tcp(22), cidrIpv4: "10.0.0.0/8" });

describe(MIXED, () => {
  it("reports inline rules beside rules of either other kind, in their direction", () => {
    for (const rule of [single("r", "g"), standalone("r", "g")]) {
      assert.deepEqual(judge(MIXED, [group("g", { ingress: [inline] }), rule]), [`${MIXED} g`]);
      assert.deepEqual(judge(MIXED, [group("g", { ingress: [] }), rule]), [`${MIXED} g`]);
      assert.deepEqual(judge(MIXED, [group("g", { egress: [inline] }), rule]), []);
    }
  });

  it("reports the two kinds of rule resources on one group, and an adopted default group with any", () => {
    assert.deepEqual(judge(MIXED, [group("g"), single("a", "g"), standalone("b", "g")]), [`${MIXED} g`]);
    const adopted = aws("ec2/defaultSecurityGroup:DefaultSecurityGroup", "g", {});
    const rule = aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "r", {
      securityGroupId: "sg-1",
      ...tcp(22),
    });
    assert.deepEqual(judge(MIXED, [{ ...adopted, props: { id: "sg-1" } }, rule]), [`${MIXED} g`]);
  });

  it("is silent on one way of writing, on other groups, and on rules that AWS lists in a group's state", () => {
    assert.deepEqual(judge(MIXED, [group("g", { ingress: [inline] }), group("h"), standalone("r", "h")]), []);
    const refreshed = { ...group("g", { ingress: [inline] }), madeFrom: { vpcId: [] } };
    assert.deepEqual(judge(MIXED, [refreshed, standalone("r", "g")]), []);
    assert.deepEqual(judge(MIXED, COMPLIANT_AWS), []);
  });

  it("asks where a rule's group isn't known", () => {
    const rule = ingress("r", "g", tcp(22), { securityGroupId: ["g", "h"] });
    assert.deepEqual(judge(MIXED, [group("g", { ingress: [inline] }), group("h"), rule]), [`${MIXED} g?`]);
  });
});

describe(EFFECTIVE, () => {
  const dns = (name: string, on: string, protocol: string) =>
    egress(name, on, { ...tcp(53), ipProtocol: protocol, referencedSecurityGroupId: "sg-dns" });
  const web = [group("web"), dns("tcp", "web", "tcp"), dns("udp", "web", "udp")];
  it("is silent on a policy with groups that resolve names, together or in another stack", () => {
    assert.deepEqual(judge(EFFECTIVE, [...web, groupPolicy("p", ["web"])]), []);
    assert.deepEqual(judge(EFFECTIVE, [...web, group("more"), groupPolicy("p", ["web", "more"])]), []);
    const theirs = groupPolicy("p", [], { securityGroups: { groupIds: ["sg-theirs"] } });
    assert.deepEqual(judge(EFFECTIVE, [theirs]), []);
  });

  for (const [claim, stack] of Object.entries({
    "no selector": [...web, groupPolicy("p", ["web"], { podSelector: null })],
    "both selectors": [...web, groupPolicy("p", ["web"], { serviceAccountSelector: {} })],
    "no groups": [groupPolicy("p", [], { securityGroups: {} })],
    "an empty list of groups": [groupPolicy("p", [])],
    "no name resolution": [group("web"), groupPolicy("p", ["web"])],
    "name resolution by TCP only": [...web.slice(0, 2), groupPolicy("p", ["web"])],
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(EFFECTIVE, stack), [`${EFFECTIVE} p`]));
  }

  for (const [claim, spec] of Object.entries({
    "an unknown selector": { podSelector: UNKNOWN },
    "unknown groups": { securityGroups: { groupIds: UNKNOWN } },
    "a group from nowhere": { securityGroups: { groupIds: [UNKNOWN, UNKNOWN] } },
  })) {
    it(`names ${claim} as not yet known`, () => {
      const from = claim === "a group from nowhere" ? [] : ["web"];
      const policy = { ...groupPolicy("p", ["web"], spec), madeFrom: { spec: from } };
      assert.deepEqual(judge(EFFECTIVE, [...web, policy]), [`${EFFECTIVE} p?`]);
    });
  }
});

describe(QUOTA, () => {
  const rules = (count: number, make: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => ingress(`r${i}`, "g", { ...tcp(1000 + i), ...make(i) }));
  const v4 = () => ({ cidrIpv4: "10.0.0.0/8" });
  const v6 = () => ({ cidrIpv6: "fd00::/8" });
  it("counts IPv4 and IPv6 apart, and a group in both", () => {
    assert.deepEqual(judge(QUOTA, [group("g"), ...rules(60, v4)]), []);
    assert.deepEqual(judge(QUOTA, [group("g"), ...rules(61, v4)]), [`${QUOTA} g`]);
    assert.deepEqual(judge(QUOTA, [group("g"), ...rules(120, (i) => (i % 2 ? v4() : v6()))]), []);
    const refer = { referencedSecurityGroupId: "sg-1" };
    assert.deepEqual(judge(QUOTA, [group("g"), ...rules(121, (i) => (i % 2 ? v4() : refer))]), [
      `${QUOTA} g`,
    ]);
  });

  it("counts inline blocks one by one, and prefix lists by their weight", () => {
    const blocks = Array.from({ length: 61 }, (_, i) => `10.0.${i}.0/24`);
    assert.deepEqual(judge(QUOTA, [group("g", { egress: [{ ...tcpInline(22), cidrBlocks: blocks }] })]), [
      `${QUOTA} g`,
    ]);
    const list = [group("g"), ...rules(1, () => ({ prefixListId: "pl-1" }))];
    assert.deepEqual(judge(QUOTA, list), []);
    assert.deepEqual(judge(QUOTA, list, { prefixListWeights: { "pl-1": 61 } }), [`${QUOTA} g`]);
  });

  it("reports more groups than an interface takes, by number and by the product with rules", () => {
    const six = ["a", "b", "c", "d", "e", "f"];
    assert.deepEqual(judge(QUOTA, [groupPolicy("p", six.slice(0, 5))]), []);
    assert.deepEqual(judge(QUOTA, [groupPolicy("p", six)]), [`${QUOTA} p`]);
    assert.deepEqual(judge(QUOTA, [groupPolicy("p", six)], { groupsPerInterface: 16 }), []);
    assert.deepEqual(judge(QUOTA, [groupPolicy("p", six)], { groupsPerInterface: 16, rulesPerGroup: 200 }), [
      `${QUOTA} p`,
    ]);
  });
});
