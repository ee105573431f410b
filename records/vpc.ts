import type { Protocol } from "../net";
import { aside, bad, type RecordReading } from "./record";
import { addressOf, portOf, protocolOfNumber } from "./values";

/**
 * The fields of version 2, in the order of the default format.
 * Source: Amazon VPC user guide, "Flow log records".
 */
export const DEFAULT_FIELDS: readonly string[] = [
  "version",
  "account-id",
  "interface-id",
  "srcaddr",
  "dstaddr",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "log-status",
];

/** Without these a record tells no connection. */
const NEEDED = ["srcport", "dstport", "protocol", "action"] as const;

/** Where the fields that are read stand in a record; -1 where the format doesn't have one. */
export interface VpcFields {
  readonly count: number;
  readonly srcaddr: number;
  readonly dstaddr: number;
  readonly pktSrcaddr: number;
  readonly pktDstaddr: number;
  readonly srcport: number;
  readonly dstport: number;
  readonly protocol: number;
  readonly start: number;
  readonly end: number;
  readonly action: number;
  readonly logStatus: number;
  readonly tcpFlags: number;
}

/** The fields that are read, by what they are called here. */
const NAMES: Readonly<Record<Exclude<keyof VpcFields, "count">, string>> = {
  srcaddr: "srcaddr",
  dstaddr: "dstaddr",
  pktSrcaddr: "pkt-srcaddr",
  pktDstaddr: "pkt-dstaddr",
  srcport: "srcport",
  dstport: "dstport",
  protocol: "protocol",
  start: "start",
  end: "end",
  action: "action",
  logStatus: "log-status",
  tcpFlags: "tcp-flags",
};

const READ: ReadonlySet<string> = new Set(Object.values(NAMES));

/** Whether a field of this name is read. */
export const isVpcFieldRead = (name: string): boolean => READ.has(name);

/** Names as they are written in a header, in `${…}` of a format, or with underscores in Parquet. */
export const vpcNames = (text: string): readonly string[] =>
  text
    .trim()
    .split(/[\s,]+/)
    .map((name) =>
      name
        .replace(/^\$\{(.*)\}$/, "$1")
        .replaceAll("_", "-")
        .toLowerCase(),
    );

/** Whether a line is a header: it names fields, in any order, and unknown ones too. */
export const isVpcHeader = (names: readonly string[]): boolean =>
  names.includes("protocol") && (names.includes("srcaddr") || names.includes("pkt-srcaddr"));

/** The fields of a format, or the names that it lacks. */
export function vpcFields(names: readonly string[]): VpcFields | { readonly lacks: readonly string[] } {
  const at = (name: string) => names.indexOf(name);
  const lacks: string[] = NEEDED.filter((name) => at(name) < 0);
  for (const side of ["srcaddr", "dstaddr"]) if (at(side) < 0 && at(`pkt-${side}`) < 0) lacks.push(side);
  for (const time of ["start", "end"]) if (at(time) < 0) lacks.push(time);
  if (lacks.length > 0) return { lacks };
  return {
    count: names.length,
    srcaddr: at(NAMES.srcaddr),
    dstaddr: at(NAMES.dstaddr),
    pktSrcaddr: at(NAMES.pktSrcaddr),
    pktDstaddr: at(NAMES.pktDstaddr),
    srcport: at(NAMES.srcport),
    dstport: at(NAMES.dstport),
    protocol: at(NAMES.protocol),
    start: at(NAMES.start),
    end: at(NAMES.end),
    action: at(NAMES.action),
    logStatus: at(NAMES.logStatus),
    tcpFlags: at(NAMES.tcpFlags),
  };
}

const SYN = 2;
const ACK = 16;

/** The later end of an interval may be that late: the service says so of `start`. */
const LATE = 60_000;

/**
 * What a record says, its values in the order of its fields. Only an interface's own side is rewritten in srcaddr and dstaddr, so
 * pkt-srcaddr and pkt-dstaddr come first; tcp-flags are OR-ed over the interval, and their SYN tells who opened.
 */
