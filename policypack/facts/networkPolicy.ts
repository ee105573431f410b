import {
  type Direction,
  exceptFault,
  isPolicyType,
  PEERS_FIELD,
  POLICY_TYPE,
  readCidr,
  readPolicyPort,
  UNKNOWN,
} from "../../kubernetes";
import { type Cursor, type Field, known, type Unread, unreadOf } from "../values";
import { readSelector, type SelectorFact, unreadInSelector } from "./selector";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** A NetworkPolicy, as written: what the API server would make of an absent field is a judgment's business. */
export interface NetworkPolicyFact {
  readonly kind: "NetworkPolicy";
  readonly subject: Subject;
  readonly title: string;
  readonly name: Field<string | undefined>;
  readonly namespace: Field<string>;
  readonly podSelector: SelectorFact;
  /** Empty where absent: the API server reads both alike. */
  readonly policyTypes: Field<readonly Field<string>[]>;
  readonly ingress: Rules;
  readonly egress: Rules;
}

/** A direction's rules; `written` is false where the field is absent. */
export interface Rules {
  readonly written: boolean;
  readonly rules: Field<readonly RuleFact[]>;
}

/** One rule. No peers means everyone, no ports means every port: absent and empty are alike to the API server. */
export interface RuleFact {
  readonly path: string;
  readonly peers: Field<readonly PeerFact[]>;
  readonly ports: Field<readonly PortFact[]>;
}

/** One peer; a field that it doesn't have is a known undefined. */
export interface PeerFact {
  readonly path: string;
  readonly ipBlock: Field<IpBlock | undefined>;
  readonly namespaceSelector: Field<SelectorFact | undefined>;
  readonly podSelector: Field<SelectorFact | undefined>;
}

export interface IpBlock {
  readonly path: string;
  readonly cidr: Field<string>;
  readonly except: Field<readonly Field<string>[]>;
}

export interface PortFact {
  readonly path: string;
  readonly protocol: Field<string>;
  /** A number, a container port's name, or every port of the protocol. */
  readonly port: Field<number | string | undefined>;
  readonly endPort: Field<number | undefined>;
}

/** Reads one NetworkPolicy of any API version. */
export function readNetworkPolicy(subject: Subject): NetworkPolicyFact {
  const spec = subject.object.at("spec");
  const name = nameOf(subject);
  const namespace = namespaceOf(subject);
  return {
    kind: "NetworkPolicy",
    subject,
    title: describe("NetworkPolicy", [namespace, name], subject),
    name,
    namespace,
    podSelector: readSelector(spec.at("podSelector")),
    policyTypes: typesOf(spec.at("policyTypes")),
    ingress: readRules(spec.at("ingress"), "ingress"),
    egress: readRules(spec.at("egress"), "egress"),
  };
}

/** More types than there are can't be read; one that doesn't exist is reported by its name. */
function typesOf(place: Cursor): NetworkPolicyFact["policyTypes"] {
  const types = listOf(place, required);
  const exist = types.known && types.value.every((type) => type.known && isPolicyType(type.value));
  return exist && types.value.length > 2 ? refused(place, "holds more than two policy types") : types;
}

function readRules(place: Cursor, direction: Direction): Rules {
  const rules = listOf(place, (rule) => ({
    path: rule.path,
    peers: listOf(rule.at(PEERS_FIELD[direction]), readPeer),
    ports: listOf(rule.at("ports"), readPort),
  }));
  return { written: !place.isAbsent(), rules };
}

/** A peer. An address block beside a selector is refused by the API server: nothing of it is read. */
function readPeer(place: Cursor): PeerFact {
  const { path } = place;
  const ipBlock = optional(place.at("ipBlock"), readBlock);
  const namespaceSelector = optional(place.at("namespaceSelector"), readSelector);
  const podSelector = optional(place.at("podSelector"), readSelector);
  const selectors = [namespaceSelector, podSelector].some(
    (selector) => selector.known && selector.value !== undefined,
  );
  if (!ipBlock.known || ipBlock.value === undefined || !selectors) {
    return { path, ipBlock, namespaceSelector, podSelector };
  }
  const unread = refused(place, "has an ipBlock and a selector");
  return { path, ipBlock: unread, namespaceSelector: unread, podSelector: unread };
}

