import { strict as assert } from "node:assert";
import { DEFAULT_FIELDS, readVpc, vpcFields, type VpcFields, vpcNames } from "../../records/vpc";
import type { RecordReading } from "../../records";

const fields = (names: readonly string[]): VpcFields => {
  const found = vpcFields(names);
  assert.ok("count" in found, JSON.stringify(found));
  return found;
};

const FULL = [...DEFAULT_FIELDS, "tcp-flags", "pkt-srcaddr", "pkt-dstaddr"];

/** A record of the full format: an accepted SYN from 192.0.2.10 to 198.51.100.20, but for what is given. */
const record = (
  given: Readonly<Record<string, string>> = {},
  names: readonly string[] = FULL,
): RecordReading => {
  const values: Readonly<Record<string, string>> = {
    version: "3",
    "account-id": "111122223333",
    "interface-id": "eni-0a1",
    srcaddr: "192.0.2.10",
    dstaddr: "198.51.100.20",
    srcport: "40000",
    dstport: "5432",
    protocol: "6",
    packets: "1",
    bytes: "60",
    start: "1767225600",
    end: "1767225660",
    action: "ACCEPT",
    "log-status": "OK",
    "tcp-flags": "2",
    "pkt-srcaddr": "192.0.2.10",
    "pkt-dstaddr": "198.51.100.20",
    ...given,
  };
  return readVpc(
    fields(names),
    names.map((name) => values[name] ?? "-"),
  );
};

/** "A → B port outcome", or what else it says. */
const said = (reading: RecordReading): string => {
  switch (reading.kind) {
    case "connection":
      return `${reading.from.address ?? ""} → ${reading.to.address ?? ""} ${reading.protocol}/${reading.port} ${reading.outcome}`;
    case "unclear":
    case "gap":
      return `${reading.kind}: ${reading.because}`;
    case "aside":
      return `aside: ${reading.what}`;
    case "bad":
      return `bad: ${reading.message}`;
  }
};

const ASKED = "192.0.2.10 → 198.51.100.20 TCP/5432";
const NO_SYN = "unclear: TCP without the packet that opens a connection";
const NO_SYN_REFUSED = "unclear: a refusal without the packet that opens a connection";
const cases: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ["a SYN asks", {}, `${ASKED} seen`],
  ["a SYN and a FIN of one interval ask", { "tcp-flags": "3" }, `${ASKED} seen`],
  ["a refused SYN is denied", { action: "REJECT" }, `${ASKED} denied`],
  [
    "SYN and ACK answer: the other side asked",
    {
      "tcp-flags": "18",
      srcaddr: "198.51.100.20",
      dstaddr: "192.0.2.10",
      "pkt-srcaddr": "198.51.100.20",
      "pkt-dstaddr": "192.0.2.10",
      srcport: "5432",
      dstport: "40000",
    },
    `${ASKED} seen`,
  ],
  [
    "SYN, ACK and FIN answer too",
    {
      "tcp-flags": "19",
      "pkt-srcaddr": "198.51.100.20",
      "pkt-dstaddr": "192.0.2.10",
      srcport: "5432",
      dstport: "40000",
    },
    `${ASKED} seen`,
  ],
  ["a refused answer is no refused connection", { "tcp-flags": "18", action: "REJECT" }, NO_SYN_REFUSED],
  ["flags 0 don't say who opened", { "tcp-flags": "0" }, NO_SYN],
  ["flags 1 don't say who opened", { "tcp-flags": "1" }, NO_SYN],
  ["flags 4 don't say who opened", { "tcp-flags": "4" }, NO_SYN],
  [
    "a refusal after the connection was closed is none",
    { "tcp-flags": "1", action: "REJECT" },
    NO_SYN_REFUSED,
  ],
  ["no flags say nothing", { "tcp-flags": "-" }, "unclear: no TCP flags in the record"],
  ["UDP says nothing", { protocol: "17" }, "unclear: UDP: nobody says who asked"],
  ["ICMP has no ports", { protocol: "1" }, "aside: protocols without ports"],
  ["a packet's own addresses count", { srcaddr: "192.0.2.200", dstaddr: "198.51.100.200" }, `${ASKED} seen`],
  [
    "the interface's count where the packet's aren't said",
    { "pkt-srcaddr": "-", "pkt-dstaddr": "-" },
    `${ASKED} seen`,
  ],
  ["a regional NAT gateway has no interface", { "interface-id": "-" }, `${ASKED} seen`],
  [
    "no data",
    { "log-status": "NODATA", srcaddr: "-", dstaddr: "-", protocol: "-", action: "-" },
    "gap: NODATA",
  ],
  [
    "skipped data",
    { "log-status": "SKIPDATA", srcaddr: "-", dstaddr: "-", protocol: "-", action: "-" },
    "gap: SKIPDATA",
  ],
  ["an address that isn't one", { srcaddr: "x", "pkt-srcaddr": "-" }, "bad: has an address that isn't one"],
  ["a port that isn't one", { dstport: "70000" }, "bad: has a port that isn't from 1 to 65535"],
  ["port 0", { dstport: "0" }, "bad: has a port that isn't from 1 to 65535"],
  [
    "a time in milliseconds",
    { start: "1767225600000" },
    "bad: has a start or end that isn't in Unix seconds",
  ],
  ["an end before its start", { end: "1767220000" }, "bad: has a start or end that isn't in Unix seconds"],
  ["a protocol that isn't one", { protocol: "tcp" }, 'bad: has the protocol "tcp"'],
  ["an action that isn't one", { action: "ALLOW" }, 'bad: has the action "ALLOW"'],
  ["a status that isn't one", { "log-status": "FINE" }, 'bad: has the log-status "FINE"'],
  ["flags that aren't any", { "tcp-flags": "SYN" }, 'bad: has the tcp-flags "SYN"'],
];

describe("VPC flow logs: what a record says", () => {
  for (const [claim, given, expected] of cases) it(claim, () => assert.equal(said(record(given)), expected));

  it("is the same in any order of fields, with fields that nobody knows", () => {
    const names = [...FULL, "tags", "next-hop-x", "made-up"].reverse();
    assert.equal(said(record({}, names)), `${ASKED} seen`);
  });

  it("is a time that may have begun a minute before", () => {
    const reading = record();
    assert.ok(reading.kind === "connection");
    assert.deepEqual(reading.time, { first: 1_767_225_540_000, last: 1_767_225_660_000 });
  });

  it("is nothing where values are missing or too many", () => {
    const line = (count: number) => said(readVpc(fields(DEFAULT_FIELDS), Array<string>(count).fill("1")));
    assert.equal(line(13), "bad: has 13 values where the header has 14 names");
    assert.equal(line(15), "bad: has 15 values where the header has 14 names");
  });

  it("needs fields that tell a connection", () => {
    assert.deepEqual(vpcFields(["version", "srcaddr", "pkt-dstaddr", "srcport", "protocol", "start"]), {
      lacks: ["dstport", "action", "end"],
    });
  });

  it("has names as a header, a format and Parquet spell them", () => {
    assert.deepEqual(vpcNames(" ${pkt-srcaddr} pkt_dstaddr TCP-Flags "), [
      "pkt-srcaddr",
      "pkt-dstaddr",
      "tcp-flags",
    ]);
  });
});
