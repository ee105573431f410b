import type { AddressSet, Family, Protocol } from "../../net";
import type { GroupWorld } from "./groups";
import type { Labels, Unknown } from "../../kubernetes";
import type { Cni, CniTraits } from "./cni";
import type { Maker } from "./otherKinds/makerTable";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import type { Policy } from "./policy";
import type { Source } from "./problems";

/** Kinds whose objects are ends of connections. */
export const WORKLOAD_KINDS = [
  "Pod",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "ReplicationController",
  "Job",
  "CronJob",
] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** One pod, or one replica of a workload, as policies see it. */
export interface PodShape {
  readonly labels: Labels;
  readonly hostNetwork: boolean | Unknown;
  /** Container ports that have a name. */
  readonly namedPorts: readonly {
    readonly name: string;
    readonly protocol: Protocol;
    readonly port: number;
    /** True for a port of a sidecar: an init container that always restarts. */
    readonly sidecar?: true;
  }[];
  /** False when there may be more named ports than are known. */
  readonly portsComplete: boolean;
  /** The pod's own addresses, or its node's for a hostNetwork pod; undefined when not known. */
  readonly addresses: AddressSet | undefined;
  readonly node: string | undefined;
  readonly serviceAccount: string | Unknown;
}

/** A Pod, a workload or a Node: `variants` are its distinct pods, or the one that its template describes. */
export interface Workload {
  /** A WorkloadKind, `Node`, or what another project's kind is called (otherKinds/workloadTable). */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly variants: readonly PodShape[];
  /** True for an end that no manifest holds, made from what selectors can tell apart. */
  readonly representative: boolean;
}

/** A Service, so that one can be asked about: policies act on the pods behind it. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where nothing is selected: endpoints made by hand, or an external name. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly ports: readonly {
    readonly protocol: Protocol;
    readonly port: number;
    readonly target: number | string;
  }[];
}

/** Everything an answer is computed from. */
export interface World {
  /** Labels of every namespace that is given or referred to. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** Policies of kinds that aren't computed: what each of them may change isn't known. */
  readonly uncomputed: readonly UncomputedPolicy[];
  /** Objects that make pods or policies which the input doesn't show, and so the answer lacks. */
  readonly makers: readonly Maker[];
  /** Security groups; undefined where none are known, and none are judged. */
  readonly groups: GroupWorld | undefined;
  /** The cluster's pod ranges, for pods whose address isn't known. */
  readonly podRanges: readonly AddressSet[];
  /** The families of pods' addresses, as far as the input tells; empty where nothing does. Pods without a known address have them all. */
  readonly podFamilies: readonly Family[];
  /** Whether pods of which neither address nor range is known may be in any block; a plan's are taken to be in none. */
  readonly unplaced: "anywhere" | "in no block";
  /** The cluster's network plugin, and what it does as it is set. */
  readonly cni: Cni;
  readonly traits: CniTraits;
}

/** One object of the input and where it stands. */
export interface SourcedObject {
  readonly value: unknown;
  readonly source: Source;
  /** The way to it inside its document: `items`, 3 for the fourth of a List. */
  readonly path: readonly (string | number)[];
}
