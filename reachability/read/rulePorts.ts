import { MAX_PORT, type PortRange, PortSet, type Protocol, PROTOCOLS } from "../../net";
import { type FieldReader, shown } from "./fields";
import { isPortName } from "./names";
import type { NamedPort, RulePorts } from "./policy";
import { type FieldPlace, under } from "./problems";
import { UNKNOWN, type Unknown } from "./unknown";

const ALL: RulePorts = { numbers: PortSet.all, named: [], maybe: PortSet.empty };

/** Reads a rule's `ports`: absent or empty is every port. What the API server refuses is a problem. */
export function readPorts(fields: FieldReader, value: unknown, path: FieldPlace): RulePorts {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return { numbers: PortSet.empty, named: [], maybe: PortSet.all };
  if (list === undefined || list.length === 0) return ALL;
  // Thousands of rules open the same ports: the set is made once for each spelling.
  const spelling = spellingOf(list);
  const { ports } = fields.shared;
  const known = spelling === undefined ? undefined : ports.get(spelling);
  if (known !== undefined) return known;
  const ranges: PortRange[] = [];
  const named: NamedPort[] = [];
  let maybe = PortSet.empty;
  let valid = true;
  for (let i = 0; i < list.length; i++) {
    const read = readPort(fields, list[i], under(path, i));
    if (read === undefined) valid = false;
    else if (read instanceof PortSet) maybe = maybe.union(read);
    else if ("name" in read) named.push(read);
    else ranges.push(read);
  }
  const made: RulePorts = { numbers: PortSet.of(ranges), named, maybe };
  if (valid && spelling !== undefined) ports.set(spelling, made);
  return made;
}

/** The text of a list of plain ports, which says all about it; undefined where an item is anything else. */
function spellingOf(list: readonly unknown[]): string | undefined {
  let text = "";
  for (const one of list) {
    if (typeof one !== "object" || one === null) return undefined;
    for (const name in one) if (name !== "port" && name !== "protocol") return undefined;
    const { port, protocol = "TCP" } = one as { readonly port?: unknown; readonly protocol?: unknown };
    // No two lists share a text: a space would end an item early.
    if (!isProtocol(protocol)) return undefined;
    if (typeof port === "number") text += ` ${protocol} ${port}`;
    else if (typeof port === "string" && !port.includes(" ")) text += ` ${protocol}/${port}`;
    else return undefined;
  }
  return text;
}

const isProtocol = (value: unknown): value is Protocol => PROTOCOLS.some((one) => one === value);

const PORT_FIELDS = ["protocol", "port", "endPort"];

/** One port: a range, a name, or the set within which an unknown one lies. */
function readPort(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
): PortRange | NamedPort | PortSet | undefined {
  const map = fields.map(value ?? {}, path);
  if (map === undefined) return undefined;
  if (map === UNKNOWN) return PortSet.all;
  fields.only(map, PORT_FIELDS, path);
  const protocol = readProtocol(fields, map["protocol"], under(path, "protocol"));
  const port = readNumberOrName(fields, map["port"], under(path, "port"));
  const end = readEnd(fields, map["endPort"], under(path, "endPort"));
  if (protocol === undefined) return undefined;
  if (protocol === UNKNOWN) return PortSet.all;
  if (port === undefined) {
    if (end !== undefined) fields.problem(under(path, "endPort"), "needs a port");
    if (map["port"] !== undefined && map["port"] !== null) return undefined;
    return { protocol, from: 1, to: MAX_PORT };
  }
  if (port === UNKNOWN || end === UNKNOWN) return PortSet.allOf(protocol);
  if (typeof port === "string") {
    if (end !== undefined) fields.problem(under(path, "endPort"), `can't follow the named port "${port}"`);
    return { protocol, name: port };
  }
  if (end !== undefined && end < port) {
    fields.problem(under(path, "endPort"), `${end} is less than port ${port}`);
    return undefined;
  }
  return { protocol, from: port, to: end ?? port };
}

function readProtocol(fields: FieldReader, value: unknown, path: FieldPlace): Protocol | Unknown | undefined {
  if (value === undefined || value === null) return "TCP";
  if (value === UNKNOWN) return UNKNOWN;
  if (isProtocol(value)) return value;
  fields.problem(path, `${shown(value)} is none of ${PROTOCOLS.join(", ")}`);
  return undefined;
}

function readNumberOrName(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
): number | string | Unknown | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === UNKNOWN || isPort(value)) return value;
  if (typeof value === "string") {
    if (isPortName(value)) return value;
    const remedy = /^\d+$/.test(value) ? ": write a number without quotes" : "";
    fields.problem(path, `${shown(value)} isn't a port name${remedy}`);
  } else {
    fields.problem(path, `${shown(value)} isn't a port: 1-${MAX_PORT} or a name`);
  }
  return undefined;
}

function readEnd(fields: FieldReader, value: unknown, path: FieldPlace): number | Unknown | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === UNKNOWN || isPort(value)) return value;
  fields.problem(path, `${shown(value)} isn't a port number 1-${MAX_PORT}`);
  return undefined;
}

/** A number that a port can have. */
export const isPort = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_PORT;
