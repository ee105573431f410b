import type { Protocol } from "../net";
import type { Party } from "../reachability/answer/formats";

/** One connection that a change gains, loses or alters. */
export interface ChangedLine {
  readonly kind: "gained" | "lost" | "changed";
  readonly from: Party;
  readonly to: Party;
  /** "TCP 80; perhaps TCP 443"; empty where nothing is gained. */
  readonly gained: string;
  readonly lost: string;
  /** The policies and groups behind it, a sentence each. */
  readonly because: readonly string[];
  /** One of its ports, to ask about. */
  readonly first: { readonly protocol: Protocol; readonly port: number };
}

/** The same as texts, as the page lists it. */
export interface ReportedChange extends Omit<ChangedLine, "from" | "to" | "first"> {
  readonly from: string;
  readonly to: string;
}
