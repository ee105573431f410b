// Tests: test/policypack/invariants/tierPolicies.test.ts
import { PROTOCOLS } from "../../net";
import { type Cursor, type Field, known, type Unread } from "../values";
import { checkedPort, type PortFact, refused } from "./networkPolicy";

/** A field that the API requires. */
export const required = <T>(field: Field<T | undefined>, place: Cursor): Field<T> =>
  field.known
    ? field.value === undefined
      ? refused(place, "absent, though the API requires it")
      : known(field.value)
    : field;

/** The one field of a map that is given; what gives none or several is refused. */
export function theOne<T extends string>(place: Cursor, fields: readonly T[]): Field<T> {
  const map = place.map();
  if (!map.known) return map;
  const given = fields.filter((field) => map.value?.has(field));
  const [field, ...others] = given;
  if (field !== undefined && others.length === 0) return known(field);
  return refused(place, `names ${given.length === 0 ? "none" : given.join(" and ")} of ${fields.join(", ")}`);
}

/** A list in which the API wants something. */
export function filledList(place: Cursor): Field<readonly Cursor[]> {
  const items = place.list();
  if (!items.known) return items;
  return items.value === undefined || items.value.length === 0
    ? refused(place, "is empty")
    : known(items.value);
}

/** What a rule matches of ports: absent is every port of every protocol. */
export function readTierPorts(place: Cursor, dialect: "protocols" | "ports"): Field<readonly PortFact[]> {
  if (place.isAbsent()) return known([]);
  const items = filledList(place);
  if (!items.known) return items;
  return known(items.value.flatMap(dialect === "protocols" ? readProtocol : readPort));
}

const BY_FIELD = { tcp: "TCP", udp: "UDP", sctp: "SCTP" } as const;

/** `{tcp: {destinationPort: {number: 80}}}` */
function readProtocol(place: Cursor): readonly PortFact[] {
  const field = theOne(place, ["tcp", "udp", "sctp", "destinationNamedPort"]);
  if (!field.known) return [unreadPort(field)];
  if (field.value === "destinationNamedPort") return namedPorts(place.at(field.value));
  const port = place.at(field.value).at("destinationPort");
  const protocol = known(BY_FIELD[field.value]);
  const given = theOne(port, ["number", "range"]);
  if (!given.known) return [{ ...unreadPort(given), protocol }];
  return [
    given.value === "number"
      ? numbered(protocol, port.at("number"), undefined)
      : numbered(protocol, port.at("range").at("start"), port.at("range").at("end")),
  ];
}

/** `{portNumber: {protocol: TCP, port: 80}}`, `{portRange: …}` or `{namedPort: http}` */
function readPort(place: Cursor): readonly PortFact[] {
  const field = theOne(place, ["portNumber", "portRange", "namedPort"]);
  if (!field.known) return [unreadPort(field)];
  const at = place.at(field.value);
  if (field.value === "namedPort") return namedPorts(at);
  const text = at.at("protocol").text();
  const protocol = text.known ? known(text.value ?? "TCP") : text;
  return [
    field.value === "portNumber"
      ? numbered(protocol, at.at("port"), undefined)
      : numbered(protocol, at.at("start"), at.at("end")),
  ];
}

const unreadPort = (unread: Unread): PortFact => ({
  path: unread.path,
  protocol: unread,
  port: unread,
  endPort: known(undefined),
});

const numbered = (protocol: Field<string>, from: Cursor, to: Cursor | undefined): PortFact =>
  checkedPort(
    {
      path: from.path,
      protocol,
      port: required(from.integer(), from),
      endPort: to === undefined ? known(undefined) : required(to.integer(), to),
    },
    (field) => (field === "endPort" && to !== undefined ? to : from),
  );

/** A named port may be of any protocol. */
function namedPorts(place: Cursor): readonly PortFact[] {
  const name = required(place.text(), place);
  return PROTOCOLS.map((protocol) => ({
    path: place.path,
    protocol: known(protocol),
    port: name,
    endPort: known(undefined),
  }));
}
