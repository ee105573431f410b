// Tests: test/reachability/answer/explain.test.ts
import type { Match } from "../../kubernetes";
import { PortSet, type Protocol } from "../../net";
import type { Analysis, ClassSets, ReportedEnd } from "../compute";
import type { Rule } from "../read";

/** Whether an end is among some classes: all its replicas surely, or some perhaps. */
export function carries({ lower, upper }: ClassSets, { classes }: ReportedEnd): Match {
  if (classes.every((number) => lower.has(number))) return "yes";
  return classes.some((number) => upper.has(number)) ? "maybe" : "no";
}

/** The node of all pods of an end; undefined where that isn't known, or not one. */
export function nodeOf({ relation }: Analysis, { classes }: ReportedEnd): string | undefined {
  const [node, ...others] = new Set(classes.map((number) => relation.classes.all[number]?.node));
  return others.length === 0 ? node : undefined;
}

/** Whether a rule's ports hold a port of a destination. */
export function opensPorts(
  { relation }: Analysis,
  ports: Rule["ports"],
  to: ReportedEnd,
  protocol: Protocol,
  port: number,
): Match {
  if (ports.numbers.contains(protocol, port)) return "yes";
  const named = to.classes.map((number): Match => {
    const one = relation.classes.all[number];
    const names = ports.named.filter((name) => name.protocol === protocol);
    if (names.some(({ name }) => one?.namedPorts.get(`${protocol}/${name}`)?.includes(port) === true))
      return "yes";
    return names.length > 0 && one?.portsComplete === false ? "maybe" : "no";
  });
  const maybe: Match = ports.maybe.overlaps(PortSet.of([{ protocol, from: port, to: port }]))
    ? "maybe"
    : "no";
  if (named.length > 0 && named.every((match) => match === "yes")) return "yes";
  return named.some((match) => match !== "no") ? "maybe" : maybe;
}
