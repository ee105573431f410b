// Tests: test/observe/judge.test.ts
import type { PortSet } from "../net";
import { isOneOf, portsAt, type ReadEnd, type ReadFlow } from "../proof";
import type { ObservedEnd } from "./ends";

/** The ports that a flow declares between two ends, once for each part of its ends that they are; none where they aren't its ends. */
export function portsBetween(flow: ReadFlow, from: ObservedEnd, to: ObservedEnd): readonly PortSet[] {
  if (portsWith(flow, flow.from, from).length === 0) return [];
  return portsWith(flow, flow.to, to);
}

function portsWith(flow: ReadFlow, declared: ReadEnd, end: ObservedEnd): readonly PortSet[] {
  if (end.kind === "pod") return isOneOf(end, declared.end.pods) ? [flow.ports] : [];
  if (end.kind !== "address") return [];
  return declared.parts
    .filter(({ addresses }) => addresses.containsAddress(end.address))
    .map((part) => portsAt(flow, part));
}
