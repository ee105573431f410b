// Tests: test/records/lines.test.ts
import { isMap } from "../data";
import { isEksAgent, readEksAgent, readSentByEksAgent } from "./eksAgent";
import { isGoldmane, readGoldmane } from "./goldmane";
import { isHubble, readHubble } from "./hubble";
import { isNflog, readConntrack, readLogEmu, readNflog } from "./netfilter";
import { bad, type RecordReading, type RecordFormat } from "./record";
import { DEFAULT_FIELDS, isVpcHeader, readVpc, vpcFields, type VpcFields, vpcNames } from "./vpc";

/** A line's record; undefined where the line holds none: it is empty, or a header. */
export interface LineRead {
  readonly format: RecordFormat | undefined;
  readonly reading: RecordReading;
}

/** When a line came, where whoever exported a log writes that before it. */
const ARRIVED = /^\d{4}-\d\d-\d\dT[\d:.]+Z[ \t]+/;

/** A record of a VPC flow log as AWS writes it, by its first value; what else begins with a number names its values. */
const VPC_RECORD = /^[\d-]+(?: [^\s=]+)+$/;

/** A record that tells a connection has as many values at least. */
const FEWEST = 8;

/** A packet or a connection is told in so many characters at most. */
const LONGEST = 4096;

/** Reads the lines of one file, one after the other. Every line is told by itself, so that files may mix formats. */
export class RecordLines {
  private fields: VpcFields | undefined;
  /** Said once a file: the same is wrong with all lines that follow. */
  private isFormatMissing = false;

  /** @param vpcFormat the fields of VPC flow logs that have no header, or "default". */
  constructor(vpcFormat: VpcFields | undefined) {
    this.fields = vpcFormat;
  }

  read(line: string): LineRead | undefined {
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (text === "") return undefined;
    return text.startsWith("{") ? this.object(text) : this.text(text);
  }

  private object(text: string): LineRead {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { format: undefined, reading: bad("isn't JSON: it may be cut off") };
    }
    if (!isMap(value)) return { format: undefined, reading: bad("isn't a JSON object") };
    // Goldmane's answers have a `flow` as well.
    if (isGoldmane(value)) return { format: "Goldmane", reading: readGoldmane(value) };
    if (isEksAgent(value)) return { format: "EKS network policy agent", reading: readEksAgent(value) };
    if (isNflog(value)) return { format: "NFLOG", reading: readNflog(value) };
    if (isHubble(value)) return { format: "Hubble", reading: readHubble(value) };
    return { format: undefined, reading: bad("is JSON of no format that is read here") };
  }

  private text(text: string): LineRead | undefined {
    if (this.fields !== undefined && VPC_RECORD.test(text))
      return { format: "VPC flow log", reading: readVpc(this.fields, text.split(" ")) };
    const arrived = text.replace(ARRIVED, "");
    const values = arrived.trim().split(/[ \t]+/);
    if (values.length > 3 && /^[a-z$]/i.test(values[0] ?? "")) {
      const names = vpcNames(text);
      if (isVpcHeader(names)) return this.header(names);
    }
    const other = otherText(arrived);
    if (other !== undefined) return other;
    if (this.fields !== undefined && /^[\d-]/.test(values[0] ?? ""))
      return { format: "VPC flow log", reading: readVpc(this.fields, values) };
    if (this.fields === undefined && values.length >= FEWEST && /^\d+$/.test(values[0] ?? "")) {
      if (this.isFormatMissing) return { format: undefined, reading: bad("has no header above it") };
      this.isFormatMissing = true;
      return {
        format: undefined,
        reading: bad(
          'looks like a VPC flow log without its header: give its fields with --vpc-format ("default" for version 2\'s own)',
        ),
      };
    }
    return this.fields === undefined
      ? { format: undefined, reading: bad("is a line of no format that is read here") }
      : { format: "VPC flow log", reading: bad("isn't a record of the format that its header names") };
  }

  private header(names: readonly string[]): LineRead | undefined {
    const fields = vpcFields(names);
    if ("count" in fields) {
      this.fields = fields;
      return undefined;
    }
    this.fields = undefined;
    return {
      format: "VPC flow log",
      reading: { kind: "gap", because: "records without the fields that tell connections" },
    };
  }
}

/** A line of text that names its values. */
function otherText(line: string): LineRead | undefined {
  const sent = line.startsWith("Node: ") ? readSentByEksAgent(line) : undefined;
  if (sent !== undefined) return { format: "EKS network policy agent", reading: sent };
  // Their patterns aren't for long texts.
  if (line.length > LONGEST || !line.includes("=")) return undefined;
  const packet = readLogEmu(line);
  if (packet !== undefined) return { format: "NFLOG", reading: packet };
  const entry = readConntrack(line);
  return entry === undefined ? undefined : { format: "conntrack", reading: entry };
}

/** The fields that a user names for VPC flow logs without a header; those that it lacks, where it isn't enough. */
export function namedVpcFields(text: string): VpcFields | { readonly lacks: readonly string[] } {
  return vpcFields(text.trim() === "default" ? DEFAULT_FIELDS : vpcNames(text));
}
