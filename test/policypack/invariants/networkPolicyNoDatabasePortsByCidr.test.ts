import { strict as assert } from "node:assert";
import { block, INTERNET, run, UNKNOWN, verdicts, withWeb } from "../helpers";

const NAME = "network-policy-no-database-ports-by-cidr";
const DATABASE = [{ protocol: "TCP", port: 5432 }];
const judge = (change: object, config = {}) => verdicts(run(withWeb(change), { [NAME]: config }));
const egress = (peer: unknown, ports: unknown = DATABASE) => ({ egress: [{ to: [peer], ports }] });
const ingress = (peer: unknown, ports: unknown = DATABASE) => ({ ingress: [{ from: [peer], ports }] });

describe(NAME, () => {
  for (const [claim, change] of Object.entries({
    "the internet without private ranges, meant for a private database": egress(INTERNET),
    "one public address": egress(block("198.51.100.7/32")),
    "more than a VPC": egress(block("10.0.0.0/15")),
    "more than a VPC in IPv6": egress(block("fd12::/16")),
    "a public block among all ports of TCP": egress(block("198.51.100.0/24"), [{ protocol: "TCP" }]),
    "a public block within a range of ports": egress(block("198.51.100.0/24"), [
      { port: 3000, endPort: 4000 },
    ]),
    "a port's name": egress(block("198.51.100.0/24"), [{ port: "postgresql" }]),
    "addresses as a database's clients": ingress(block("10.20.0.0/24")),
    "addresses as clients of every port": { ingress: [{ from: [block("10.20.0.0/24")] }] },
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(change), [`${NAME} web`]));
  }

  for (const [claim, change] of Object.entries({
    "the database's subnets": egress(block("10.20.0.0/24")),
    "a VPC's whole range": egress(block("10.20.0.0/16")),
    "the internet on another port": egress(INTERNET, [{ port: 443 }]),
    "a database's port over UDP": egress(INTERNET, [{ protocol: "UDP", port: 5432 }]),
    "clients by label": ingress({ podSelector: { matchLabels: { app: "web" } } }),
    "addresses on another port": ingress(block("10.20.0.0/24"), [{ port: 8080 }]),
    "another port's name": ingress(block("10.20.0.0/24"), [{ port: "http" }]),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(change), []));
  }

  it("leaves what is open to everyone to the policy of that name", () => {
    assert.deepEqual(judge(ingress(block("0.0.0.0/0"))), ["network-policy-no-everyone-ingress web"]);
  });

  it("judges by the ranges and ports that config names", () => {
    assert.deepEqual(judge(egress(block("10.20.0.0/24")), { databaseRanges: ["10.30.0.0/24"] }), [
      `${NAME} web`,
    ]);
    assert.deepEqual(judge(egress(block("198.51.100.7/32")), { databaseRanges: ["198.51.100.0/28"] }), []);
    assert.deepEqual(judge(ingress(block("10.9.0.4/32")), { clientRanges: ["10.9.0.0/24"] }), []);
    assert.deepEqual(judge(egress(INTERNET), { ports: ["tcp/1"] }), []);
  });

  it("names what isn't known, and reports what is", () => {
    const judgeOnly = (change: object) => verdicts(run(withWeb(change), {}, { only: NAME }));
    assert.deepEqual(judgeOnly(egress({ ipBlock: { cidr: UNKNOWN } })), [`${NAME} web?`]);
    assert.deepEqual(judgeOnly(ingress(block("10.20.0.0/24"), UNKNOWN)), [`${NAME} web?`]);
    assert.deepEqual(judgeOnly(egress(UNKNOWN, [{ port: 443 }])), []);
    const both = { egress: [{ to: [UNKNOWN, block("198.51.100.7/32")], ports: [UNKNOWN, ...DATABASE] }] };
    assert.deepEqual(judgeOnly(both), [`${NAME} web`]);
  });
});
