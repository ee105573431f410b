import { strict as assert } from "node:assert";
import fc from "fast-check";
import { PROTOCOLS, PortSet, PortSpecError, formatPortSpec, parsePortSpec } from "../../net/ports";
import { portRange, portSet } from "./arbitraries";

const tcp = (from: number, to = from) => ({ protocol: "TCP" as const, from, to });
const udp = (from: number, to = from) => ({ protocol: "UDP" as const, from, to });

describe("net: PortSet", () => {
  it("prints joined ranges by protocol", () => {
    const set = PortSet.of([udp(53), tcp(445), tcp(443, 444), tcp(80), tcp(443)]);
    assert.equal(set.toString(), "TCP 80,443-445; UDP 53");
    assert.equal(set.portsOf("TCP"), "80,443-445");
    assert.equal(set.portsOf("SCTP"), "");
    assert.equal(PortSet.empty.toString(), "no ports");
    assert.equal(PortSet.all.toString(), "TCP 1-65535; UDP 1-65535; SCTP 1-65535");
  });

  it("keeps one number of two protocols apart", () => {
    const set = PortSet.of([tcp(53)]);
    assert.ok(set.contains("TCP", 53));
    assert.ok(!set.contains("UDP", 53));
    assert.ok(!set.overlaps(PortSet.of([udp(53)])));
  });

  it("holds ports 1 to 65535 and no other", () => {
    assert.deepEqual(
      [0, 1, 65535, 65536].map((port) => PortSet.all.contains("SCTP", port)),
      [false, true, true, false],
    );
    assert.ok(PROTOCOLS.reduce((set, one) => set.union(PortSet.allOf(one)), PortSet.empty).isAll());
  });

  it("has one representation: its ranges make it again, and contain what it contains", () => {
    fc.assert(
      fc.property(
        portSet,
        fc.constantFrom(...PROTOCOLS),
        fc.integer({ min: 1, max: 14 }),
        (set, protocol, port) => {
          assert.deepEqual(PortSet.of(set.ranges()), set);
          const expected = set
            .ranges()
            .some((r) => r.protocol === protocol && r.from <= port && port <= r.to);
          assert.equal(set.contains(protocol, port), expected);
        },
      ),
    );
  });
});

describe("net: port spec", () => {
  it("reads ports and ranges of the three protocols", () => {
    assert.deepEqual(parsePortSpec("tcp/80"), tcp(80));
    assert.deepEqual(parsePortSpec("udp/53"), udp(53));
    assert.deepEqual(parsePortSpec("sctp/1000-2000"), { protocol: "SCTP", from: 1000, to: 2000 });
    assert.deepEqual(parsePortSpec("tcp/1-65535"), tcp(1, 65535));
  });

  const refused: readonly [text: string, reason: string][] = [
    ["", "syntax"],
    ["80", "syntax"],
    ["tcp", "syntax"],
    ["tcp/", "syntax"],
    ["tcp/http", "syntax"],
    ["tcp/-1", "syntax"],
    ["tcp/080", "syntax"],
    ["tcp/1e3", "syntax"],
    ["tcp/80 ", "syntax"],
    ["tcp/80-", "syntax"],
    ["tcp/80,81", "syntax"],
    ["TCP/80", "protocol"],
    ["icmp/8", "protocol"],
    ["tcp/0", "out-of-range"],
    ["tcp/65536", "out-of-range"],
    ["tcp/70000", "out-of-range"],
    ["tcp/1-99999999999999999999", "out-of-range"],
    ["tcp/90-80", "reversed"],
  ];
  for (const [text, reason] of refused) {
    it(`refuses "${text}" (${reason})`, () => {
      assert.throws(
        () => parsePortSpec(text),
        (error) => error instanceof PortSpecError && error.reason === reason,
      );
    });
  }

  it("says the value and the limits", () => {
    assert.throws(() => parsePortSpec("tcp/70000"), { message: "port tcp/70000 is out of range 1-65535" });
    assert.throws(() => parsePortSpec("tcp/90-80"), {
      message: "port tcp/90-80 ends before it begins; write tcp/80-90",
    });
  });

  it("reads back every range that it writes", () => {
    fc.assert(
      fc.property(portRange, (range) => assert.deepEqual(parsePortSpec(formatPortSpec(range)), range)),
    );
  });
});
