import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  CidrError,
  cidrAround,
  formatAddress,
  formatCidr,
  parseAddress,
  parseCidr,
  width,
} from "../../net/cidr";
import { address } from "./arbitraries";

const refusal = (text: string) => {
  try {
    parseCidr(text);
  } catch (error) {
    if (error instanceof CidrError) return { reason: error.reason, suggestion: error.suggestion };
    throw error;
  }
  return "accepted";
};

describe("net: CIDR", () => {
  it("reads canonical blocks of both families", () => {
    assert.deepEqual(parseCidr("10.0.0.0/8"), {
      family: 4,
      first: 0x0a000000n,
      last: 0x0affffffn,
      prefix: 8,
    });
    assert.deepEqual(parseCidr("0.0.0.0/0"), { family: 4, first: 0n, last: 0xffffffffn, prefix: 0 });
    assert.deepEqual(parseCidr("fd00:ec2::254/128"), {
      family: 6,
      first: 0xfd000ec2000000000000000000000254n,
      last: 0xfd000ec2000000000000000000000254n,
      prefix: 128,
    });
    assert.equal(parseCidr("::/0").last, (1n << 128n) - 1n);
  });

  const refused: readonly [text: string, reason: string, suggestion: string | undefined][] = [
    ["", "syntax", undefined],
    ["internet", "syntax", undefined],
    ["10.0.0/8", "syntax", undefined],
    ["010.0.0.0/8", "syntax", undefined],
    ["256.0.0.0/8", "syntax", undefined],
    [" 10.0.0.0/8", "syntax", undefined],
    ["fe80::%eth0/64", "syntax", undefined],
    ["fe80::1%eth0", "syntax", undefined],
    ["::ffff:10.0.0.0/104", "syntax", "10.0.0.0/8"],
    ["::ffff:0:0/96", "syntax", "0.0.0.0/0"],
    ["::ffff:0.0.0.0/96", "syntax", "0.0.0.0/0"],
    ["::ffff:10.0.0.0/96", "syntax", "0.0.0.0/0"],
    ["10.0.0.1", "prefix", "10.0.0.1/32"],
    ["2001:db8::1", "prefix", "2001:db8::1/128"],
    ["10.0.0.0/", "prefix", undefined],
    ["10.0.0.0/33", "prefix", undefined],
    ["10.0.0.0/-1", "prefix", undefined],
    ["10.0.0.0/08", "prefix", undefined],
    ["10.0.0.0/8 ", "prefix", undefined],
    ["10.0.0.0/8/8", "prefix", undefined],
    ["::/129", "prefix", undefined],
    ["10.0.0.1/8", "not-canonical", "10.0.0.0/8"],
    ["2001:DB8::/32", "not-canonical", "2001:db8::/32"],
    ["2001:db8:0:0::/32", "not-canonical", "2001:db8::/32"],
    ["2001:db8::1/32", "not-canonical", "2001:db8::/32"],
    ["64:ff9b::10.0.0.0/104", "not-canonical", "64:ff9b::a00:0/104"],
  ];
  for (const [text, reason, suggestion] of refused) {
    it(`refuses "${text}" (${reason})`, () => assert.deepEqual(refusal(text), { reason, suggestion }));
  }

  it("says subject, value and remedy", () => {
    assert.throws(() => parseCidr("10.0.0.1/8"), {
      message: `"10.0.0.1/8" isn't canonical; write 10.0.0.0/8`,
    });
  });

  it("formats IPv6 as RFC 5952 says", () => {
    const canonical: readonly [string, string][] = [
      ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
      ["0:0:0:0:0:0:0:0", "::"],
      ["0:0:0:0:0:0:0:1", "::1"],
      ["1:0:0:0:0:0:0:0", "1::"],
      ["::1.2.3.4", "::102:304"],
    ];
    for (const [text, expected] of canonical) {
      const parsed = parseAddress(text);
      assert.ok(parsed);
      assert.equal(formatAddress(parsed), expected);
    }
  });

  it("reads back every address and block that it writes", () => {
    fc.assert(
      fc.property(address, fc.nat(128), (value, bits) => {
        assert.deepEqual(parseAddress(formatAddress(value)), value);
        const block = cidrAround(value, Math.min(bits, width(value.family)));
        if (block.family === 6 && block.prefix >= 96 && block.first >> 32n === 0xffffn) return;
        assert.deepEqual(parseCidr(formatCidr(block)), block);
      }),
    );
  });

  it("answers any text with a block or a CidrError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), fc.string({ maxLength: 4 }), (head, tail) => {
        assert.doesNotThrow(() => refusal(`${head}/${tail}`));
      }),
    );
  });
});
