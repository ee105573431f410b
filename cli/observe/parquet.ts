// Tests: test/cli/observe/parquet.test.ts
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import zlib from "node:zlib";
import { messageOf } from "../../problems";
import { type CellValue, type LineRead, VpcRows } from "../../records";
import type { RecordFile } from "./files";

/** A record of a file, with the number of its line or row, from 1. */
export interface NumberedRecord {
  readonly number: number;
  readonly read: LineRead;
}

/** Rows are decoded a group at a time; a larger group would fill the memory. In bytes, uncompressed. */
const LARGEST_GROUP = 1_000_000_000;

/**
 * The rows of a Parquet file of VPC flow logs, those of one row group after the other. A file that can't be read is a record that can't be read.
 * @param progress is told how many bytes of the disk have been read.
 */
export async function* parquetRecords(
  { name }: RecordFile,
  progress: (bytes: number) => void,
): AsyncGenerator<Iterable<NumberedRecord>> {
  let read = 0;
  try {
    const { asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema } =
      await import("hyparquet");
    const file = await asyncBufferFromFile(name);
    const metadata = await parquetMetadataAsync(file);
    const rows = VpcRows.of(parquetSchema(metadata).children.map(({ element }) => element.name));
    if ("lacks" in rows) {
      yield unreadable(1, `is Parquet without ${rows.lacks.join(", ")}`);
      return;
    }
    const large = metadata.row_groups.find(({ total_byte_size: size }) => size > LARGEST_GROUP);
    if (large !== undefined) {
      yield unreadable(
        1,
        `has a row group of ${large.total_byte_size} bytes; at most ${LARGEST_GROUP} are read`,
      );
      return;
    }
    const columns = [...rows.columns];
    const scan = await parquetScan({ file, metadata, columns, compressors: decompressors });
    for (const range of scan.ranges) {
      const table = await Promise.all(columns.map((column) => scan.readColumn({ column, ...range })));
      yield rowsOf(table, range.rowEnd - range.rowStart, read, rows);
      read = range.rowEnd;
      forget();
      progress(Math.round((file.byteLength * read) / Number(metadata.num_rows)));
    }
  } catch (error) {
    yield unreadable(read + 1, `can't be read as Parquet: ${messageOf(error)}`);
  }
}

/**
 * What groups leave behind is collected where more bytes are in use. V8 itself would wait until the heap is three times as large; collecting
 * after each group takes a third more processor time.
 */
const KEPT = 120_000_000;

/** Collects garbage, which a process may only ask of V8 in so many words. */
function forget(): void {
  if (process.memoryUsage().heapUsed < KEPT) return;
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

/** The rows of a table by columns, `before` others before them. */
function* rowsOf(
  table: readonly ArrayLike<CellValue>[],
  length: number,
  before: number,
  rows: VpcRows,
): Generator<NumberedRecord> {
  for (let i = 0; i < length; i++)
    yield { number: before + i + 1, read: rows.read(table.map((cells) => cells[i])) };
}

const unreadable = (number: number, message: string): readonly NumberedRecord[] => [
  { number, read: { format: undefined, reading: { kind: "bad", message } } },
];

/** What Node.js itself decompresses; the reader has Snappy of its own. Zstandard came with Node.js 22.15. */
const decompressors: Readonly<Record<string, (input: Uint8Array) => Uint8Array>> = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...("zstdDecompressSync" in zlib
    ? { ZSTD: zlib.zstdDecompressSync as (input: Uint8Array) => Uint8Array }
    : {}),
};
