/** A line of a file; `text` undefined where it can't be one, by `problem`. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  readonly text: string | undefined;
  readonly problem?: string;
}

/** Longer lines are no record of any format, and would fill the memory. In UTF-16 units. */
const LONGEST_LINE = 1 << 20;

/** Cuts chunks of UTF-8 into lines, wherever the chunks begin and end; what is unfinished is kept, up to the longest line. */
export class LineSplitter {
  private readonly decoder = new TextDecoder("utf-8");
  private rest = "";
  private isSkipping = false;

  /** Whole lines so far. */
  lines = 0;

  *push(chunk: Uint8Array): Generator<FileLine> {
    const text = this.decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const line = this.rest === "" ? text.slice(from, end) : this.rest + text.slice(from, end);
      this.rest = "";
      from = end + 1;
      this.lines++;
      if (this.isSkipping) this.isSkipping = false;
      else yield this.checked(this.lines, line);
    }
    if (this.isSkipping) return;
    this.rest += text.slice(from);
    if (this.rest.length <= LONGEST_LINE) return;
    this.isSkipping = true;
    yield this.checked(this.lines + 1, this.rest);
    this.rest = "";
  }

  *end(): Generator<FileLine> {
    const line = this.rest + this.decoder.decode();
    if (line !== "" && !this.isSkipping) yield this.checked(this.lines + 1, line);
  }

  private readonly checked = (number: number, text: string): FileLine =>
    text.length > LONGEST_LINE
      ? { number, text: undefined, problem: "is longer than a megabyte" }
      : { number, text };
}
