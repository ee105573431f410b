import { strict as assert } from "node:assert";
import { block, egressTo, freshPack, run, UNKNOWN, verdicts, withWeb } from "../helpers";

const NAME = "network-policy-no-metadata-egress";
const judge = (change: object, config = {}) => verdicts(run(withWeb(change), config));

describe(NAME, () => {
  for (const [claim, peer] of Object.entries({
    "the address": block("169.254.169.254/32"),
    "the IPv6 address": block("fd00:ec2::254/128"),
    "the address behind a NAT64 prefix": block("64:ff9b::/96"),
    "that address by itself": block("64:ff9b::a9fe:a9fe/128"),
    "all of link-local": block("169.254.0.0/16"),
    "a part of link-local": block("169.254.168.0/22", "169.254.170.0/24"),
    "the prefix of AWS's local IPv6 services": block("fd00:ec2::/32"),
    "a block that isn't the internet": block("168.0.0.0/7"),
    "a spelling with host bits": block("169.254.169.253/30"),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(egressTo(peer)), [`${NAME} web`]));
  }

  for (const [claim, peer] of Object.entries({
    "the EKS Pod Identity agent": block("169.254.170.23/32"),
    "the agent in IPv6": block("fd00:ec2::23/128"),
    "NodeLocal DNSCache": block("169.254.20.10/32"),
    "a public address behind a NAT64 prefix": block("64:ff9b::101:101/128"),
    "link-local without the address": block("169.254.0.0/16", "169.254.169.254/32"),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(egressTo(peer)), []));
  }

  it("is silent where egress rules have no effect, and on ingress", () => {
    const change = { policyTypes: ["Ingress"], ...egressTo(block("169.254.0.0/16")) };
    assert.deepEqual(judge(change), ["network-policy-explicit-types web"]);
    assert.deepEqual(judge({ ingress: [{ from: [block("169.254.0.0/16")], ports: [{ port: 80 }] }] }), []);
  });

  it("judges the addresses that config names instead", () => {
    const config = { [NAME]: { addresses: ["100.100.100.200/32"] } };
    assert.deepEqual(judge(egressTo(block("100.100.0.0/16")), config), [`${NAME} web`]);
    assert.deepEqual(judge(egressTo(block("169.254.169.254/32")), config), []);
  });

  it("refuses a configuration without addresses, which would judge nothing", () => {
    const change = withWeb(egressTo(block("169.254.169.254/32")));
    const reports = run(change, { [NAME]: { addresses: [] } }, { only: NAME, pack: freshPack() });
    assert.match(reports[0]?.message ?? "", /addresses: names no address/);
    assert.deepEqual(
      verdicts(reports).filter((verdict) => verdict.endsWith("web")),
      [`${NAME} web`],
    );
  });

  it("gives the remedy that fits: an exception for a wide block, a name for a link-local one", () => {
    const remedy = (peer: object) =>
      /Remedy: (.*)$/.exec(run(withWeb(egressTo(peer)))[0]?.message ?? "")?.[1];
    assert.equal(remedy(block("168.0.0.0/7")), 'add "169.254.0.0/16" to the block\'s except.');
    assert.match(remedy(block("169.254.0.0/16")) ?? "", /^name the addresses that pods need instead/);
  });

  it("reports a known block beside an unknown one, and asks about the unknown one alone", () => {
    const unknown = { ipBlock: { cidr: UNKNOWN } };
    const ports = [{ protocol: "TCP", port: 443 }];
    assert.deepEqual(judge({ egress: [{ to: [unknown, block("169.254.0.0/16")], ports }] }), [
      "network-policy-no-everyone-egress web?",
      `${NAME} web`,
    ]);
    assert.deepEqual(judge(egressTo({ ipBlock: { cidr: "169.254.0.0/16", except: [UNKNOWN] } })), [
      `${NAME} web?`,
    ]);
  });
});