export function readVpc(fields: VpcFields, values: readonly string[]): RecordReading {
  if (values.length !== fields.count)
    return bad(`has ${values.length} values where the header has ${fields.count} names`);
  const value = (index: number): string => values[index] ?? "-";
  const status = value(fields.logStatus);
  if (status === "NODATA" || status === "SKIPDATA") return { kind: "gap", because: status };
  if (status !== "-" && status !== "OK") return bad(`has the log-status "${status.slice(0, 40)}"`);
  const number = value(fields.protocol);
  if (!/^\d{1,3}$/.test(number)) return bad(`has the protocol "${number.slice(0, 40)}"`);
  const protocol = protocolOfNumber(Number(number));
  if (protocol === undefined) return aside("protocols without ports");
  const addresses = [
    sideOf(value, fields.pktSrcaddr, fields.srcaddr),
    sideOf(value, fields.pktDstaddr, fields.dstaddr),
  ];
  const [source, destination] = addresses;
  if (source === undefined || destination === undefined) return bad("has an address that isn't one");
  const ports = [portOf(value(fields.srcport)), portOf(value(fields.dstport))] as const;
  const time = timeOf(value(fields.start), value(fields.end));
  if (time === undefined) return bad("has a start or end that isn't in Unix seconds");
  const action = value(fields.action);
  if (action !== "ACCEPT" && action !== "REJECT") return bad(`has the action "${action.slice(0, 40)}"`);
  return opened(protocol, value(fields.tcpFlags), action === "REJECT", source, destination, ports, time);
}

const sideOf = (value: (index: number) => string, packet: number, own: number): string | undefined =>
  addressOf(value(packet)) ?? addressOf(value(own));

/** `start` and `end` as milliseconds, with what they may be late by. */
function timeOf(start: string, end: string): { first: number; last: number } | undefined {
  if (!/^\d{9,11}$/.test(start) || !/^\d{9,11}$/.test(end)) return undefined;
  const [first, last] = [Number(start) * 1000 - LATE, Number(end) * 1000];
  return last < first ? undefined : { first, last };
}

function opened(
  protocol: Protocol,
  flagText: string,
  isRefused: boolean,
  source: string,
  destination: string,
  [sourcePort, destinationPort]: readonly [number | undefined, number | undefined],
  time: { first: number; last: number },
): RecordReading {
  const ports = [sourcePort, destinationPort].filter((port) => port !== undefined);
  const unclear = (because: Extract<RecordReading, { kind: "unclear" }>["because"]): RecordReading => ({
    kind: "unclear",
    because,
    protocol,
    ports,
    time,
  });
  if (protocol !== "TCP") return unclear("UDP: nobody says who asked");
  if (flagText === "-") return unclear("no TCP flags in the record");
  if (!/^\d{1,3}$/.test(flagText)) return bad(`has the tcp-flags "${flagText.slice(0, 40)}"`);
  const flags = Number(flagText);
  if ((flags & SYN) === 0)
    return unclear(
      isRefused
        ? "a refusal without the packet that opens a connection"
        : "TCP without the packet that opens a connection",
    );
  const isAnswer = (flags & ACK) !== 0;
  // What answers a SYN passed at the other side first: a refused answer is no refused connection.
  if (isAnswer && isRefused) return unclear("a refusal without the packet that opens a connection");
  const [from, to] = isAnswer ? [destination, source] : [source, destination];
  const [own, port] = isAnswer ? [destinationPort, sourcePort] : [sourcePort, destinationPort];
  if (port === undefined) return bad("has a port that isn't from 1 to 65535");
  return {
    kind: "connection",
    from: { address: from },
    to: { address: to },
    protocol,
    port,
    ...(own === undefined ? {} : { sourcePort: own }),
    outcome: isRefused ? "denied" : "seen",
    time,
    count: 1,
  };
}
