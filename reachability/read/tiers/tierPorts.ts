// Tests: test/reachability/read/tierPolicy.test.ts
import { isPort, isProtocol, type NamedPort, UNKNOWN } from "../../../kubernetes";
import { MAX_PORT, type PortRange, PortSet, type Protocol, PROTOCOLS } from "../../../net";
import { type FieldReader, type Fields, shown } from "../fields";
import type { RulePorts } from "../policy";
import { type FieldPlace, under } from "../problems";

/** One item of a rule's ports: a range, a name of any protocol, or ports of which it isn't known which. */
type ReadItem = PortRange | { readonly name: string } | PortSet | undefined;

const EVERY_PORT: RulePorts = { numbers: PortSet.all, named: [], maybe: PortSet.empty };
const UNKNOWN_PORTS: RulePorts = { numbers: PortSet.empty, named: [], maybe: PortSet.all };

/**
 * Reads what a tier's rule matches of ports: ClusterNetworkPolicy's `protocols`, or AdminNetworkPolicy's `ports`. Absent means
 * every port of every protocol.
 */
export function readTierPorts(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  { ports: dialect, most }: { readonly ports: "protocols" | "ports"; readonly most: number },
): RulePorts {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return UNKNOWN_PORTS;
  if (list === undefined) return EVERY_PORT;
  if (list.length === 0) fields.problem(path, "is empty: leave it out for every port");
  if (list.length > most) fields.problem(path, `holds ${list.length} items; an API server takes ${most}`);
  const ranges: PortRange[] = [];
  const named: NamedPort[] = [];
  let maybe = PortSet.empty;
  for (const [i, one] of list.entries()) {
    const at = under(path, i);
    const map = fields.map(one ?? {}, at);
    const read =
      map === UNKNOWN
        ? PortSet.all
        : map && (dialect === "protocols" ? readProtocol(fields, map, at) : readPort(fields, map, at));
    if (read === undefined) continue;
    if (read instanceof PortSet) maybe = maybe.union(read);
    else if ("name" in read) named.push(...PROTOCOLS.map((protocol) => ({ protocol, name: read.name })));
    else ranges.push(read);
  }
  return { numbers: PortSet.of(ranges), named, maybe };
}

/** The one field that a map gives; undefined, with a problem, where it isn't one. */
function theOne(
  fields: FieldReader,
  map: Fields,
  known: readonly string[],
  path: FieldPlace,
): string | undefined {
  fields.only(map, known, path);
  const given = known.filter((field) => map[field] !== undefined && map[field] !== null);
  const [only, ...others] = given;
  if (only !== undefined && others.length === 0) return only;
  fields.problem(
    path,
    `names ${given.length === 0 ? "none" : given.join(" and ")}: give one of ${known.join(", ")}`,
  );
  return undefined;
}

const BY_FIELD: Readonly<Record<string, Protocol>> = { tcp: "TCP", udp: "UDP", sctp: "SCTP" };

/** `{tcp: {destinationPort: {number: 80}}}` */
function readProtocol(fields: FieldReader, map: Fields, path: FieldPlace): ReadItem {
  const field = theOne(fields, map, ["tcp", "udp", "sctp", "destinationNamedPort"], path);
  if (field === undefined) return undefined;
  const protocol = BY_FIELD[field];
  if (protocol === undefined) return readName(fields, map[field], under(path, field));
  const about = fields.map(map[field], under(path, field));
  if (about === UNKNOWN) return PortSet.allOf(protocol);
  if (about === undefined || theOne(fields, about, ["destinationPort"], under(path, field)) === undefined)
    return undefined;
  const at = under(under(path, field), "destinationPort");
  const port = fields.map(about["destinationPort"], at);
  if (port === UNKNOWN) return PortSet.allOf(protocol);
  if (port === undefined) return undefined;
  const given = theOne(fields, port, ["number", "range"], at);
  if (given === undefined) return undefined;
  return given === "number"
    ? numbered(fields, protocol, port["number"], under(at, "number"))
    : ranged(fields, protocol, port["range"], under(at, "range"), ["start", "end"]);
}

/** `{portNumber: {protocol: TCP, port: 80}}`, `{portRange: …}` or `{namedPort: http}` */
function readPort(fields: FieldReader, map: Fields, path: FieldPlace): ReadItem {
  const field = theOne(fields, map, ["portNumber", "namedPort", "portRange"], path);
  if (field === undefined) return undefined;
  const at = under(path, field);
  if (field === "namedPort") return readName(fields, map[field], at);
  const about = fields.map(map[field], at);
  if (about === UNKNOWN) return PortSet.all;
  if (about === undefined) return undefined;
  const protocol = about["protocol"] ?? "TCP";
  if (protocol === UNKNOWN) return PortSet.all;
  if (!isProtocol(protocol)) {
    fields.problem(under(at, "protocol"), `${shown(protocol)} is none of ${PROTOCOLS.join(", ")}`);
    return undefined;
  }
  if (field === "portRange") return ranged(fields, protocol, about, at, ["protocol", "start", "end"]);
  fields.only(about, ["protocol", "port"], at);
  return numbered(fields, protocol, about["port"], under(at, "port"));
}

function readName(fields: FieldReader, value: unknown, path: FieldPlace): ReadItem {
  const name = fields.string(value, path);
  if (name === UNKNOWN) return PortSet.all;
  if (name === "") fields.problem(path, "is empty");
  return name === undefined ? undefined : { name };
}

function numbered(fields: FieldReader, protocol: Protocol, value: unknown, path: FieldPlace): ReadItem {
  if (value === UNKNOWN) return PortSet.allOf(protocol);
  if (isPort(value)) return { protocol, from: value, to: value };
  fields.problem(path, `${shown(value)} isn't a port 1-${MAX_PORT}`);
  return undefined;
}

function ranged(
  fields: FieldReader,
  protocol: Protocol,
  value: unknown,
  path: FieldPlace,
  known: readonly string[],
): ReadItem {
  const range = fields.map(value, path);
  if (range === UNKNOWN) return PortSet.allOf(protocol);
  if (range === undefined) return undefined;
  fields.only(range, known, path);
  const { start, end } = range;
  if (start === UNKNOWN || end === UNKNOWN) return PortSet.allOf(protocol);
  if (isPort(start) && isPort(end) && start < end) return { protocol, from: start, to: end };
  fields.problem(
    path,
    `${shown(start)} to ${shown(end)} isn't a range of ports from a lower to a higher one`,
  );
  return undefined;
}
