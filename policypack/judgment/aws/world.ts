// Tests: test/policypack/invariants/securityGroupNoWorldIngress.test.ts
import type { Bound } from "../../../kubernetes";
import { AddressSet, type PortRange, PortSet, PROTOCOLS } from "../../../net";
import type { GroupRule } from "../../facts";
import { isInternet } from "../internet";
import { addressesOf } from "./blocks";
import { EVERY_PROTOCOL, includesOther, isNothing, NO_TRAFFIC, type Traffic, trafficOf } from "./traffic";

/** The ports of a load balancer, which the internet may reach. */
export const DEFAULT_PUBLIC_PORTS: readonly string[] = ["tcp/80", "tcp/443"];

/** Traffic that some rules open to the internet, and the rules that do. */
export interface WorldTraffic {
  readonly traffic: Traffic;
  readonly rules: readonly GroupRule[];
}

interface Opened {
  readonly rule: GroupRule;
  readonly set: AddressSet;
  readonly traffic: Traffic;
}

/**
 * What rules of one direction open to the internet, added up port by port: two halves of the world in two rules are the
 * world on the ports that they share. `trafficIn` gives what of each rule's traffic counts.
 */
export function worldTraffic(
  rules: readonly GroupRule[],
  bound: Bound,
  trafficIn: (rule: GroupRule, bound: Bound) => Traffic = trafficOf,
): WorldTraffic {
  const opened = rules
    .map((rule): Opened => ({ rule, set: addressesOf(rule, bound), traffic: trafficIn(rule, bound) }))
    .filter(({ set, traffic }) => !set.isEmpty() && !isNothing(traffic));
  if (!isInternet(unionOf(opened))) return { traffic: NO_TRAFFIC, rules: [] };
  const ports = PortSet.of(segments(opened).filter((segment) => isInternet(unionOf(at(opened, segment)))));
  const names = new Set(opened.flatMap(({ traffic }) => [...traffic.others]));
  const others = new Set(
    [...names].filter((name) =>
      isInternet(
        unionOf(
          opened.filter(({ traffic }) =>
            name === EVERY_PROTOCOL ? traffic.others.has(name) : includesOther(traffic, name),
          ),
        ),
      ),
    ),
  );
  const traffic = { ports, others };
  const contributing = opened.filter(
    ({ traffic: own }) =>
      own.ports.overlaps(ports) ||
      [...others].some((name) => includesOther(own, name) || own.others.has(name)),
  );
  return { traffic, rules: contributing.map(({ rule }) => rule) };
}

const unionOf = (opened: readonly Opened[]) =>
  opened.reduce((sum, { set }) => sum.union(set), AddressSet.empty);

const at = (opened: readonly Opened[], { protocol, from }: PortRange) =>
  opened.filter(({ traffic }) => traffic.ports.contains(protocol, from));

/** The port ranges between which no rule begins or ends. */
function segments(opened: readonly Opened[]): PortRange[] {
  const ranges = opened.flatMap(({ traffic }) => traffic.ports.ranges());
  return PROTOCOLS.flatMap((protocol) => {
    const own = ranges.filter((range) => range.protocol === protocol);
    const points = [...new Set(own.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
    return points.slice(0, -1).map((from, i) => ({ protocol, from, to: (points[i + 1] ?? from + 1) - 1 }));
  });
}
