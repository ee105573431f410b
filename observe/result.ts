import type { DeclaredFlow } from "../declared";
import type { FlowVerdict } from "../proof";
import type { Gap, RecordFormat, Unclear } from "../records";
import type { Unattributed } from "./ends";
import type { Sightings } from "./tally";

/** One end of what was seen, as a report names it. */
export type ObservedParty =
  | {
      readonly kind: "workload";
      readonly application: string;
      /** "nginx", "fineract/write". */
      readonly workload: string;
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  /** Pods that no application of the stack declares; labels that change from pod to pod are left out. */
  | {
      readonly kind: "pods";
      /** The application whose namespace it is, if it is one's. */
      readonly application: string | undefined;
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "addresses";
      readonly isPublic: boolean;
      /** Sorted, as many as are kept. */
      readonly addresses: readonly string[];
      readonly areAll: boolean;
    };

/** A declared flow, and what was seen of it. */
export interface ObservedFlow extends Sightings {
  readonly application: string;
  readonly owner: string | undefined;
  readonly flow: DeclaredFlow;
  /** What the plan makes of it. */
  readonly verdict: FlowVerdict;
  /** `unseen`: surely not in this time. `unknown`: it may have been, by `because`. */
  readonly state: "seen" | "unseen" | "unknown";
  readonly because: readonly string[];
}

/** A connection that no flow of the stack declares. */
export interface UndeclaredConnection extends Sightings {
  readonly from: ObservedParty;
  readonly to: ObservedParty;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
}

/** A number of records, and why. */
export interface Counted<Reason extends string> {
  readonly because: Reason;
  readonly records: number;
}

/** What records say of a stack's flows. */
export interface ObservedStack {
  readonly window: { readonly first: number; readonly last: number } | undefined;
  readonly formats: readonly { readonly format: RecordFormat; readonly records: number }[];
  readonly flows: readonly ObservedFlow[];
  readonly undeclared: readonly UndeclaredConnection[];
  /** Connections beyond as many as are kept apart. */
  readonly undeclaredBeyond: number;
  /** Records that were given to two ends, of which one is an application's. */
  readonly attributed: number;
  readonly unattributed: readonly Counted<Unattributed | Unclear>[];
  /** Records of ends that are none of the stack's applications. */
  readonly others: number;
  /** From or to a node: what a pod's own node asks always passes. */
  readonly nodes: number;
  readonly aside: readonly Counted<string>[];
  readonly gaps: readonly Counted<Gap>[];
}
