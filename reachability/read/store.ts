import type { AddressSet } from "../../net";
import type { GroupWorld } from "./groups";
import type { KnownLabels } from "../../kubernetes";
import type { Maker } from "./otherKinds/makerTable";
import type { WorkloadRow } from "./otherKinds/workloadTable";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import type { ReadWorkload } from "./owners";
import type { NetworkPolicy } from "./policy";
import type { CiliumObject } from "./cilium/ciliumPolicy";
import type { TierPolicy } from "./tiers/tierPolicy";
import type { ReadEndpoints } from "./endpoints";
import type { Service, PodSet } from "./world";

/** What was read so far. */
export interface Store {
  readonly namespaces: Map<string, KnownLabels>;
  readonly workloads: ReadWorkload[];
  /** Workloads whose template is another's. */
  readonly references: {
    readonly one: Omit<ReadWorkload, "shapes">;
    readonly to: { readonly kind: string; readonly name: string };
    readonly row: WorkloadRow;
    /** Labels that some of its pods have besides. */
    readonly more: readonly unknown[];
    /** What it is where the other workload isn't in the input. */
    readonly maker: Maker;
  }[];
  readonly nodes: PodSet[];
  /** Where nodes say that their pods are. */
  readonly nodeRanges: AddressSet[];
  readonly services: Service[];
  readonly endpoints: ReadEndpoints[];
  readonly policies: NetworkPolicy[];
  readonly tiers: TierPolicy[];
  /** What stands for each where it isn't computed is among `uncomputed`, where it was read. */
  readonly cilium: CiliumObject[];
  readonly uncomputed: UncomputedPolicy[];
  readonly makers: Maker[];
  /** The names of all files that objects were read of. */
  readonly files: Set<string>;
  readonly attachments: GroupWorld["attachments"][number][];
  readonly serviceAccounts: Map<string, KnownLabels>;
}

export const newStore = (): Store => ({
  namespaces: new Map(),
  workloads: [],
  references: [],
  nodes: [],
  nodeRanges: [],
  services: [],
  endpoints: [],
  policies: [],
  tiers: [],
  cilium: [],
  uncomputed: [],
  makers: [],
  files: new Set(),
  attachments: [],
  serviceAccounts: new Map(),
});

/** Whether nothing was read of which an answer could speak. */
export const isEmptyStore = ({ namespaces, workloads, nodes, policies, ...other }: Store): boolean =>
  namespaces.size === 0 &&
  [workloads, nodes, policies, other.tiers, other.cilium, other.uncomputed].every(
    ({ length }) => length === 0,
  );

/** Adds what was read of one object. */
export function joinStores(store: Store, own: Store): void {
  for (const [name, labels] of own.namespaces) store.namespaces.set(name, labels);
  for (const [name, labels] of own.serviceAccounts) store.serviceAccounts.set(name, labels);
  store.workloads.push(...own.workloads);
  store.references.push(...own.references);
  store.nodes.push(...own.nodes);
  store.nodeRanges.push(...own.nodeRanges);
  store.services.push(...own.services);
  store.endpoints.push(...own.endpoints);
  store.policies.push(...own.policies);
  store.makers.push(...own.makers);
  store.attachments.push(...own.attachments);
}
