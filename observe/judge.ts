import type { Declaration } from "../declared";
import { getOrMake } from "../data";
import { type JudgedFlow, type ReadFlow, readFlow } from "../proof";
import type { Gap, RecordReading, RecordedConnection, RecordFormat, Unclear } from "../records";
import { portsBetween } from "./declaredPorts";
import { EndFinder, type ClusterRanges, type ObservedEnd, type Unattributed } from "./ends";
import type { PodTable } from "./podTable";
import type { Counted, ObservedStack } from "./result";
import { Tally } from "./tally";
import { Undeclared } from "./undeclared";
import { LET_THROUGH, NOTHING_PASSED, UnattributedPorts, whyNotUnused } from "./unused";

/** An application of the stack, as its plan declares it. */
export interface ObservedApplication {
  readonly declaration: Declaration;
  readonly owner: string | undefined;
  readonly flows: readonly Pick<JudgedFlow, "flow" | "verdict">[];
}

/** A declared flow and its sightings. */
interface Row {
  readonly application: ObservedApplication;
  readonly judged: Pick<JudgedFlow, "flow" | "verdict">;
  readonly read: ReadFlow;
  readonly tally: Tally;
}

/** What a pair of ends on a port is: worked out once. */
type JudgedPair =
  { readonly kind: "declared"; readonly rows: readonly Row[] } | { readonly kind: "undeclared" };

/** What a format hides by itself. */
const HIDING: Readonly<Partial<Record<RecordFormat, Gap>>> = {
  conntrack: "a listing of one moment",
  NFLOG: "a log with a rate limit",
};

/** How many pairs of ends are remembered: then they are worked out again, so that memory stays. */
const REMEMBERED = 100_000;

/** Takes records one by one, and says at the end what they show of a stack's flows. Its memory doesn't grow with the records. */
export class TrafficObservation {
  private readonly rows: readonly Row[];
  private readonly declarations: readonly Declaration[];
  private readonly namespaces: ReadonlySet<string>;
  private readonly finder: EndFinder;
  private readonly cells = new Map<string, JudgedPair>();
  private readonly undeclared: Undeclared;
  private readonly ports = new UnattributedPorts();
  private readonly counts = {
    formats: new Map<RecordFormat, number>(),
    letThrough: new Set<RecordFormat>(),
    unattributed: new Map<Unattributed | Unclear, number>(),
    aside: new Map<string, number>(),
    gaps: new Map<Gap, number>(),
    attributed: 0,
    others: 0,
    nodes: 0,
  };
  private window: { first: number; last: number } | undefined;

  /** @param since milliseconds since 1970: records that ended before are passed over. */
  constructor(
    applications: readonly ObservedApplication[],
    pods: PodTable,
    ranges: ClusterRanges | undefined,
    private readonly since: number | undefined,
  ) {
    this.declarations = applications.map(({ declaration }) => declaration);
    this.namespaces = new Set(this.declarations.map(({ namespace }) => namespace));
    this.rows = applications.flatMap((application) =>
      application.flows.map((judged) => ({
        application,
        judged,
        read: readFlow(judged.flow),
        tally: new Tally(),
      })),
    );
    this.finder = new EndFinder(
      pods,
      ranges,
      this.rows.map(({ read }) => read),
    );
    this.undeclared = new Undeclared(this.declarations);
  }

  /** Takes what one line says. */
  add(format: RecordFormat | undefined, reading: RecordReading): void {
    if (format !== undefined && reading.kind !== "bad") count(this.counts.formats, format);
    switch (reading.kind) {
      case "connection":
        if (!this.isBefore(reading.time)) this.connection(format, reading);
        return;
      case "unclear":
        if (this.isBefore(reading.time)) return;
        this.spans(reading.time);
        count(this.counts.unattributed, reading.because);
        for (const port of reading.ports) this.ports.mark(reading.protocol, port);
        return;
      case "gap":
        count(this.counts.gaps, reading.because);
        return;
      case "aside":
        count(this.counts.aside, reading.what);
        return;
      case "bad":
        count(this.counts.gaps, "unreadable lines");
    }
  }

