import { strict as assert } from "node:assert";
import * as net from "node:net";
import fc from "fast-check";
import { isIPv4, isIPv6 } from "../../report/browser/net";

describe("addresses in the page, without node:net", () => {
  it("are told apart as Node.js does, zones left out", () => {
    const odd = [
      "",
      "1.2.3",
      "01.2.3.4",
      "1.2.3.4.5",
      "256.0.0.1",
      "::",
      "::1",
      "1::2::3",
      "::ffff:1.2.3.4",
      "fe80::g",
      "[::1]",
      "1:2",
      "10.0.0.0/8",
    ];
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constantFrom(...odd));
    fc.assert(
      fc.property(text, (one) => {
        assert.deepEqual([isIPv4(one), isIPv6(one)], [net.isIPv4(one), net.isIPv6(one)]);
      }),
      { numRuns: 500 },
    );
    for (const one of odd)
      assert.deepEqual([isIPv4(one), isIPv6(one)], [net.isIPv4(one), net.isIPv6(one)], one);
  });
});
