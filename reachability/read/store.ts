import type { AddressSet } from "../../net";
import type { GroupWorld } from "./groups";
import type { Labels } from "../../kubernetes";
import type { Maker } from "./otherKinds/makerTable";
import type { UncomputedPolicy } from "./otherKinds/uncomputed";
import type { ReadWorkload } from "./owners";
import type { Policy } from "./policy";
import type { Service, Workload } from "./world";

/** What was read so far. */
export interface Store {
  readonly namespaces: Map<string, Labels>;
  readonly workloads: ReadWorkload[];
  readonly nodes: Workload[];
  /** Where nodes say that their pods are. */
  readonly nodeRanges: AddressSet[];
  readonly services: Service[];
  readonly policies: Policy[];
  readonly uncomputed: UncomputedPolicy[];
  readonly makers: Maker[];
  readonly attachments: GroupWorld["attachments"][number][];
  readonly serviceAccounts: Map<string, Labels>;
}

export const newStore = (): Store => ({
  namespaces: new Map(),
  workloads: [],
  nodes: [],
  nodeRanges: [],
  services: [],
  policies: [],
  uncomputed: [],
  makers: [],
  attachments: [],
  serviceAccounts: new Map(),
});

/** Whether nothing was read of which an answer could speak. */
export const isEmptyStore = ({ namespaces, workloads, nodes, policies, uncomputed }: Store): boolean =>
  namespaces.size + workloads.length + nodes.length + policies.length + uncomputed.length === 0;

/** Adds what was read of one object. */
export function joinStores(store: Store, own: Store): void {
  for (const [name, labels] of own.namespaces) store.namespaces.set(name, labels);
  for (const [name, labels] of own.serviceAccounts) store.serviceAccounts.set(name, labels);
  store.workloads.push(...own.workloads);
  store.nodes.push(...own.nodes);
  store.nodeRanges.push(...own.nodeRanges);
  store.services.push(...own.services);
  store.policies.push(...own.policies);
  store.makers.push(...own.makers);
  store.attachments.push(...own.attachments);
}
