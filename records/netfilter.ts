// Tests: test/records/otherFormats.test.ts
import type { Fields } from "../data";
import { aside, bad, type RecordReading } from "./record";
import { addressOf, at, instantOf, portOf, protocolOfName, protocolOfNumber } from "./values";

const CONNTRACK =
  /^(?:\[\d+\.\d+\]\s+)?(?:\[[A-Z]+\]\s+)?(?:ipv[46]\s+\d+\s+)?([a-z]\S*)\s+\d+\s.*\bsrc=\S+ dst=/;

/**
 * What a line of conntrack's listing says; undefined for another line. Its first half is the connection as it was asked for, its second the
 * answer, which comes from the pod behind a Service. It never shows a denial; a connection without an answer may be one.
 */
export function readConntrack(line: string): RecordReading | undefined {
  const [, name = ""] = CONNTRACK.exec(line) ?? [];
  if (name === "") return undefined;
  const protocol = protocolOfName(name);
  const all = (key: string) =>
    [...line.matchAll(new RegExp(`(?<= )${key}=(\\S+)`, "g"))].map(([, value]) => value);
  const ports = all("sport");
  if (protocol === undefined || ports.length === 0) return aside("protocols without ports");
  const [asked, answering] = all("src").map(addressOf);
  const [sourcePort, port] = ports.map(portOf);
  if (asked === undefined || answering === undefined)
    return bad("has an address that isn't one, or is cut off");
  if (port === undefined) return bad("has a port that isn't from 1 to 65535, or is cut off");
  const [, seconds] = /^\[(\d+\.\d+)\]/.exec(line) ?? [];
  return {
    kind: "connection",
    from: { address: asked },
    to: { address: answering },
    protocol,
    port,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    outcome: line.includes("[UNREPLIED]") ? "seen" : "passed",
    time: at(seconds === undefined ? undefined : Math.round(Number(seconds) * 1000)),
    count: 1,
  };
}

/** Whether an object is a packet that ulogd logged as JSON. */
export const isNflog = (value: Fields): boolean =>
  "ip.protocol" in value && Object.keys(value).some((key) => key.startsWith("oob."));

/** What ulogd's JSON says of a packet: neither a verdict nor a policy. */
export function readNflog(value: Fields): RecordReading {
  const protocol = protocolOfNumber(Number(value["ip.protocol"]));
  if (protocol === undefined) return aside("protocols without ports");
  const isSet = (flag: string) => value[`tcp.${flag}`] === true || value[`tcp.${flag}`] === 1;
  return packetOf({
    protocol,
    from: value["src_ip"],
    to: value["dest_ip"],
    sourcePort: value["src_port"],
    port: value["dest_port"],
    opens: protocol === "TCP" && isSet("syn") && !isSet("ack"),
    time: at(instantOf(value["timestamp"])),
  });
}

/** What a packet in the kernel's own format (LOGEMU) says; undefined for another line. Its time has no year, and counts for none. */
export function readLogEmu(line: string): RecordReading | undefined {
  if (!/\bIN=\S* OUT=\S* /.test(line)) return undefined;
  const of = (key: string) => new RegExp(`(?<= )${key}=(\\S+)`).exec(line)?.[1];
  const name = of("PROTO");
  if (name === undefined) return bad("has no protocol: it may be cut off");
  const protocol = protocolOfName(name);
  if (protocol === undefined) return aside("protocols without ports");
  const has = (flag: string) => new RegExp(` ${flag}( |$)`).test(line);
  return packetOf({
    protocol,
    from: of("SRC"),
    to: of("DST"),
    sourcePort: of("SPT"),
    port: of("DPT"),
    opens: protocol === "TCP" && has("SYN") && !has("ACK"),
    time: undefined,
  });
}

function packetOf(packet: {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly from: unknown;
  readonly to: unknown;
  readonly sourcePort: unknown;
  readonly port: unknown;
  readonly opens: boolean;
  readonly time: ReturnType<typeof at>;
}): RecordReading {
  const { protocol, opens, time } = packet;
  const [from, to] = [addressOf(packet.from), addressOf(packet.to)];
  const [sourcePort, port] = [portOf(packet.sourcePort), portOf(packet.port)];
  if (from === undefined || to === undefined) return bad("has an address that isn't one");
  if (port === undefined) return bad("has a port that isn't from 1 to 65535");
  if (!opens)
    return {
      kind: "unclear",
      because: "a packet of which nobody says whether it is an answer",
      protocol,
      ports: sourcePort === undefined ? [port] : [sourcePort, port],
      time,
    };
  return {
    kind: "connection",
    from: { address: from },
    to: { address: to },
    protocol,
    port,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    outcome: "seen",
    time,
    count: 1,
  };
}