const readBlock = (block: Cursor): IpBlock => ({
  path: block.path,
  cidr: cidrOf(block.at("cidr")),
  except: listOf(block.at("except"), (item) => exceptOf(item, block.at("cidr"))),
});

function readPort(place: Cursor): PortFact {
  const protocol = place.at("protocol").text();
  return checkedPort(
    {
      path: place.path,
      protocol: protocol.known ? known(protocol.value ?? "TCP") : protocol,
      port: place.at("port").integerOrText(),
      endPort: place.at("endPort").integer(),
    },
    (field) => place.at(field),
  );
}

/** A port, of which a field for which the API server refuses it is unread. */
export function checkedPort(
  fact: PortFact,
  placeOf: (field: "protocol" | "port" | "endPort") => Cursor,
): PortFact {
  const written = {
    protocol: fact.protocol.known ? fact.protocol.value : UNKNOWN,
    port: fact.port.known ? fact.port.value : UNKNOWN,
    endPort: fact.endPort.known ? fact.endPort.value : UNKNOWN,
  };
  const read = readPolicyPort(written, JSON.stringify);
  if (read.kind !== "refused") return fact;
  const unread = read.faults.map(({ field, message }) => [field, refused(placeOf(field), message)] as const);
  return { ...fact, ...Object.fromEntries(unread) };
}

export const refused = ({ path }: Cursor, fault: string): Unread => ({
  known: false,
  path,
  because: `${fault}, so the API refuses it`,
  isWrong: true,
});

/** A CIDR that the API server takes, as written. */
export function cidrOf(place: Cursor): Field<string> {
  const text = required(place);
  const read = text.known ? readCidr(text.value) : undefined;
  return read?.kind === "refused" ? refused(place, read.message) : text;
}

function exceptOf(place: Cursor, block: Cursor): Field<string> {
  const [text, within] = [cidrOf(place), cidrOf(block)];
  if (!text.known || !within.known) return text;
  const [except, cidr] = [readCidr(text.value), readCidr(within.value)];
  const fault =
    except.kind === "cidr" && cidr.kind === "cidr" ? exceptFault(except.cidr, cidr.cidr) : undefined;
  return fault === undefined ? text : refused(place, fault);
}

function listOf<T>(place: Cursor, read: (item: Cursor) => T): Field<readonly T[]> {
  const items = place.list();
  return items.known ? known((items.value ?? []).map(read)) : items;
}

/** A map that may be absent. Whether it is there at all is what an unread one leaves open. */
function optional<T>(place: Cursor, read: (place: Cursor) => T): Field<T | undefined> {
  const map = place.map();
  if (!map.known) return map;
  return known(map.value === undefined ? undefined : read(place));
}

function required(place: Cursor): Field<string> {
  const text = place.text();
  if (!text.known) return text;
  if (text.value !== undefined) return known(text.value);
  return { known: false, path: place.path, because: "absent, though the API requires it", isWrong: true };
}

/** Whether `policyTypes` is known to leave a direction out, so that its rules have no effect. */
export function isIgnored({ policyTypes }: NetworkPolicyFact, direction: Direction): boolean {
  if (!policyTypes.known || policyTypes.value.length === 0) return false;
  return policyTypes.value.every((type) => type.known && type.value !== POLICY_TYPE[direction]);
}

/** Everything in one direction's rules that couldn't be read. */
export function unreadInRules({ rules }: Rules): Unread[] {
  if (!rules.known) return [rules];
  return rules.value.flatMap(({ peers, ports }) => [
    ...(peers.known ? peers.value.flatMap(unreadInPeer) : [peers]),
    ...(ports.known ? ports.value.flatMap(unreadInPort) : [ports]),
  ]);
}

export function unreadInPeer({ ipBlock, namespaceSelector, podSelector }: PeerFact): Unread[] {
  const block = !ipBlock.known
    ? [ipBlock]
    : ipBlock.value === undefined
      ? []
      : unreadOf([ipBlock.value.cidr, ipBlock.value.except, ...exceptions(ipBlock.value)]);
  const selectors = [namespaceSelector, podSelector].flatMap((selector) =>
    selector.known ? unreadInSelector(selector.value ?? []) : [selector],
  );
  return [...block, ...selectors];
}

const exceptions = ({ except }: IpBlock) => (except.known ? except.value : []);

export const unreadInPort = ({ protocol, port, endPort }: PortFact) => unreadOf([protocol, port, endPort]);
