// Tests: test/reachability/read/ciliumPolicy.test.ts
import { type NamedPort, UNKNOWN } from "../../../kubernetes";
import { MAX_PORT, type PortRange, PortSet, type Protocol, PROTOCOLS } from "../../../net";
import { type FieldReader, type Fields, shown } from "../fields";
import type { RulePorts } from "../policy";
import { type FieldPlace, under } from "../problems";
import { known } from "./known";

/** Ports of a rule that are judged alike. */
export interface CiliumPorts {
  readonly ports: RulePorts;
  /** Why less than these may pass: what is asked of the packets' content. */
  readonly atMost?: string;
}

const EVERY_PORT: RulePorts = { numbers: PortSet.all, named: [], maybe: PortSet.empty };

/** Protocols without ports: what names them opens no port of those that are asked about. */
const WITHOUT_PORTS = ["VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH", "ICMP", "ICMPV6"];
const MOST_PORTS = 40;

/**
 * Reads `toPorts` and `icmps` of a rule: every port where it has neither, none where it has the latter.
 * Source: Cilium 1.20.2, pkg/policy/api/rule_validation.go, pkg/policy/rule.go (mergeL4Filter).
 */
export function readCiliumPorts(fields: FieldReader, rule: Fields, path: FieldPlace): readonly CiliumPorts[] {
  const icmps = known(fields, fields.list(rule["icmps"], under(path, "icmps")), under(path, "icmps")) ?? [];
  const at = under(path, "toPorts");
  const list = known(fields, fields.list(rule["toPorts"], at), at) ?? [];
  if (icmps.length > 0 && list.length > 0) fields.problem(path, "has both icmps and toPorts");
  if (icmps.length > 0) return [];
  if (list.length === 0) return [{ ports: EVERY_PORT }];
  return list.flatMap((one, i): readonly CiliumPorts[] => {
    const map = known(fields, fields.map(one ?? {}, under(at, i)), under(at, i));
    return map === undefined ? [] : readPortRule(fields, map, under(at, i));
  });
}

const CONTENT_FIELDS = ["terminatingTLS", "originatingTLS", "serverNames", "listener"];

function readPortRule(fields: FieldReader, map: Fields, path: FieldPlace): readonly CiliumPorts[] {
  fields.only(map, ["ports", "rules", ...CONTENT_FIELDS], path);
  const list = known(fields, fields.list(map["ports"], under(path, "ports")), under(path, "ports")) ?? [];
  if (list.length > MOST_PORTS)
    fields.problem(under(path, "ports"), `holds ${list.length} ports; Cilium takes ${MOST_PORTS}`);
  const ranges: PortRange[] = [];
  const named: NamedPort[] = [];
  for (const [i, one] of list.entries()) {
    const at = under(under(path, "ports"), i);
    const port = known(fields, fields.map(one ?? {}, at), at);
    if (port === undefined) continue;
    fields.only(port, ["port", "endPort", "protocol"], at);
    for (const protocol of protocolsOf(fields, port["protocol"], under(at, "protocol"))) {
      const read = readPort(fields, port, protocol, at);
      if (read !== undefined && "name" in read) named.push(read);
      else if (read !== undefined) ranges.push(read);
    }
  }
  const ports = { numbers: PortSet.of(ranges), named, maybe: PortSet.empty };
  const asked = contentAsked(map);
  return [asked === undefined ? { ports } : { ports, atMost: asked }];
}

/** What is asked of the packets' content; undefined where nothing is. */
function contentAsked(map: Fields): string | undefined {
  const other = CONTENT_FIELDS.find((field) => map[field] !== undefined && map[field] !== null);
  if (other !== undefined) return `${other} asks for more than the port`;
  const rules = map["rules"];
  if (rules === undefined || rules === null) return undefined;
  const asks = Object.entries(rules as Fields).filter(([, list]) => !Array.isArray(list) || list.length > 0);
  const isEveryName = (one: unknown) => (one as Fields | null)?.["matchPattern"] === "*";
  const decisive = asks.find(
    ([field, list]) => !(field === "dns" && Array.isArray(list) && list.some(isEveryName)),
  );
  return decisive === undefined ? undefined : `rules.${decisive[0]} asks for more than the port`;
}

function protocolsOf(fields: FieldReader, value: unknown, path: FieldPlace): readonly Protocol[] {
  const text = fields.string(value, path) ?? "ANY";
  if (text === "ANY" || text === "") return PROTOCOLS;
  const protocol = PROTOCOLS.find((one) => one === text);
  if (protocol !== undefined) return [protocol];
  if (text === UNKNOWN || !WITHOUT_PORTS.includes(text))
    fields.problem(path, `${shown(text)} is none of ${[...PROTOCOLS, "ANY"].join(", ")}`);
  return [];
}

function readPort(
  fields: FieldReader,
  port: Fields,
  protocol: Protocol,
  path: FieldPlace,
): PortRange | NamedPort | undefined {
  const { port: value, endPort } = port;
  if (typeof value !== "string" || value === "") {
    fields.problem(under(path, "port"), `${shown(value)} isn't a port: a text that holds a number or a name`);
    return undefined;
  }
  const hasEnd = endPort !== undefined && endPort !== null && endPort !== 0;
  if (!/^\d+$/.test(value)) {
    if (hasEnd) fields.problem(under(path, "endPort"), "stands beside a port's name");
    return { protocol, name: value.toLowerCase() };
  }
  const from = Number(value);
  if (from > MAX_PORT || (value.startsWith("0") && value !== "0")) {
    fields.problem(under(path, "port"), `${shown(value)} isn't a port 0-${MAX_PORT}`);
    return undefined;
  }
  if (!hasEnd) return from === 0 ? { protocol, from: 1, to: MAX_PORT } : { protocol, from, to: from };
  if (typeof endPort !== "number" || !Number.isInteger(endPort) || endPort > MAX_PORT || from === 0) {
    fields.problem(under(path, "endPort"), `${shown(endPort)} isn't the end of a range of ports`);
    return undefined;
  }
  // An end below the start is no end.
  return { protocol, from, to: Math.max(from, endPort) };
}
