import type { Protocol } from "../net";

/** One end of a connection, as far as a record says it. */
export interface RecordedEnd {
  /** An IP address, as text. */
  readonly address?: string;
  /** The pod, where the record names it or its labels. */
  readonly pod?: {
    readonly namespace: string;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  /** It is a node, not a pod on it. */
  readonly isNode?: true;
}

/**
 * What a record says became of a connection. `let out`: the source's side let it go, and the destination's, which may still refuse it,
 * speaks for itself. `seen`: it was asked for, and nothing is said of policies. `audited`: it passed, and would be denied.
 * `perhaps denied`: its source says so and is known to be wrong at times.
 */
export type Outcome = "passed" | "let out" | "seen" | "audited" | "denied" | "perhaps denied";

/** Every outcome, in the order in which reports list them. */
export const OUTCOMES: readonly Outcome[] = [
  "passed",
  "let out",
  "seen",
  "audited",
  "denied",
  "perhaps denied",
];

/** One side asked the other for a connection. */
export interface RecordedConnection {
  readonly kind: "connection";
  readonly from: RecordedEnd;
  readonly to: RecordedEnd;
  readonly protocol: Protocol;
  /** Where the destination listens, and where the source speaks from, if that is told. */
  readonly port: number;
  readonly sourcePort?: number;
  readonly outcome: Outcome;
  /** Milliseconds since 1970, both included; undefined where the record has no time. */
  readonly time: { readonly first: number; readonly last: number } | undefined;
  /** How many records it counts as: 0 where another record tells the same event. */
  readonly count: number;
}

/** Why a record can't be given to two ends. Its text is what reports say. */
export type Unclear =
  | "TCP without the packet that opens a connection"
  | "UDP: nobody says who asked"
  | "a refusal without the packet that opens a connection"
  | "no TCP flags in the record"
  | "a packet of which nobody says whether it is an answer"
  | "an aggregated end without labels"
  | "a public or private network without addresses";

/** What hides traffic, so that nothing can be called unused. Its text is what reports say. */
export type Gap =
  | "NODATA"
  | "SKIPDATA"
  | "lost events"
  | "unreadable lines"
  | "a log with a rate limit"
  | "no connection that passed: perhaps a log of denials alone"
  | "a listing of one moment"
  | "records without the fields that tell connections";

/** What one record says. */
export type RecordReading =
  | RecordedConnection
  | {
      readonly kind: "unclear";
      readonly because: Unclear;
      readonly protocol: Protocol;
      /** Ports of which one is the connection's. */
      readonly ports: readonly number[];
      readonly time: RecordedConnection["time"];
    }
  | { readonly kind: "gap"; readonly because: Gap }
  /** It is about no connection of TCP, UDP or SCTP, or another record says the same. */
  | { readonly kind: "aside"; readonly what: string }
  | { readonly kind: "bad"; readonly message: string };

/** The formats that are read, as reports call them. */
export type RecordFormat =
  "VPC flow log" | "Hubble" | "EKS network policy agent" | "Goldmane" | "conntrack" | "NFLOG";

export const aside = (what: string): RecordReading => ({ kind: "aside", what });
export const bad = (message: string): RecordReading => ({ kind: "bad", message });
