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
} from "../../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../../helpers";

const GROUPS = "rds-admits-groups-only";
const PRIVATE = "rds-private";
const CARE = "rds-encrypted-and-protected";
const judge = (policy: string, stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [policy]: config }, { only: policy }));
const without = (name: string) => COMPLIANT_AWS.filter((resource) => resource.name !== name);

describe(GROUPS, () => {
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
      assert.deepEqual(judge(GROUPS, [...COMPLIANT_AWS, ...resources]), [`${GROUPS} bad`]);
    });
  }

  it("reports them inline, for instances and clusters alike", () => {
    const stack = [...without("db-group"), group("db-group", { ingress: [byCidr] })];
    assert.deepEqual(judge(GROUPS, stack), [`${GROUPS} db-group`]);
    const cluster = { ...database("db"), type: "aws:rds/cluster:Cluster" };
    assert.deepEqual(judge(GROUPS, [...stack.filter(({ name }) => name !== "db"), cluster]), [
      `${GROUPS} db-group`,
    ]);
  });

  it("relates by id once ids are known, also to a group of another stack", () => {
    const rule = aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "bad", {
      securityGroupId: "sg-1",
      cidrIpv4: "10.0.0.0/16",
      ...tcp(22),
    });
    const db = (id: string) => database("db", { vpcSecurityGroupIds: [id] }, {});
    assert.deepEqual(judge(GROUPS, [group("g", { id: "sg-1" }), db("sg-1"), rule]), [`${GROUPS} bad`]);
    assert.deepEqual(judge(GROUPS, [db("sg-1"), rule]), [`${GROUPS} bad`]);
    assert.deepEqual(judge(GROUPS, [db("sg-2"), rule]), []);
  });

  it("knows a database's group by its ports, though the database is in no stack", () => {
    const rules = (name: string) => [
      ingress("good", name, { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
      ingress("bad", name, { ...tcp(5432), cidrIpv4: "10.0.0.0/16" }),
    ];
    const stack = [group("web"), group("theirs"), ...rules("theirs")];
    assert.deepEqual(judge(GROUPS, stack), [`${GROUPS} bad`]);
    assert.deepEqual(judge(GROUPS, [...stack, groupPolicy("pods", ["theirs"])]), []);
    const web = ingress("web-80", "theirs", { ...tcp(80), ...peer("web")[0] }, peer("web")[1]);
    assert.deepEqual(judge(GROUPS, [...stack, web]), []);
  });

  it("reports a database without a group of its own, but no replica and no instance of a cluster", () => {
    const db = (props: object) => [aws("rds/instance:Instance", "db", props)];
    assert.deepEqual(judge(GROUPS, db({})), [`${GROUPS} db`]);
    assert.deepEqual(judge(GROUPS, db({ vpcSecurityGroupIds: [] })), [`${GROUPS} db`]);
    assert.deepEqual(judge(GROUPS, db({ replicateSourceDb: "other" })), []);
    assert.deepEqual(judge(GROUPS, [aws("rds/clusterInstance:ClusterInstance", "db", {})]), []);
  });

  it("leaves the internet to security-group-no-world-ingress, which reports it", () => {
    const bad = ingress("bad", "db-group", { ...tcp(5432), cidrIpv4: "0.0.0.0/0" });
    assert.deepEqual(verdicts(run([...COMPLIANT_AWS, bad])), ["security-group-no-world-ingress bad"]);
    const https = ingress("bad", "db-group", { ...tcp(443), cidrIpv4: "0.0.0.0/0" });
    assert.deepEqual(verdicts(run([...COMPLIANT_AWS, https])), ["security-group-no-world-ingress db-group"]);
  });

  it("is silent on members of the database's own group", () => {
    const self = singleRule("self", "db-group", { ...tcpInline(5432), self: true, type: "ingress" });
    assert.deepEqual(judge(GROUPS, [...COMPLIANT_AWS, self]), []);
  });

  it("names what isn't known: a group, a rule's peer, whose rule it is, inline rules", () => {
    const open = (resource: TestResource) => judge(GROUPS, [...COMPLIANT_AWS, resource]);
    assert.deepEqual(open(database("other", {}, {})), [`${GROUPS} other?`]);
    assert.deepEqual(open(database("other", { vpcSecurityGroupIds: UNKNOWN }, {})), [`${GROUPS} other?`]);
    assert.deepEqual(open(ingress("bad", "db-group", { ...tcp(22), cidrIpv4: UNKNOWN })), [`${GROUPS} bad?`]);
    const stack = [...without("db-group"), group("db-group", { ingress: UNKNOWN })];
    assert.deepEqual(judge(GROUPS, stack), [`${GROUPS} db-group?`]);
    const either = ingress(
      "either",
      "db-group",
      { ...tcp(22), cidrIpv4: "10.0.0.0/8" },
      {
        securityGroupId: ["db-group", "web"],
      },
    );
    assert.deepEqual(open(either), [`${GROUPS} db-group?`]);
  });
});

describe(PRIVATE, () => {
  for (const type of [
    "rds/instance:Instance",
    "rds/cluster:Cluster",
    "rds/clusterInstance:ClusterInstance",
  ]) {
    const db = (publiclyAccessible: unknown) => [aws(type, "db", { publiclyAccessible })];
    it(`reports a public address, asks about an unknown one, is silent on none: ${type}`, () => {
      assert.deepEqual(judge(PRIVATE, db(true)), [`${PRIVATE} db`]);
      assert.deepEqual(judge(PRIVATE, db(UNKNOWN)), [`${PRIVATE} db?`]);
      assert.deepEqual([...judge(PRIVATE, db(false)), ...judge(PRIVATE, db(undefined))], []);
    });
  }
});

describe(CARE, () => {
  for (const [claim, change] of Object.entries({
    "no encryption": { storageEncrypted: false },
    "encryption that isn't stated": { storageEncrypted: undefined },
    "no backups": { backupRetentionPeriod: 0 },
    "backups that aren't stated": { backupRetentionPeriod: undefined },
    "no deletion protection": { deletionProtection: undefined },
    "no protection in production": { deletionProtection: false, tags: { environment: "prod" } },
    "no encryption in dev": { storageEncrypted: false, tags: { environment: "dev" } },
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(CARE, [database("db", change)]), [`${CARE} db`]));
  }

  it("asks no deletion protection of a disposable database", () => {
    const db = database("db", { deletionProtection: false, tags: { environment: "dev" } });
    assert.deepEqual([judge(CARE, [db]), judge(CARE, [db], { disposable: [] })], [[], [`${CARE} db`]]);
  });

  it("asks nothing of an instance of a cluster, and of a replica its own protection only", () => {
    assert.deepEqual(judge(CARE, [aws("rds/clusterInstance:ClusterInstance", "db", {})]), []);
    const replica = { replicateSourceDb: UNKNOWN, deletionProtection: true };
    assert.deepEqual(judge(CARE, [aws("rds/instance:Instance", "db", replica)]), []);
    assert.deepEqual(judge(CARE, [aws("rds/instance:Instance", "db", { replicateSourceDb: "a" })]), [
      `${CARE} db`,
    ]);
  });

  it("reports in one violation, beside what isn't known", () => {
    const db = database("db", {
      storageEncrypted: UNKNOWN,
      deletionProtection: false,
      backupRetentionPeriod: 0,
    });
    assert.deepEqual(judge(CARE, [db]), [`${CARE} db`, `${CARE} db?`]);
  });
});
