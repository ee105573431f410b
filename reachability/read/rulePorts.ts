import { isProtocol, type NamedPort, readPolicyPort, UNKNOWN } from "../../kubernetes";
import { type PortRange, PortSet } from "../../net";
import { type FieldReader, shown } from "./fields";
import type { RulePorts } from "./policy";
import { type FieldPlace, under } from "./problems";

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
  const pairs = [...new Set(ranges.map(({ protocol, from, to }) => `${protocol} ${from}-${to}`))];
  const made: RulePorts = { numbers: PortSet.of(ranges), named, maybe, pairs };
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

const PORT_FIELDS = ["protocol", "port", "endPort"];

/** One port; undefined, with problems, where the API server would refuse it. */
function readPort(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
): PortRange | NamedPort | PortSet | undefined {
  const map = fields.map(value ?? {}, path);
  if (map === undefined) return undefined;
  if (map === UNKNOWN) return PortSet.all;
  fields.only(map, PORT_FIELDS, path);
  const { protocol, port, endPort } = map;
  const read = readPolicyPort(
    { protocol: protocol ?? undefined, port: port ?? undefined, endPort: endPort ?? undefined },
    shown,
  );
  switch (read.kind) {
    case "range":
      return read.range;
    case "named":
      return read.port;
    case "unknown":
      return read.among;
    case "refused":
      for (const { field, message } of read.faults) fields.problem(under(path, field), message);
      return undefined;
  }
}
