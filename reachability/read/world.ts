import type { AddressSet, Family, Protocol } from "../../net";
import type { GroupWorld } from "./groups";
import type { KnownLabels, Unknown } from "../../kubernetes";
import type { Cni, CniTraits } from "./cni";
import type { Maker } from "./otherKinds/makerTable";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import type { NetworkPolicy } from "./policy";
import type { CiliumObject, CiliumPolicy } from "./cilium/ciliumPolicy";
import type { TierPolicy } from "./tiers/tierPolicy";
import type { Source } from "./problems";
import type { ReadEndpoints } from "./endpoints";

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
  readonly labels: KnownLabels;
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
  /** Of a Node, the first address of each of its pods' ranges: its bridge's (cni0), as far as nothing else has it. */
  readonly bridges?: AddressSet;
  readonly node: string | undefined;
  readonly serviceAccount: string | Unknown;
}

/** A Pod, a workload or a Node: `variants` are its distinct pods, or the one that its template describes. */
export interface PodSet {
  /** A WorkloadKind, `Node`, or what another project's kind is called (otherKinds/workloadTable). */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly variants: readonly PodShape[];
  /** True for an end that no manifest holds, made from what selectors can tell apart. */
  readonly representative: boolean;
}

/** One port of a Service. */
export interface ServicePort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly target: number | string;
  /** Empty where it has none. */
  readonly name: string;
  /** The port at which every node's addresses lead to it, where that is known. */
  readonly nodePort: number | undefined;
}

/** A Service: addresses that lead to the pods behind it, which is what most plugins' policies see of it. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where nothing is selected: endpoints made by hand, or an external name. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly ports: readonly ServicePort[];
  /** Whether its name leads to the pods' own addresses. */
  readonly headless: boolean;
  readonly clusterIPs: AddressSet;
  /** Its external addresses, and those that its load balancer has by its status. */
  readonly outerIPs: AddressSet;
  /** Whether what pods send to its load balancer goes there, instead of to the pods behind at once: ipMode is Proxy. */
  readonly proxied: boolean;
  /** What its name stands for, where it is of type ExternalName. */
  readonly externalName: string | undefined;
  /** Whether ports of every node lead to it. */
  readonly opensNodes: boolean;
  /** Whether what comes by its node ports and external addresses keeps its source: externalTrafficPolicy is Local. */
  readonly keepsSource: boolean;
  /** What EndpointSlices say is behind a Service that selects nothing; undefined where none is given. */
  readonly endpoints: readonly ReadEndpoints[] | undefined;
}

/** Everything an answer is computed from. */
export interface World {
  /** Labels of every namespace that is given or referred to. */
  readonly namespaces: ReadonlyMap<string, KnownLabels>;
  readonly workloads: readonly PodSet[];
  readonly services: readonly Service[];
  /** As the cluster's plugin enforces them. */
  readonly policies: readonly NetworkPolicy[];
  /** The same as they are written. */
  readonly written: readonly NetworkPolicy[];
  /** Policies of the tiers before and after NetworkPolicies, as far as it's known what the cluster's plugin makes of them. */
  readonly tiers: readonly TierPolicy[];
  /** All that are given. */
  readonly writtenTiers: readonly TierPolicy[];
  /** What policies of Cilium's own kinds isolate and admit, where the plugin is Cilium; what they deny is among `tiers`. */
  readonly cilium: readonly CiliumPolicy[];
  /** All that are given. */
  readonly writtenCilium: readonly CiliumObject[];
  /** Policies of kinds that aren't computed: what each of them may change isn't known. */
  readonly uncomputed: readonly UncomputedPolicy[];
  /** Objects that make pods or policies which the input doesn't show, and so the answer lacks; what policies may do is in `uncomputed`. */
  readonly makers: readonly Maker[];
  /** Security groups; undefined where none are known, and none are judged. */
  readonly groups: GroupWorld | undefined;
  /** The cluster's pod ranges, for pods whose address isn't known. */
  readonly podRanges: readonly AddressSet[];
  /** Where Nodes say that their own pods are. */
  readonly nodeRanges: readonly AddressSet[];
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
