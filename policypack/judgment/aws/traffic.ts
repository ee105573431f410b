// Tests: test/policypack/invariants/securityGroupNoWorldEgress.test.ts
import { once } from "../../../data";
import type { Bound } from "../../../kubernetes";
import { MAX_PORT, PortSet, type Protocol } from "../../../net";
import type { GroupRule } from "../../facts";

/** What rules let through: ports, and protocols without ports by name or number. */
export interface Traffic {
  readonly ports: PortSet;
  readonly others: ReadonlySet<string>;
}

export const NO_TRAFFIC: Traffic = { ports: PortSet.empty, others: new Set() };

/** Stands among `others` for every protocol at once. */
export const EVERY_PROTOCOL = "every protocol";

const EVERYTHING: Traffic = { ports: PortSet.all, others: new Set([EVERY_PROTOCOL]) };

/** Protocols that AWS takes by name or IANA number. Source: EC2 API, AuthorizeSecurityGroupIngress, IpPermission. */
const WITH_PORTS: Readonly<Record<string, Protocol>> = { tcp: "TCP", "6": "TCP", udp: "UDP", "17": "UDP" };
const SCTP = "132";
const NAMES: Readonly<Record<string, string>> = { "1": "icmp", "58": "icmpv6" };

/** ICMP types by which path MTU discovery works; they let nobody in. Source: RFC 792, RFC 4443. */
const HARMLESS: Readonly<Record<string, number>> = { icmp: 3, icmpv6: 2 };

/** What one rule lets through under a bound; unknown traffic is none at the lower bound and all at the upper. */
export const trafficOf = (rule: GroupRule, bound: Bound): Traffic => TRAFFIC[bound](rule);

const TRAFFIC = {
  lower: once((rule: GroupRule) => readTraffic(rule, "lower")),
  upper: once((rule: GroupRule) => readTraffic(rule, "upper")),
};

function readTraffic({ protocol, fromPort, toPort }: GroupRule, bound: Bound): Traffic {
  const unread = bound === "upper" ? EVERYTHING : NO_TRAFFIC;
  if (!protocol.known) return unread;
  if (protocol.value === "-1" || protocol.value === "all") return EVERYTHING;
  // AWS filters no ports of SCTP: its rules open them all.
  if (protocol.value === SCTP) return { ports: PortSet.allOf("SCTP"), others: new Set() };
  const named = WITH_PORTS[protocol.value];
  if (named === undefined) {
    const name = NAMES[protocol.value] ?? protocol.value;
    const harmless = fromPort.known && fromPort.value !== undefined && HARMLESS[name] === fromPort.value;
    return { ports: PortSet.empty, others: new Set(harmless ? [] : [name]) };
  }
  if (!fromPort.known || !toPort.known) {
    return bound === "upper" ? { ports: PortSet.allOf(named), others: new Set() } : NO_TRAFFIC;
  }
  const from = fromPort.value ?? 0;
  // Absent or -1 is every port.
  if (fromPort.value === undefined || from < 0) return { ports: PortSet.allOf(named), others: new Set() };
  const range = { protocol: named, from: Math.max(1, from), to: Math.min(toPort.value ?? from, MAX_PORT) };
  return { ports: range.from <= range.to ? PortSet.of([range]) : PortSet.empty, others: new Set() };
}

/** Whether some traffic is in both. */
export function sharesTraffic(a: Traffic, b: Traffic): boolean {
  return a.ports.overlaps(b.ports) || [...a.others].some((one) => includesOther(b, one));
}

/** Whether a protocol without ports is let through. */
export const includesOther = ({ others }: Traffic, name: string): boolean =>
  others.has(name) || others.has(EVERY_PROTOCOL);

/** What is in one and not in the other. */
export function withoutTraffic(traffic: Traffic, told: Traffic): Traffic {
  if (isNothing(told)) return traffic;
  const others = [...traffic.others].filter((name) => !includesOther(told, name));
  return { ports: traffic.ports.subtract(told.ports), others: new Set(others) };
}

export const isNothing = ({ ports, others }: Traffic): boolean => ports.isEmpty() && others.size === 0;

/** `every port and protocol`, `TCP 443, icmp`. */
export function trafficText({ ports, others }: Traffic): string {
  if (others.has(EVERY_PROTOCOL) && ports.isAll()) return "every port and protocol";
  const parts = [...(ports.isEmpty() ? [] : [ports.toString()]), ...others];
  return parts.length === 0 ? "no port" : parts.join(", ");
}
