import type { PortRange } from "../net";
import type { BucketAccessMode, Labels, PodChoice } from "./peer";
import type { BucketDeclaration } from "./declaration";

/** Pods that one set of labels selects: a workload without instances, or one instance of it. */
export interface Instance {
  /** "web", "fineract/write": unique in its application. */
  readonly id: string;
  readonly workload: string;
  readonly instance?: string;
  /** The workload's labels and the instance's own. */
  readonly labels: Labels;
  /** Its own, or its workload's. */
  readonly serviceAccount?: string;
}

/** A checked workload. */
export interface Workload {
  readonly name: string;
  /** What all its pods carry. */
  readonly labels: Labels;
  /** What it listens on, its metrics port included; sorted, merged. Empty: nothing, so no flow leads to it. */
  readonly ports: readonly PortRange[];
  /** At least one: itself when it has no named instances. Sorted by id. */
  readonly instances: readonly Instance[];
}

/** A workload of this application with the instances that are meant: all of them, or one. */
export interface WorkloadEnd {
  readonly kind: "workload";
  readonly workload: string;
  /** Absent: every instance. */
  readonly instance?: string;
}

/** Which end of a flow. */
export type FlowSide = "source" | "destination";

/** One checked end of a flow. `every-workload` is expanded before this, so compilers never see it. */
export type FlowEnd =
  | WorkloadEnd
  | {
      readonly kind: "application";
      readonly application: string;
      readonly workload: string;
      readonly instance?: string;
    }
  | { readonly kind: "pods"; readonly namespace: string; readonly pods: PodChoice }
  | { readonly kind: "platform"; readonly service: string }
  | { readonly kind: "cidr"; readonly cidrs: readonly string[] }
  | { readonly kind: "internet" }
  | { readonly kind: "kubernetes-api" }
  | { readonly kind: "database"; readonly database: string }
  | {
      readonly kind: "bucket";
      readonly bucket: string;
      readonly access: BucketAccessMode;
      readonly prefix?: string;
    }
  | { readonly kind: "cloud-identity" };

/** One checked flow: one source, one destination. */
export interface Flow {
  /** "nginx → django tcp/8000": what errors and reports call it. Unique in its application. */
  readonly id: string;
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** At least one; sorted, merged. */
  readonly ports: readonly PortRange[];
  readonly because: string;
  /** The owner's policies that it traces to; sorted, often none. */
  readonly names: readonly string[];
  /** Declared by the owner, by a stack's override, or implied by a workload's `metrics`. */
  readonly origin: "declared" | "override" | "metrics";
}

/** A flow from another application that this one accepts and that the other one declares: both said so. */
export interface AcceptedFlow {
  readonly from: {
    readonly application: string;
    readonly workload: string;
    readonly instance?: string;
  };
  readonly to: WorkloadEnd;
  readonly ports: readonly PortRange[];
  /** The accepting side's reason. */
  readonly because: string;
  /** The owner's policies that it traces to; sorted, often none. */
  readonly names: readonly string[];
}

/** A flow that the application declares and this stack doesn't want: reported, never provisioned. */
export interface RemovedFlow {
  /** The flow's id. */
  readonly id: string;
  readonly because: string;
}

/** A checked database. */
export interface Database {
  readonly engine: string;
  /** As declared, or the engine's default. */
  readonly port: number;
}

/**
 * A checked application: what the compilers read. Only validation makes one, so a compiler never meets an unknown
 * workload, an empty port list or a one-sided flow. All lists are sorted by content: the order of the declaration's
 * keys is never visible in what is provisioned.
 */
export interface Application {
  /** Its name. */
  readonly name: string;
  /** The team that answers for it. */
  readonly owner: string;
  /** By name. */
  readonly workloads: readonly Workload[];
  /** What is open. */
  readonly flows: readonly Flow[];
  /** What other applications' flows it lets in. */
  readonly accepted: readonly AcceptedFlow[];
  /** What the stack doesn't want of its flows. */
  readonly removed: readonly RemovedFlow[];
  /** By the name that it declares. */
  readonly databases: Readonly<Record<string, Database>>;
  /** By the name that it declares. */
  readonly buckets: Readonly<Record<string, BucketDeclaration>>;
  /** The owner's name for "every workload resolves names", where there is one. */
  readonly dnsName?: string;
}