  result(): ObservedStack {
    const { formats, attributed, others, nodes } = this.counts;
    const gaps = new Map(this.counts.gaps);
    for (const [format, records] of formats) {
      const hiding = HIDING[format];
      if (hiding !== undefined) gaps.set(hiding, records);
      else if (!this.counts.letThrough.has(format)) gaps.set(NOTHING_PASSED, records);
    }
    const read = {
      formats: new Set(formats.keys()),
      gaps: counted(gaps),
      unattributed: this.ports,
      hasWindow: this.window !== undefined,
    };
    return {
      window: this.window,
      formats: [...formats].map(([format, records]) => ({ format, records })),
      flows: this.rows.map(({ application, judged, read: flow, tally }) => {
        const because = tally.isEmpty ? whyNotUnused(flow, read) : [];
        return {
          application: application.declaration.application,
          owner: application.owner,
          flow: judged.flow,
          verdict: judged.verdict,
          state: !tally.isEmpty ? "seen" : because.length === 0 ? "unseen" : "unknown",
          because,
          ...tally.sightings(),
        };
      }),
      undeclared: this.undeclared.connections(),
      undeclaredBeyond: this.undeclared.beyond,
      attributed,
      unattributed: counted(this.counts.unattributed),
      others,
      nodes,
      aside: counted(this.counts.aside),
      gaps: read.gaps,
    };
  }

  private connection(format: RecordFormat | undefined, record: RecordedConnection): void {
    this.spans(record.time);
    if (format !== undefined && LET_THROUGH.has(record.outcome)) this.counts.letThrough.add(format);
    const [from, to] = [this.finder.find(record.from, record.time), this.finder.find(record.to, record.time)];
    const ends = [from, to];
    const known = ends.filter((end) => end.kind !== "nobody");
    const [lost] = ends.filter((end) => end.kind === "nobody");
    if (lost !== undefined) {
      // A node's traffic is no flow, whoever the other end is.
      if (known.some(({ kind }) => kind === "node")) this.node(record);
      else this.giveUp(lost.because, record);
      return;
    }
    const isOurs = ends.some((end) => end.kind === "pod" && this.namespaces.has(end.namespace));
    if (ends.some(({ kind }) => kind === "node")) this.node(record);
    else if (!isOurs) this.counts.others++;
    else this.judge(from, to, record);
  }

  private judge(from: ObservedEnd, to: ObservedEnd, record: RecordedConnection): void {
    const cell = this.cellOf(from, to, record.protocol, record.port);
    if (cell.kind === "declared") {
      this.counts.attributed++;
      for (const { tally } of cell.rows) tally.add(record);
      return;
    }
    const { sourcePort } = record;
    if (
      record.outcome === "perhaps denied" &&
      sourcePort !== undefined &&
      this.cellOf(to, from, record.protocol, sourcePort).kind === "declared"
    ) {
      this.giveUp("a packet of which nobody says whether it is an answer", record);
      return;
    }
    this.counts.attributed++;
    this.undeclared.add(from, to, record);
  }

  /** A pod on the host's network, or one behind a node's address, may be whom it was. */
  private node({ protocol, port }: RecordedConnection): void {
    this.counts.nodes++;
    this.ports.mark(protocol, port);
  }

  private giveUp(because: Unattributed | Unclear, { protocol, port }: RecordedConnection): void {
    count(this.counts.unattributed, because);
    this.ports.mark(protocol, port);
  }

  private cellOf(
    from: ObservedEnd,
    to: ObservedEnd,
    protocol: "TCP" | "UDP" | "SCTP",
    port: number,
  ): JudgedPair {
    const key = `${keyOf(from)}>${keyOf(to)}>${protocol}${port}`;
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    if (this.cells.size >= REMEMBERED) this.cells.clear();
    const rows = this.rows.filter(({ read }) =>
      portsBetween(read, from, to).some((ports) => ports.contains(protocol, port)),
    );
    return getOrMake(this.cells, key, () =>
      rows.length > 0 ? { kind: "declared", rows } : { kind: "undeclared" },
    );
  }

  private isBefore(time: RecordedConnection["time"]): boolean {
    return this.since !== undefined && time !== undefined && time.last < this.since;
  }

  private spans(time: RecordedConnection["time"]): void {
    if (time === undefined) return;
    const { first, last } = time;
    this.window =
      this.window === undefined
        ? { first, last }
        : { first: Math.min(this.window.first, first), last: Math.max(this.window.last, last) };
  }
}

const keyOf = (end: ObservedEnd): string =>
  end.kind === "pod" ? end.key : end.kind === "address" ? end.address : end.kind;

const count = <K>(counts: Map<K, number>, key: K): Map<K, number> =>
  counts.set(key, (counts.get(key) ?? 0) + 1);

const counted = <K extends string>(counts: ReadonlyMap<K, number>): readonly Counted<K>[] =>
  [...counts]
    .map(([because, records]) => ({ because, records }))
    .sort((a, b) => b.records - a.records || (a.because < b.because ? -1 : 1));
