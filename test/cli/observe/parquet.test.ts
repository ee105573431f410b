import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { type NumberedRecord, parquetRecords } from "../../../cli/observe/parquet";
import { RecordLines } from "../../../records";

/** A flow log's columns as AWS types them: names with underscores, INT32 and INT64, null or "-" for what isn't told. */
const COLUMNS = {
  version: { type: "INT32", data: [3, 3, 3, 3] },
  account_id: { type: "STRING", data: ["111122223333", "111122223333", "111122223333", "111122223333"] },
  srcaddr: { type: "STRING", data: ["192.0.2.10", "198.51.100.20", "192.0.2.10", "-"] },
  dstaddr: { type: "STRING", data: ["198.51.100.20", "192.0.2.10", "198.51.100.53", null] },
  srcport: { type: "INT32", data: [40000, 5432, 40001, null] },
  dstport: { type: "INT32", data: [5432, 40000, 53, null] },
  protocol: { type: "INT32", data: [6, 6, 17, null] },
  start: { type: "INT64", data: [1767225600n, 1767225600n, 1767225600n, 1767225600n] },
  end: { type: "INT64", data: [1767225660n, 1767225660n, 1767225660n, 1767225660n] },
  action: { type: "STRING", data: ["ACCEPT", "ACCEPT", "REJECT", "-"] },
  log_status: { type: "STRING", data: ["OK", "OK", "OK", "NODATA"] },
  tcp_flags: { type: "INT32", data: [2, 18, 0, null] },
  pkt_srcaddr: { type: "STRING", data: ["10.0.1.7", "198.51.100.20", "-", "-"] },
  pkt_dstaddr: { type: "STRING", data: ["198.51.100.20", "10.0.1.7", "-", "-"] },
} as const;

type Column = keyof typeof COLUMNS;

describe("flow logs in Parquet", () => {
  let folder: string;
  let files = 0;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "palisade-"))));
  after(() => rmSync(folder, { recursive: true }));

  async function file(
    columns: readonly Column[],
    options: { codec?: "GZIP" | "SNAPPY" | "UNCOMPRESSED"; rowGroupSize?: number } = {},
  ): Promise<string> {
    const { parquetWriteBuffer } = await import("hyparquet-writer");
    const buffer = parquetWriteBuffer({
      columnData: columns.map((name) => ({
        name,
        ...COLUMNS[name],
        data: [...COLUMNS[name].data],
        nullable: true,
      })),
      ...options,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
    });
    const at = path.join(folder, `${++files}.parquet`);
    writeFileSync(at, Buffer.from(buffer));
    return at;
  }

  async function records(name: string): Promise<{ all: NumberedRecord[]; bytes: number }> {
    const all: NumberedRecord[] = [];
    let bytes = 0;
    for await (const rows of parquetRecords({ name, size: 1 }, (read) => (bytes = read))) all.push(...rows);
    return { all, bytes };
  }

  const ALL = Object.keys(COLUMNS) as Column[];

  /** The same records as text, a line each. */
  function fromText(): unknown[] {
    const lines = new RecordLines(undefined);
    lines.read(ALL.map((name) => name.replaceAll("_", "-")).join(" "));
    const cell = (name: Column, i: number): string => String(COLUMNS[name].data[i] ?? "-");
    return [0, 1, 2, 3].map((i) => lines.read(ALL.map((name) => cell(name, i)).join(" ")));
  }

  for (const codec of ["SNAPPY", "GZIP", "UNCOMPRESSED"] as const)
    it(`say what the same records say as text (${codec}), whatever the row groups`, async () => {
      for (const rowGroupSize of [1, 3, 100]) {
        const { all } = await records(await file(ALL, { codec, rowGroupSize }));
        assert.deepEqual(
          all.map(({ read }) => read),
          fromText(),
        );
        assert.deepEqual(
          all.map(({ number }) => number),
          [1, 2, 3, 4],
        );
      }
    });

  it("have their columns in any order, and more of them than are read", async () => {
    const { all } = await records(await file([...ALL].reverse()));
    assert.deepEqual(
      all.map(({ read }) => read),
      fromText(),
    );
  });

  it("that tell no connection are one record that can't be read, which names what they lack", async () => {
    const { all } = await records(await file(["srcaddr", "dstaddr", "protocol", "start", "end"]));
    assert.deepEqual(all, [
      {
        number: 1,
        read: {
          format: undefined,
          reading: { kind: "bad", message: "is Parquet without srcport, dstport, action" },
        },
      },
    ]);
  });

  it("that are cut off are one record that can't be read, not a crash", async () => {
    const whole = await file(ALL);
    const bytes = readFileSync(whole);
    for (const length of [4, 40, bytes.length - 9, bytes.length - 1]) {
      const at = path.join(folder, `cut-${length}.parquet`);
      writeFileSync(at, bytes.subarray(0, length));
      const { all } = await records(at);
      assert.equal(all.length, 1, String(length));
      const [{ read } = { read: undefined }] = all;
      assert.equal(read?.reading.kind, "bad");
    }
  });

  it("tell how far they are read", async () => {
    const name = await file(ALL, { rowGroupSize: 2 });
    const { bytes } = await records(name);
    assert.equal(bytes, statSync(name).size);
  });
});
