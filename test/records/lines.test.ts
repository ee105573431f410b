import { strict as assert } from "node:assert";
import { namedVpcFields, RecordLines } from "../../records";

const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const SKIPPED = "2 111122223333 eni-0a1 - - - - - - - 1767225600 1767225660 - SKIPDATA";
const REFUSED =
  "2 111122223333 eni-0a1 192.0.2.10 198.51.100.20 40000 5432 6 1 60 1767225600 1767225660 REJECT OK";
const LOST =
  '{"lost_events":{"source":"PERF_EVENT_RING_BUFFER","num_events_lost":"3"},"node_name":"n1","time":"2026-01-01T00:00:00Z"}';

/** What each line says: a format and a kind, or why it can't be read. */
function read(lines: readonly string[], format?: string): (string | undefined)[] {
  const fields = format === undefined ? undefined : namedVpcFields(format);
  assert.ok(fields === undefined || "count" in fields);
  const reader = new RecordLines(fields);
  return lines.map((line) => {
    const found = reader.read(line);
    if (found === undefined) return undefined;
    const { reading } = found;
    return `${found.format ?? "?"}: ${reading.kind}${reading.kind === "bad" ? ` ${reading.message}` : ""}`;
  });
}

describe("records: the lines of a file", () => {
  it("are told one by one, so that formats mix", () => {
    assert.deepEqual(read([HEADER, REFUSED, LOST, "", SKIPPED, `${REFUSED}\r`]), [
      undefined,
      "VPC flow log: unclear",
      "Hubble: gap",
      undefined,
      "VPC flow log: gap",
      "VPC flow log: unclear",
    ]);
  });

  it("follow the header above them, where files were joined", () => {
    const other = "srcaddr dstaddr srcport dstport protocol start end action tcp-flags";
    assert.deepEqual(
      read([
        HEADER,
        REFUSED,
        other,
        "192.0.2.10 198.51.100.20 40000 5432 6 1767225600 1767225660 ACCEPT 2",
        REFUSED,
      ]),
      [
        undefined,
        "VPC flow log: unclear",
        undefined,
        "VPC flow log: connection",
        "VPC flow log: bad has 14 values where the header has 9 names",
      ],
    );
  });

  it("need a header, or fields that are named, and say so once", () => {
    assert.deepEqual(read([REFUSED, REFUSED]), [
      '?: bad looks like a VPC flow log without its header: give its fields with --vpc-format ("default" for version 2\'s own)',
      "?: bad has no header above it",
    ]);
    assert.deepEqual(read([REFUSED], "default"), ["VPC flow log: unclear"]);
  });

  it("may have the time before them at which they came", () => {
    assert.deepEqual(read([`2026-01-01T00:01:00.000Z ${REFUSED}`], "default"), ["VPC flow log: unclear"]);
  });

  it("of a format without ports hide what happened", () => {
    assert.deepEqual(read(["version srcaddr dstaddr protocol bytes", "3 192.0.2.1 192.0.2.2 6 60"]), [
      "VPC flow log: gap",
      "?: bad is a line of no format that is read here",
    ]);
  });

  const broken: readonly (readonly [string, string, string])[] = [
    ["a line that is cut off", LOST.slice(0, 40), "isn't JSON: it may be cut off"],
    ["JSON of another kind", '{"a":1}', "is JSON of no format that is read here"],
    [
      "JSON with a key of its own prototype",
      '{"__proto__":{"flow":{}}}',
      "is JSON of no format that is read here",
    ],
    ["prose", "hello", "is a line of no format that is read here"],
    ["bytes", "\u0000\u0001", "is a line of no format that is read here"],
  ];
  for (const [what, line, message] of broken)
    it(`say what is wrong with ${what}`, () => assert.deepEqual(read([line]), [`?: bad ${message}`]));
});
