// Tests: test/cli/observe/command.test.ts
import { createReadStream, readdirSync, realpathSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type FileLine, LineSplitter } from "./lines";
import {
  atSource,
  inputError,
  messageOf,
  PalisadeInputError,
  type Problem,
  throwProblems,
} from "../../problems";

/** A file of records, under the name that messages give it. */
export interface RecordFile {
  readonly name: string;
  /** Bytes on the disk; undefined for standard input. */
  readonly size: number | undefined;
}

/**
 * The files that some paths mean, each once: a folder is all files below it, in the order of names, as flow logs are stored by hour or
 * by Hive's key=value folders.
 * @throws PalisadeInputError with every path that isn't there, can't be read, or holds no file
 */
export function recordFiles(paths: readonly string[]): readonly RecordFile[] {
  const found = new Map<string, RecordFile>();
  const problems: Problem[] = [];
  for (const given of paths) {
    if (given === "-") {
      found.set("-", { name: "standard input", size: undefined });
      continue;
    }
    try {
      const before = found.size;
      collect(given, found, new Set());
      if (found.size === before && statSync(given).isDirectory())
        problems.push({ place: atSource(given), message: "holds no file" });
    } catch (error) {
      problems.push({ place: atSource(given), message: reasonOf(error) });
    }
  }
  throwProblems(problems);
  return [...found.values()];
}

function collect(at: string, found: Map<string, RecordFile>, visited: Set<string>): void {
  const real = realpathSync(at);
  const stat = statSync(real);
  if (!stat.isDirectory()) {
    found.set(real, { name: at, size: stat.size });
    return;
  }
  if (visited.has(real)) return;
  visited.add(real);
  for (const name of readdirSync(at).sort())
    if (!name.startsWith(".")) collect(path.join(at, name), found, visited);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return "no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "not readable: permission denied";
  if (code === "ELOOP") return "a link that leads back to itself";
  return messageOf(error);
}

/** Whether a file is Parquet, by its first bytes. */
export const isParquet = (head: Buffer): boolean => head.toString("latin1", 0, 4) === "PAR1";

/**
 * The lines of a file, plain or gzip by its first bytes: those of one chunk of it after the other, each to be gone through before the
 * next is asked for. What breaks off in between is a last line that can't be read.
 * @param head its first bytes; undefined for standard input.
 * @param progress is told how many bytes of the disk have been read.
 * @throws PalisadeInputError for a file that can't be opened, and for Parquet from a pipe
 */
export async function* linesOf(
  { name }: RecordFile,
  head: Buffer | undefined,
  progress: (bytes: number) => void,
): AsyncGenerator<Iterable<FileLine>> {
  const raw = head === undefined ? process.stdin : createReadStream(name, { highWaterMark: 1 << 18 });
  const splitter = new LineSplitter();
  try {
    for await (const chunk of unzipped(raw, head, progress)) yield splitter.push(chunk);
  } catch (error) {
    if (error instanceof PalisadeInputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (splitter.lines === 0 && code !== undefined && !code.startsWith("Z_"))
      throw inputError(atSource(name), reasonOf(error));
    yield [{ number: splitter.lines + 1, text: undefined, problem: `breaks off: ${messageOf(error)}` }];
    return;
  }
  yield splitter.end();
}

/** What tells a file's form; undefined for standard input. @throws PalisadeInputError for a file that can't be opened */
export async function firstBytes({ name, size }: RecordFile): Promise<Buffer | undefined> {
  if (size === undefined) return undefined;
  let file;
  try {
    file = await open(name);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw inputError(atSource(name), reasonOf(error));
  } finally {
    await file?.close();
  }
}

/** The bytes of a stream, decompressed if it is gzip; of standard input the first chunk tells. */
async function* unzipped(
  raw: Readable,
  head: Buffer | undefined,
  progress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of raw) {
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      progress(bytes);
      yield buffer;
    }
  };
  if (head !== undefined) {
    yield* isGzip(head) ? gunzip(counted()) : counted();
    return;
  }
  const chunks = counted();
  const first = await chunks.next();
  if (first.done === true) return;
  if (isParquet(first.value))
    throw inputError(atSource("standard input"), "is Parquet, which isn't read from a pipe", "Give the file");
  const all = (async function* () {
    yield first.value;
    yield* chunks;
  })();
  yield* isGzip(first.value) ? gunzip(all) : all;
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decompresses chunk by chunk, with both streams' errors; files of several members, as joined ones are, are read to their end. */
async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Readable: Reader } = await import("node:stream");
  const source = Reader.from(chunks);
  const zip = createGunzip({ chunkSize: 1 << 18 });
  source.on("error", (error) => zip.destroy(error));
  for await (const chunk of source.pipe(zip)) yield chunk as Buffer;
}
