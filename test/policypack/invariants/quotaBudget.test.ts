import { strict as assert } from "node:assert";
import { group, groupPolicy, ingress, tcp, tcpInline } from "../aws";
import { run, type TestResource, verdicts } from "../helpers";

const NAME = "quota-budget";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));

describe(NAME, () => {
  const rules = (count: number, make: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => ingress(`r${i}`, "g", { ...tcp(1000 + i), ...make(i) }));
  const v4 = () => ({ cidrIpv4: "10.0.0.0/8" });
  const v6 = () => ({ cidrIpv6: "fd00::/8" });
  it("counts IPv4 and IPv6 apart, and a group in both", () => {
    assert.deepEqual(judge([group("g"), ...rules(60, v4)]), []);
    assert.deepEqual(judge([group("g"), ...rules(61, v4)]), [`${NAME} g`]);
    assert.deepEqual(judge([group("g"), ...rules(120, (i) => (i % 2 ? v4() : v6()))]), []);
    const refer = { referencedSecurityGroupId: "sg-1" };
    assert.deepEqual(judge([group("g"), ...rules(121, (i) => (i % 2 ? v4() : refer))]), [`${NAME} g`]);
  });

  it("counts inline blocks one by one, and prefix lists by their weight", () => {
    const blocks = Array.from({ length: 61 }, (_, i) => `10.0.${i}.0/24`);
    assert.deepEqual(judge([group("g", { egress: [{ ...tcpInline(22), cidrBlocks: blocks }] })]), [
      `${NAME} g`,
    ]);
    const list = [group("g"), ...rules(1, () => ({ prefixListId: "pl-1" }))];
    assert.deepEqual(judge(list), []);
    assert.deepEqual(judge(list, { prefixListWeights: { "pl-1": 61 } }), [`${NAME} g`]);
  });

  it("reports more groups than an interface takes, by number and by the product with rules", () => {
    const six = ["a", "b", "c", "d", "e", "f"];
    assert.deepEqual(judge([groupPolicy("p", six.slice(0, 5))]), []);
    assert.deepEqual(judge([groupPolicy("p", six)]), [`${NAME} p`]);
    assert.deepEqual(judge([groupPolicy("p", six)], { groupsPerInterface: 16 }), []);
    assert.deepEqual(judge([groupPolicy("p", six)], { groupsPerInterface: 16, rulesPerGroup: 200 }), [
      `${NAME} p`,
    ]);
  });
});
