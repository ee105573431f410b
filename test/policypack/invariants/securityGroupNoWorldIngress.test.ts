import { strict as assert } from "node:assert";
import { aws, database, egress, group, groupPolicy, ingress, singleRule, tcp, tcpInline } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "security-group-no-world-ingress";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));

/** One rule's peers in every spelling, on the group `web`. */
const spellings = (cidr: string, ports = tcp(22)): Record<string, TestResource[]> => {
  const key = cidr.includes(":") ? "ipv6CidrBlocks" : "cidrBlocks";
  const { ipProtocol: protocol, ...range } = ports;
  const rule = { protocol, ...range, [key]: [cidr], description: "d" };
  return {
    inline: [group("web", { ingress: [rule] })],
    "the default group": [
      aws("ec2/defaultSecurityGroup:DefaultSecurityGroup", "web", { vpcId: "vpc-1", ingress: [rule] }),
    ],
    "ec2.SecurityGroupRule": [singleRule("web", "other", { ...rule, type: "ingress" })],
    "vpc.SecurityGroupIngressRule": [
      ingress("web", "other", { ...ports, [cidr.includes(":") ? "cidrIpv6" : "cidrIpv4"]: cidr }),
    ],
  };
};

describe(NAME, () => {
  for (const cidr of ["0.0.0.0/0", "::/0", "128.0.0.0/1", "2000::/3", "0.0.0.0/00", "1.2.3.4/0"]) {
    for (const [spelling, stack] of Object.entries(spellings(cidr))) {
      it(`reports ${cidr}, ${spelling}`, () => assert.deepEqual(judge(stack), [`${NAME} web`]));
    }
  }

  for (const [spelling, stack] of Object.entries(spellings("10.0.0.0/8"))) {
    it(`is silent on a private block, ${spelling}`, () => assert.deepEqual(judge(stack), []));
  }

  for (const [claim, rule] of Object.entries({
    "every protocol": { protocol: "-1", fromPort: 0, toPort: 0 },
    "a range that holds a public port": tcpInline(80, 90),
    "UDP on a public port": { ...tcpInline(443), protocol: "udp" },
    "a protocol by number": { ...tcpInline(22), protocol: "6" },
    "a protocol without ports": { protocol: "47", fromPort: 0, toPort: 0 },
    ping: { protocol: "icmp", fromPort: 8, toPort: 0 },
  })) {
    it(`reports ${claim}`, () => {
      const stack = [group("web", { ingress: [{ ...rule, cidrBlocks: ["0.0.0.0/0"] }] })];
      assert.deepEqual(judge(stack), [`${NAME} web`]);
    });
  }

  it("is silent on path MTU discovery", () => {
    const rule = { protocol: "icmp", fromPort: 3, toPort: 4, cidrBlocks: ["0.0.0.0/0"] };
    assert.deepEqual(judge([group("web", { ingress: [rule] })]), []);
  });

  /** Each is as wide as one owner's block may be; together they are wider. */
  const pieces = ["4.0.0.0/8", "5.0.0.0/8"];
  it("adds blocks up within a rule, over a group's rules, and over its standalone rules", () => {
    const inline = (cidrBlocks: string[]) => ({ ...tcpInline(22), cidrBlocks });
    assert.deepEqual(judge([group("web", { ingress: [inline(pieces)] })]), [`${NAME} web`]);
    assert.deepEqual(judge([group("web", { ingress: pieces.map((cidr) => inline([cidr])) })]), [
      `${NAME} web`,
    ]);
    const standalone = pieces.map((cidrIpv4, i) => ingress(`r${i}`, "web", { ...tcp(22), cidrIpv4 }));
    assert.deepEqual(judge([group("web"), ...standalone]), [`${NAME} web`]);
    const first = singleRule("r", "web", { ...inline([pieces[0] ?? ""]), type: "ingress" });
    assert.deepEqual(judge([group("web"), ...standalone.slice(1), first]), [`${NAME} web`]);
  });

  it("adds up only what shares a port and a group", () => {
    const apart = pieces.map((cidrIpv4, i) => ingress(`r${i}`, "web", { ...tcp(5000 + i), cidrIpv4 }));
    assert.deepEqual(judge([group("web"), ...apart]), []);
    const groups = pieces.map((cidrIpv4, i) => ingress(`r${i}`, `g${i}`, { ...tcp(22), cidrIpv4 }));
    assert.deepEqual(judge([...pieces.map((_, i) => group(`g${i}`)), ...groups]), []);
  });

  it("lets a load balancer's group have public ports, but no pod's or database's", () => {
    const open = group("web", { ingress: [{ ...tcpInline(443), cidrBlocks: ["0.0.0.0/0"] }] });
    assert.deepEqual(judge([open]), []);
    assert.deepEqual(judge([open], { publicPorts: [] }), [`${NAME} web`]);
    assert.deepEqual(judge([open, groupPolicy("pods", ["web"])]), [`${NAME} web`]);
    assert.deepEqual(judge([open, database("db", {}, { vpcSecurityGroupIds: ["web"] })]), [`${NAME} web`]);
  });

  it("leaves egress alone", () => {
    const rule = { ...tcpInline(22), cidrBlocks: ["0.0.0.0/0"] };
    assert.deepEqual(judge([group("web", { egress: [rule] })]), []);
    assert.deepEqual(judge([singleRule("web", "g", { ...rule, type: "egress" })]), []);
    assert.deepEqual(judge([egress("web", "g", { ...tcp(22), cidrIpv4: "0.0.0.0/0" })]), []);
  });

  for (const [claim, stack] of Object.entries({
    "unknown rules": [group("web", { ingress: UNKNOWN })],
    "an unknown block": [ingress("web", "g", { ...tcp(22), cidrIpv4: UNKNOWN })],
    "an unknown protocol": [ingress("web", "g", { ...tcp(22), ipProtocol: UNKNOWN, cidrIpv4: "0.0.0.0/0" })],
    "an unknown port": [ingress("web", "g", { ...tcp(22), toPort: UNKNOWN, cidrIpv4: "0.0.0.0/0" })],
    "an unknown direction": [
      singleRule("web", "g", { ...tcpInline(22), type: UNKNOWN, cidrBlocks: ["0.0.0.0/0"] }),
    ],
  })) {
    it(`names ${claim} as not yet known`, () => assert.deepEqual(judge(stack), [`${NAME} web?`]));
  }

  it("takes what the program leaves to AWS for none, once the SDK says what it wrote", () => {
    const left = { ...group("web", { ingress: UNKNOWN }), madeFrom: { vpcId: [] } };
    const stack = [left, database("db", {}, { vpcSecurityGroupIds: ["web"] })];
    const name = "rds-admits-groups-only";
    assert.deepEqual(run(stack, {}, { only: name }), []);
    assert.deepEqual(verdicts(run([{ ...left, madeFrom: {} }, ...stack.slice(1)], {}, { only: name })), [
      `${name} web?`,
    ]);
  });
});
