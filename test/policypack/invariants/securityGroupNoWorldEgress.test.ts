import { strict as assert } from "node:assert";
import { egress, group, ingress, singleRule, tcp, tcpInline } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "security-group-no-world-egress";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));
const world = { cidrBlocks: ["0.0.0.0/0"] };
const everything = { protocol: "-1", fromPort: 0, toPort: 0, description: "d" };

describe(NAME, () => {
  for (const [claim, stack] of Object.entries({
    "everything, inline": [group("web", { egress: [{ ...everything, ...world }] })],
    "everything, ec2.SecurityGroupRule": [
      singleRule("web", "g", { ...everything, ...world, type: "egress" }),
    ],
    "everything, vpc.SecurityGroupEgressRule": [
      egress("web", "g", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
    ],
    "everything in IPv6": [egress("web", "g", { ipProtocol: "-1", cidrIpv6: "::/0" })],
    "every TCP port": [egress("web", "g", { ...tcp(0, 65535), cidrIpv4: "0.0.0.0/0" })],
    "many ports": [egress("web", "g", { ...tcp(1024, 2048), cidrIpv4: "0.0.0.0/0" })],
    "a database's port": [egress("web", "g", { ...tcp(5432), cidrIpv4: "0.0.0.0/0" })],
    "half of the world": [egress("web", "g", { ipProtocol: "-1", cidrIpv4: "128.0.0.0/1" })],
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(stack), [`${NAME} web`]));
  }

  it("adds up ports and blocks over a group's rules", () => {
    const ports = [0, 1, 2].map((i) =>
      egress(`r${i}`, "web", { ...tcp(1000 + 60 * i, 1059 + 60 * i), cidrIpv4: "0.0.0.0/0" }),
    );
    assert.deepEqual(judge([group("web"), ...ports]), [`${NAME} web`]);
    const blocks = ["4.0.0.0/8", "5.0.0.0/8"].map((cidrIpv4, i) =>
      egress(`r${i}`, "web", { ipProtocol: "-1", cidrIpv4 }),
    );
    assert.deepEqual(judge([group("web"), ...blocks]), [`${NAME} web`]);
  });

  for (const [claim, stack] of Object.entries({
    "the internet on stated ports": [
      group("web", {
        egress: [
          { ...tcpInline(443), ...world },
          { ...tcpInline(587), ...world },
        ],
      }),
    ],
    "a VPC on every port": [egress("web", "g", { ipProtocol: "-1", cidrIpv4: "10.0.0.0/16" })],
    "a prefix list": [egress("web", "g", { ipProtocol: "-1", prefixListId: "pl-1" })],
    ingress: [ingress("web", "g", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })],
    "a group without egress rules": [group("web")],
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(stack), []));
  }

  it("takes its limits from config", () => {
    const stack = [egress("web", "g", { ...tcp(443, 452), cidrIpv4: "0.0.0.0/0" })];
    assert.deepEqual([judge(stack), judge(stack, { maxPorts: 5 })], [[], [`${NAME} web`]]);
  });

  it("names unknown rules, blocks and ports as not yet known", () => {
    assert.deepEqual(judge([group("web", { egress: UNKNOWN })]), [`${NAME} web?`]);
    assert.deepEqual(judge([egress("web", "g", { ipProtocol: "-1", cidrIpv4: UNKNOWN })]), [`${NAME} web?`]);
    assert.deepEqual(judge([egress("web", "g", { ...tcp(443), toPort: UNKNOWN, cidrIpv4: "0.0.0.0/0" })]), [
      `${NAME} web?`,
    ]);
  });
});
