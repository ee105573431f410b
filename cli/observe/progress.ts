// Tests: test/cli/observe/command.test.ts
import type { RecordFile } from "./files";

/** So often progress is written, in milliseconds. */
const EVERY = 500;

/** How far the reading is, on one line of the terminal that is written over; nothing where stderr is no terminal. */
export class Progress {
  private readonly total: number;
  private before = 0;
  private current: { file: RecordFile; bytes: number } | undefined;
  private last = Date.now();
  private isShown = false;

  constructor(files: readonly RecordFile[]) {
    this.total = files.reduce((sum, { size = 0 }) => sum + size, 0);
  }

  told(file: RecordFile, bytes: number): void {
    if (this.current !== undefined && this.current.file !== file) this.before += this.current.bytes;
    this.current = { file, bytes };
    const now = Date.now();
    if (!isTerminal() || now - this.last < EVERY) return;
    this.last = now;
    this.isShown = true;
    const done = this.before + bytes;
    const share = this.total === 0 ? "" : ` of ${size(this.total)}`;
    process.stderr.write(`\r\u001b[Kread ${size(done)}${share}`);
  }

  end(): void {
    if (this.isShown) process.stderr.write("\r\u001b[K");
  }
}

const isTerminal = (): boolean => (process.stderr.isTTY as boolean | undefined) === true;

const size = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
