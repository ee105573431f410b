import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, verdicts } from "../helpers";

const NAME = "network-acl-no-world-ingress";
const rule = (ruleNo: number, action: string, fromPort: number, toPort: number) => ({
  ruleNo,
  action,
  protocol: "tcp",
  cidrBlock: "0.0.0.0/0",
  fromPort,
  toPort,
});
const judge = (ingress: readonly object[], ports?: readonly string[]) =>
  run(
    [aws("ec2/networkAcl:NetworkAcl", "acl", { ingress })],
    { [NAME]: ports ? { ports } : {} },
    { only: NAME },
  );

describe(NAME, () => {
  it("advises, and names the rule and the port", () => {
    const [report, ...more] = judge([rule(100, "allow", 20, 30)]);
    assert.deepEqual(more, []);
    assert.equal(report?.level, "advisory");
    assert.ok(report.message.includes("lets the internet into its subnets on TCP 22"));
    assert.ok(report.message.includes('NetworkAcl (resource "acl") ingress[0] admits it'));
  });

  it("judges each part of a range by the first rule that matches it", () => {
    const rules = [rule(1, "deny", 5400, 5431), rule(2, "allow", 5432, 5432), rule(3, "deny", 0, 6000)];
    assert.deepEqual(verdicts(judge(rules, ["tcp/5400-5500"])), [`${NAME} acl`]);
    assert.deepEqual(judge(rules.slice(0, 1).concat(rules.slice(2)), ["tcp/5400-5500"]), []);
  });

  it("counts no replies, unless a rule begins below them", () => {
    assert.deepEqual(judge([rule(1, "allow", 1024, 65_535)]), []);
    assert.deepEqual(verdicts(judge([rule(1, "allow", 1023, 65_535)])), [`${NAME} acl`]);
    assert.deepEqual(verdicts(judge([rule(1, "allow", 1024, 65_534)])), [`${NAME} acl`]);
  });
});
