import { strict as assert } from "node:assert";
import { egress, group, ingress, peer, singleRule, tcp, tcpInline } from "../aws";
import { run, type TestResource, UNKNOWN, verdicts } from "../helpers";

const ends = (...groups: readonly object[]) => ({ "protected-ends": { groups } });
const DB = {
  name: "the database",
  group: "db",
  from: [{ group: "web", ports: ["tcp/5432"] }, { cidr: "10.9.0.0/24" }],
};
const judged = (stack: readonly TestResource[], end: object = DB) =>
  verdicts(run([group("db"), group("web"), group("other"), ...stack], ends(end), { only: "protected-ends" }));

describe("protected-ends: security groups", () => {
  it("is silent on whom the configuration lists, and on groups that it doesn't name", () => {
    const web = ingress("in", "db", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]);
    assert.deepEqual(judged([web, ingress("block", "db", { ...tcp(22), cidrIpv4: "10.9.0.7/32" })]), []);
    assert.deepEqual(judged([ingress("in", "other", { ...tcp(1), ...peer("db")[0] }, peer("db")[1])]), []);
    assert.deepEqual(judged([egress("out", "db", { ...tcp(1), cidrIpv4: "10.0.0.0/8" })]), []);
  });

  const others: readonly (readonly [string, TestResource])[] = [
    ["another group", ingress("bad", "db", { ...tcp(5432), ...peer("other")[0] }, peer("other")[1])],
    ["another stack's group", ingress("bad", "db", { ...tcp(5432), referencedSecurityGroupId: "sg-1" })],
    [
      "the listed group on another port",
      ingress("bad", "db", { ...tcp(22), ...peer("web")[0] }, peer("web")[1]),
    ],
    [
      "the listed group on every port",
      ingress("bad", "db", { ipProtocol: "-1", ...peer("web")[0] }, peer("web")[1]),
    ],
    ["a block that isn't listed", ingress("bad", "db", { ...tcp(5432), cidrIpv4: "10.8.0.0/23" })],
    ["a prefix list", ingress("bad", "db", { ...tcp(5432), prefixListId: "pl-1" })],
    [
      "others by the older kind of rule",
      singleRule("bad", "db", {
        type: "ingress",
        protocol: "tcp",
        fromPort: 1,
        toPort: 1,
        cidrBlocks: ["10.8.0.0/24"],
      }),
    ],
  ];
  for (const [what, rule] of others) {
    it(`reports ${what}`, () => assert.deepEqual(judged([rule]), ["protected-ends bad"]));
  }

  it("reports others inline, and the group itself", () => {
    const own = { ...DB, group: "own" };
    const inline = (rule: object) =>
      group("own", { ingress: [{ ...tcpInline(5432), ...rule }] }, { ingress: [] });
    assert.deepEqual(judged([inline({ cidrBlocks: ["10.8.0.0/24"] })], own), ["protected-ends own"]);
    assert.deepEqual(judged([inline({ self: true })], own), ["protected-ends own"]);
    assert.deepEqual(judged([inline({ cidrBlocks: ["10.9.0.0/25"] })], own), []);
  });

  it("reports a rule on another stack's group, by its id", () => {
    const rule = singleRule("bad", "nobody", {
      type: "ingress",
      securityGroupId: "sg-9",
      protocol: "tcp",
      fromPort: 1,
      toPort: 1,
      cidrBlocks: ["10.8.0.0/24"],
    });
    assert.deepEqual(judged([{ ...rule, madeFrom: {} }], { ...DB, group: "sg-9" }), ["protected-ends bad"]);
  });

  it("judges only the ports that are protected, if any are named", () => {
    const bad = (port: number) => [
      ingress("bad", "db", { ...tcp(port), ...peer("other")[0] }, peer("other")[1]),
    ];
    assert.deepEqual(judged(bad(22), { ...DB, ports: ["tcp/5432"] }), []);
    assert.deepEqual(judged(bad(5432), { ...DB, ports: ["tcp/5432"] }), ["protected-ends bad"]);
  });

  it("says what isn't known yet, and still reports what is", () => {
    const open = ingress("open", "db", { ...tcp(5432), referencedSecurityGroupId: UNKNOWN });
    assert.deepEqual(judged([open]), ["protected-ends open?"]);
    const both = ingress("bad", "db", { ...tcp(5432), cidrIpv4: "10.8.0.0/24", cidrIpv6: UNKNOWN });
    assert.deepEqual(judged([both]), ["protected-ends bad"]);
  });
});
