import { strict as assert } from "node:assert";
import {
  aws,
  COMPLIANT_AWS,
  database,
  group,
  groupPolicy,
  ingress,
  peer,
  singleRule,
  tcp,
  tcpInline,
} from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "rds-admits-groups-only";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));
const without = (name: string) => COMPLIANT_AWS.filter((resource) => resource.name !== name);

describe(NAME, () => {
  const byCidr = { ...tcpInline(5432), cidrBlocks: ["10.0.0.0/16"] };
  for (const [claim, resources] of Object.entries({
    "by a standalone rule": [ingress("bad", "db-group", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" })],
    "by a standalone IPv6 rule": [ingress("bad", "db-group", { ...tcp(5432), cidrIpv6: "fd00::/8" })],
    "by a prefix list": [ingress("bad", "db-group", { ...tcp(5432), prefixListId: "pl-1" })],
    "by an ec2.SecurityGroupRule": [singleRule("bad", "db-group", { ...byCidr, type: "ingress" })],
    "on another port": [ingress("bad", "db-group", { ...tcp(22), cidrIpv4: "10.0.0.1/32" })],
    "by an unknown block of an older rule": [
      singleRule("bad", "db-group", { ...byCidr, cidrBlocks: [UNKNOWN], type: "ingress" }),
    ],
  })) {
    it(`reports addresses admitted ${claim}`, () => {
      assert.deepEqual(judge([...COMPLIANT_AWS, ...resources]), [`${NAME} bad`]);
    });
  }

  it("reports them inline, for instances and clusters alike", () => {
    const stack = [...without("db-group"), group("db-group", { ingress: [byCidr] })];
    assert.deepEqual(judge(stack), [`${NAME} db-group`]);
    const cluster = { ...database("db"), type: "aws:rds/cluster:Cluster" };
    assert.deepEqual(judge([...stack.filter(({ name }) => name !== "db"), cluster]), [`${NAME} db-group`]);
  });

  it("relates by id once ids are known, also to a group of another stack", () => {
    const rule = aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "bad", {
      securityGroupId: "sg-1",
      cidrIpv4: "10.0.0.0/16",
      ...tcp(22),
    });
    const db = (id: string) => database("db", { vpcSecurityGroupIds: [id] }, {});
    assert.deepEqual(judge([group("g", { id: "sg-1" }), db("sg-1"), rule]), [`${NAME} bad`]);
    assert.deepEqual(judge([db("sg-1"), rule]), [`${NAME} bad`]);
    assert.deepEqual(judge([db("sg-2"), rule]), []);
  });

  it("knows a database's group by its ports, though the database is in no stack", () => {
    const rules = (name: string) => [
      ingress("good", name, { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
      ingress("bad", name, { ...tcp(5432), cidrIpv4: "10.0.0.0/16" }),
    ];
    const stack = [group("web"), group("theirs"), ...rules("theirs")];
    assert.deepEqual(judge(stack), [`${NAME} bad`]);
    assert.deepEqual(judge([...stack, groupPolicy("pods", ["theirs"])]), []);
    const web = ingress("web-80", "theirs", { ...tcp(80), ...peer("web")[0] }, peer("web")[1]);
    assert.deepEqual(judge([...stack, web]), []);
  });

  it("reports a database without a group of its own, but no replica and no instance of a cluster", () => {
    const db = (props: object) => [aws("rds/instance:Instance", "db", props)];
    assert.deepEqual(judge(db({})), [`${NAME} db`]);
    assert.deepEqual(judge(db({ vpcSecurityGroupIds: [] })), [`${NAME} db`]);
    assert.deepEqual(judge(db({ replicateSourceDb: "other" })), []);
    assert.deepEqual(judge([aws("rds/clusterInstance:ClusterInstance", "db", {})]), []);
  });

  it("leaves the internet to security-group-no-world-ingress, which reports it", () => {
    const bad = ingress("bad", "db-group", { ...tcp(5432), cidrIpv4: "0.0.0.0/0" });
    assert.deepEqual(verdicts(run([...COMPLIANT_AWS, bad])), ["security-group-no-world-ingress bad"]);
    const https = ingress("bad", "db-group", { ...tcp(443), cidrIpv4: "0.0.0.0/0" });
    assert.deepEqual(verdicts(run([...COMPLIANT_AWS, https])), ["security-group-no-world-ingress db-group"]);
  });

  it("is silent on members of the database's own group", () => {
    const self = singleRule("self", "db-group", { ...tcpInline(5432), self: true, type: "ingress" });
    assert.deepEqual(judge([...COMPLIANT_AWS, self]), []);
  });

  it("names what isn't known: a group, a rule's peer, whose rule it is, inline rules", () => {
    const open = (resource: TestResource) => judge([...COMPLIANT_AWS, resource]);
    assert.deepEqual(open(database("other", {}, {})), [`${NAME} other?`]);
    assert.deepEqual(open(database("other", { vpcSecurityGroupIds: UNKNOWN }, {})), [`${NAME} other?`]);
    assert.deepEqual(open(ingress("bad", "db-group", { ...tcp(22), cidrIpv4: UNKNOWN })), [`${NAME} bad?`]);
    const stack = [...without("db-group"), group("db-group", { ingress: UNKNOWN })];
    assert.deepEqual(judge(stack), [`${NAME} db-group?`]);
    const either = ingress(
      "either",
      "db-group",
      { ...tcp(22), cidrIpv4: "10.0.0.0/8" },
      {
        securityGroupId: ["db-group", "web"],
      },
    );
    assert.deepEqual(open(either), [`${NAME} db-group?`]);
  });
});
