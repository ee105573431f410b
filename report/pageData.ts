import type { ReportedChange } from "./change";
import type { Picture } from "./picture";

/** A declared flow beside what is computed of it. */
export interface ReportedFlow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  readonly because: string;
  /** "allowed", "blocked" or "unknown"; absent where nothing was computed. */
  readonly verdict?: string;
}

/** What holds an end's traffic back, by direction. */
export interface ReportedIsolation {
  readonly id: string;
  readonly ingress: ReportedSideIsolation;
  readonly egress: ReportedSideIsolation;
}

/** Names of policies and groups, those that aren't sure marked. */
export interface ReportedSideIsolation {
  readonly isolatedBy: readonly string[];
  /** Policies of tiers that deny some. */
  readonly deniedBy: readonly string[];
}

/** How a workload gets to a database or a bucket. */
export interface ReportedAccess {
  readonly to: string;
  readonly from: string;
  readonly policy: string;
  readonly group: string;
  readonly role: string;
}

/** How much of a quota is used. */
export interface ReportedQuota {
  readonly what: string;
  readonly used: number;
  readonly limit: number;
  /** "rules", "groups on an interface", and what else is to be said. */
  readonly unit: string;
}

/** One cluster, or the manifests, as the page shows it. */
export interface Reported {
  /** Its name; empty where there is only one. */
  readonly cluster: string;
  readonly picture: Picture;
  /** `encodeWorld`'s text; undefined for a cluster that a change took away, of which only the change is shown. */
  readonly world: string | undefined;
  readonly flows: readonly ReportedFlow[];
  readonly changes: readonly ReportedChange[];
  readonly isolation: readonly ReportedIsolation[];
  readonly access: readonly ReportedAccess[];
  readonly quotas: readonly ReportedQuota[];
  readonly warnings: readonly string[];
}

/** What a policy says. */
export interface ReportedFinding {
  /** "mandatory", "advisory", or "undecided" where a value isn't known. */
  readonly level: string;
  readonly policy: string;
  /** The resource's name; empty for a stack's finding. */
  readonly resource: string;
  readonly message: string;
}

/** A violation that is accepted for a while, or something that is observed until a day. */
export interface ReportedExemption {
  /** "exemption" or "observation". */
  readonly kind: string;
  readonly policy: string;
  readonly of: string;
  /** Its last day, YYYY-MM-DD. */
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
}

/** A control of a framework, and what the pack's policies that contribute to it say. */
export interface ReportedControl {
  /** "PCI DSS 4.0: 1.3.1" */
  readonly control: string;
  readonly title: string;
  readonly policies: readonly ReportedControlPolicy[];
}

export interface ReportedControlPolicy {
  readonly policy: string;
  /** "pass", "fail", "advice", "undecided", "disabled", or "nothing to judge". */
  readonly result: string;
  /** The resources of kinds that it judges, by kind: "12 NetworkPolicy". */
  readonly judged: string;
  /** The resources that it has something to say about. */
  readonly found: readonly string[];
}

/** A resource that policies judged, or judged others by. */
export interface JudgedResource {
  /** `shop/web`, or as the program calls it. */
  readonly name: string;
  readonly kind: string;
  readonly policies: readonly string[];
  /** The policies that have something to say about it. */
  readonly found: readonly string[];
}

/** What the page says of all clusters together. */
export interface Heading {
  readonly title: string;
  /** The most important sentences, at most a few. */
  readonly sentences: readonly string[];
  /** "clean", "violations" or "undecided"; absent where nothing judged. */
  readonly verdict?: string;
  /** "commit 0123abcd", and what differs from it. */
  readonly asOf?: string;
  readonly findings: readonly ReportedFinding[];
  readonly exemptions: readonly ReportedExemption[];
  readonly controls: readonly ReportedControl[];
  readonly judged: readonly JudgedResource[];
  readonly change?: { readonly since: string; readonly notes: readonly string[] };
}

/** What the page's script reads, but for the worlds, each of which has a block of its own. */
export interface PageData {
  readonly heading: Heading;
  readonly clusters: readonly (Omit<Reported, "world"> & { readonly isGone: boolean })[];
}
