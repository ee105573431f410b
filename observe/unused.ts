// Tests: test/observe/judge.test.ts
import { PROTOCOLS, type PortSet, type Protocol } from "../net";
import { portsAt, type ReadFlow } from "../proof";
import type { Outcome, RecordFormat } from "../records";
import type { Counted } from "./result";

/** Outcomes of a log that holds what passes, too. */
export const LET_THROUGH: ReadonlySet<Outcome> = new Set<Outcome>(["passed", "let out", "seen"]);

/** A log that leaves out what passes looks like this; so does one whose records don't say which way a connection went. */
export const NOTHING_PASSED = "no connection that passed: perhaps a log of denials alone";

/** Ports of records that were given to nobody: any flow on these may be among them. */
export class UnattributedPorts {
  private readonly marks = new Map(
    PROTOCOLS.map((protocol): [Protocol, Uint8Array] => [protocol, new Uint8Array(65_536)]),
  );

  mark(protocol: Protocol, port: number): void {
    const marks = this.marks.get(protocol);
    if (marks !== undefined) marks[port] = 1;
  }

  overlaps(ports: PortSet): boolean {
    return ports.ranges().some(
      ({ protocol, from, to }) =>
        this.marks
          .get(protocol)
          ?.subarray(from, to + 1)
          .includes(1) === true,
    );
  }
}

/** What of the records keeps a flow that wasn't seen from being unused; empty where it is. */
export function whyNotUnused(
  flow: ReadFlow,
  read: {
    readonly formats: ReadonlySet<RecordFormat>;
    readonly gaps: readonly Counted<string>[];
    readonly unattributed: UnattributedPorts;
    readonly hasWindow: boolean;
  },
): readonly string[] {
  const ports = flow.to.parts.reduce((sum, part) => sum.union(portsAt(flow, part)), flow.ports);
  const isInside = flow.from.end.pods.length > 0 && flow.to.end.pods.length > 0;
  const onlyInterfaces = [...read.formats].every((format) => format === "VPC flow log");
  return [
    ...(read.hasWindow ? [] : ["no record has a time"]),
    ...read.gaps.map(({ because }) => `the records hide traffic (${because})`),
    ...(read.unattributed.overlaps(ports) ? ["records on its ports are a node's or nobody's"] : []),
    ...(isInside && onlyInterfaces ? ["two pods of one node pass no interface that VPC flow logs see"] : []),
  ];
}
