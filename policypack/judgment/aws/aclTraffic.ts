// Tests: test/policypack/cases/cases.test.ts
import type { Bound } from "../../../kubernetes";
import { AddressSet, PortSet, type PortRange } from "../../../net";
import type { AclRule } from "../../facts";
import { isInternet } from "../internet";
import { addressesIn } from "../reach";

/** What a rule of a network ACL does to some traffic: the first that matches decides. */
interface AclStep {
  readonly number: number;
  readonly allows: boolean;
  readonly addresses: AddressSet;
}

/** From here to the end are the ports of replies, which an ACL without memory must let in. Source: RFC 6056. */
const FIRST_REPLY_PORT = 1024;
const LAST_PORT = 65_535;

/**
 * Which of some ports the rules of an ACL open to the internet, those for replies left aside. What isn't known denies
 * everything at the lower bound, and allows it at the upper.
 */
export function portsOpenToWorld(rules: readonly AclRule[], ports: PortSet, bound: Bound): PortSet {
  const segments = ports.ranges().flatMap((range) => segmentsOf(range, rules));
  return PortSet.of(segments.filter((segment) => isInternet(admittedOn(rules, segment, bound))));
}

/** The parts of a range inside which no rule begins or ends. */
function segmentsOf({ protocol, from, to }: PortRange, rules: readonly AclRule[]): PortRange[] {
  const cuts = rules.flatMap(({ fromPort, toPort }) => [
    ...(fromPort.known && fromPort.value !== undefined ? [fromPort.value] : []),
    ...(toPort.known && toPort.value !== undefined ? [toPort.value + 1] : []),
  ]);
  const starts = [...new Set([from, ...cuts.filter((port) => port > from && port <= to)])].sort(
    (a, b) => a - b,
  );
  return starts.map((start, index) => ({ protocol, from: start, to: (starts[index + 1] ?? to + 1) - 1 }));
}

function admittedOn(rules: readonly AclRule[], range: PortRange, bound: Bound): AddressSet {
  const steps = rules
    .flatMap((rule) => stepOf(rule, range, bound))
    .sort((one, other) => one.number - other.number);
  let [open, left] = [AddressSet.empty, AddressSet.all];
  for (const { allows, addresses } of steps) {
    if (allows) open = open.union(addresses.intersect(left));
    left = left.subtract(addresses);
  }
  return open;
}

function stepOf(rule: AclRule, range: PortRange, bound: Bound): AclStep[] {
  const { number, action, cidrs, protocol, fromPort, toPort } = rule;
  const isRead =
    number.known &&
    action.known &&
    protocol.known &&
    cidrs.every(({ known }) => known) &&
    (isEveryProtocol(protocol.value) || (fromPort.known && toPort.known));
  if (!isRead) {
    if (bound === "lower" && action.known && action.value === "allow") return [];
    return [{ number: -1, allows: bound === "upper", addresses: AddressSet.all }];
  }
  if (!concerns(rule, range)) return [];
  const addresses = cidrs.reduce(
    (set, cidr) => set.union((cidr.known ? addressesIn(cidr.value) : undefined) ?? AddressSet.empty),
    AddressSet.empty,
  );
  return [{ number: number.value ?? 0, allows: action.value === "allow", addresses }];
}

const isEveryProtocol = (protocol: string): boolean => protocol === "-1" || protocol === "all";

const NUMBERS: Readonly<Record<string, string>> = { TCP: "6", UDP: "17", SCTP: "132" };

/** Whether a rule is about a port, and about more than replies where it allows. */
function concerns({ action, protocol, fromPort, toPort }: AclRule, { protocol: wanted, from }: PortRange) {
  if (!protocol.known) return false;
  if (isEveryProtocol(protocol.value)) return true;
  if (protocol.value !== wanted.toLowerCase() && protocol.value !== NUMBERS[wanted]) return false;
  const first = fromPort.known ? (fromPort.value ?? 0) : 0;
  const last = toPort.known ? (toPort.value ?? LAST_PORT) : LAST_PORT;
  const isForReplies = first >= FIRST_REPLY_PORT && last === LAST_PORT;
  if (action.known && action.value === "allow" && isForReplies) return false;
  return first <= from && from <= last;
}
