import type { Place } from "../problems";
import type { PortSpec, RdsEngine } from "../net";
import type { Labels, Peer } from "./peer";

export type { PortSpec, RdsEngine };

/**
 * One kind of pod. `labels` select all its pods; an instance's labels are added to them and select that instance's.
 * `I` are its instances' labels, by the instance's name.
 */
export interface WorkloadDeclaration<I = Readonly<Record<string, Labels>>> {
  /** What selects its pods: at least one label, and no other workload's pods have them all. */
  readonly labels: Labels;
  /** What it listens on, by name. A flow to a port that is neither here nor its `metrics` is refused. */
  readonly ports?: Readonly<Record<string, PortSpec>>;
  /** The TCP port where Prometheus scrapes it; yields the flow monitoring → this workload. */
  readonly metrics?: PortSpec;
  /** The same program run as several by label: read, write, batch. */
  readonly instances?: { readonly [K in keyof I]: I[K] & Labels };
  /** Its ServiceAccount, or each instance's; needed where it reaches a bucket, whose role belongs to the account. */
  readonly serviceAccount?: string | { readonly [K in keyof NoInfer<I>]?: string };
}

/** A relational database that the application reaches; where it is, is the stack's config. */
export interface DatabaseDeclaration {
  /** As AWS spells it. */
  readonly engine: RdsEngine;
  /** The engine's default where absent. */
  readonly port?: number;
}

/** A bucket that the application reaches; which one it is, is the stack's config. */
export interface BucketDeclaration {
  /** For the reader of the report. */
  readonly description?: string;
}

/**
 * What may stand where a workload is meant: `any` is "web", or "fineract/write" for one instance. `W` are the workloads' instances, by the
 * workload's name. A field and no alias: TypeScript's messages call a type by its alias, where they should list the names.
 */
export interface WorkloadRefs<W> {
  readonly any: {
    [K in keyof W & string]: K | (unknown extends W[K] ? never : `${K}/${keyof W[K] & string}`);
  }[keyof W & string];
}

/** Who talks to whom, on which ports, and why. */
export interface FlowDeclaration<
  W extends string = string,
  D extends string = string,
  B extends string = string,
> {
  /** Who opens the connection: one end, or several that share the ports and the reason. A bare string is a workload of this application. */
  readonly from: W | Peer<W, D, B> | readonly (W | Peer<W, D, B>)[];
  /** Who is asked: likewise. */
  readonly to: W | Peer<W, D, B> | readonly (W | Peer<W, D, B>)[];
  /** The destination's ports, at least one: "tcp/8080", "udp/53", "tcp/30000-32767". */
  readonly ports: readonly PortSpec[];
  /** The reason, for whoever reviews it: in annotations, descriptions of groups and reports. */
  readonly because: string;
  /**
   * The owner's own policy that it comes from, or several: one flow is both an ingress and an egress, which owners
   * often write as two policies. Flows may share a name if they have a workload in common, as a policy's rules do.
   */
  readonly name?: string | readonly string[];
}

/** A flow from another application that this one lets in; the other application declares the flow itself. */
export interface Acceptance<W extends string = string> {
  /** The other application's name. */
  readonly application: string;
  /** The other application's workload, or one instance of it. */
  readonly workload: string;
  /** The workload, or the instance, that lets it in. */
  readonly to: W;
  /** At least one, as in a flow. */
  readonly ports: readonly PortSpec[];
  /** The reason for which it is let in. */
  readonly because: string;
}

/** An application before anything is checked: what `application()` takes and what a YAML or JSON file holds. */
export interface ApplicationDeclaration<
  W extends string = string,
  D extends string = string,
  B extends string = string,
> {
  /** The team that answers for it: label, tag and report. */
  readonly owner: string;
  /** By name: "web". At least one. */
  readonly workloads: Readonly<Record<string, WorkloadDeclaration>>;
  /** Databases that it reaches, by name. */
  readonly databases?: Readonly<Record<D, DatabaseDeclaration>>;
  /** Buckets that it reaches, by name. */
  readonly buckets?: Readonly<Record<B, BucketDeclaration>>;
  /** All that is open. What no flow says is blocked. */
  readonly flows: readonly FlowDeclaration<W, D, B>[];
  /** What it lets in from other applications, which declare the flow themselves. */
  readonly accepts?: readonly Acceptance<W>[];
  /** The owner's policy names behind what the language adds by itself: scraping and name resolution. */
  readonly names?: { readonly metrics?: string; readonly dns?: string };
}

/** An application with its name: what `application()` and `applicationFromData()` make and validation reads. */
export interface DeclaredApplication extends ApplicationDeclaration {
  /** Lower-case letters, digits and hyphens; unique in a stack. */
  readonly name: string;
  /** What a stack changed; only `applyOverrides` writes it. */
  readonly overridden?: Overridden;
}

/** What a stack changed in an application's declaration. Flows are meant by their index. */
export interface Overridden {
  /** Flows that the stack changed or added. */
  readonly flows: readonly number[];
  /** Flows that the stack doesn't want, and why: still checked, never provisioned. */
  readonly removed: readonly { readonly flow: number; readonly because: string }[];
  /** False: no flow from or to the cluster's monitoring. */
  readonly monitoring: boolean;
  /** Where in the overrides each of `flows` stands, by what errors call the flow. */
  readonly places: readonly { readonly subject: string; readonly place: Place }[];
}
