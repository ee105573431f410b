// Tests: test/records/otherFormats.test.ts
import type { Fields } from "../data";
import { aside, bad, type RecordReading } from "./record";
import { addressOf, at, instantOf, portOf, protocolOfName } from "./values";

/** The texts of agents 1.4 and 1.5, for IPv4 and, with colons, for IPv6. */
const IN_TEXT =
  /^Flow Info: +Src IP: (\S+) +Src Port: (\d+) +Dest IP: (\S+) +Dest Port: (\d+) +Proto:? (\S+) +Verdict:? ([^\s,]+)(?:,? +Direction:? ([^\s,]+))?/;

/** What the agent sends to CloudWatch. */
const SENT =
  /^Node: [^;]*;SIP: ([^;]+);SPORT: (\d+);DIP: ([^;]+);DPORT: (\d+);PROTOCOL: ([^;]+);PolicyVerdict: ([^;]+)/;

/** Whether an object is a line of the agent's log. */
export const isEksAgent = (value: Fields): boolean =>
  typeof value["msg"] === "string" && typeof value["level"] === "string" && typeof value["ts"] === "string";

/** What a line of the agent's log says: flows in its text, or, from older ones, in keys. */
export function readEksAgent(value: Fields): RecordReading {
  const text = String(value["msg"]);
  const time = at(instantOf(value["ts"]));
  const [, ...told] = IN_TEXT.exec(text) ?? [];
  if (told.length > 0) return flowOf(told, time);
  if (!text.startsWith("Flow Info")) return aside("the agent's other lines");
  const keys = ["Src IP", "Src Port", "Dest IP", "Dest Port", "Proto", "Verdict"].map((key) => value[key]);
  return keys.includes(undefined)
    ? bad("is a flow of the agent's in a form that isn't known")
    : flowOf(keys, time);
}

/** What a line that the agent sent to CloudWatch says, which has no time of its own; undefined for another line. */
export function readSentByEksAgent(line: string): RecordReading | undefined {
  const [, ...told] = SENT.exec(line) ?? [];
  return told.length === 0 ? undefined : flowOf(told, undefined);
}

function flowOf(
  [source, sourcePort, destination, destinationPort, proto, verdict, direction]: readonly unknown[],
  time: ReturnType<typeof at>,
): RecordReading {
  const protocol = protocolOfName(String(proto));
  if (protocol === undefined) return aside("protocols without ports");
  const [from, to, port] = [addressOf(source), addressOf(destination), portOf(destinationPort)];
  if (from === undefined || to === undefined) return bad("has an address that isn't one");
  if (port === undefined) return bad("has a port that isn't from 1 to 65535");
  const own = portOf(sourcePort);
  const flow = {
    kind: "connection",
    from: { address: from },
    to: { address: to },
    protocol,
    port,
    ...(own === undefined ? {} : { sourcePort: own }),
    time,
    count: 1,
  } as const;
  // A denial that it logs needn't have been one. Source: aws-network-policy-agent, issue 582.
  if (verdict === "DENY") return { ...flow, outcome: "perhaps denied" };
  // The other side's agent judges by itself; a line without its direction may be either's.
  if (verdict === "ACCEPT") return { ...flow, outcome: direction === "ingress" ? "passed" : "let out" };
  return verdict === "EXPIRED/DELETED"
    ? aside("events without a verdict")
    : bad("has a verdict that isn't the agent's");
}
