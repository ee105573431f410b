import { MAKING_KINDS } from "../../reachability/read";
import { readSecurityGroupPolicy, type SecurityGroupPolicyFact } from "./aws/securityGroupPolicy";
import { DEMAND_KINDS, type DemandFact, readDemand } from "./demand";
import { type MakerFact, readMaker } from "./maker";
import { type EndpointSliceFact, readEndpointSlice } from "./endpointSlice";
import { type NamespaceFact, readNamespace } from "./namespace";
import { type NetworkPolicyFact, readNetworkPolicy } from "./networkPolicy";
import { type NodeFact, readNode } from "./node";
import { type PersistentVolumeFact, readPersistentVolume } from "./persistentVolume";
import { readService, type ServiceFact } from "./service";
import { readServiceAccount, type ServiceAccountFact } from "./serviceAccount";
import type { ResourceInput, Subject } from "./subject";
import { readTierPolicy, TIER_KINDS, type TierPolicyFact } from "./tierPolicy";
import { readHelmRelease, readWorkload, WORKLOAD_KINDS, type WorkloadFact } from "./workload";

/** What the invariants judge of Kubernetes. */
export type KubernetesFact =
  | DemandFact
  | MakerFact
  | EndpointSliceFact
  | NamespaceFact
  | NetworkPolicyFact
  | NodeFact
  | PersistentVolumeFact
  | SecurityGroupPolicyFact
  | ServiceAccountFact
  | ServiceFact
  | TierPolicyFact
  | WorkloadFact;

/** A kind of object that is read, in every version of its API group. */
export interface KubernetesKind {
  readonly group: string;
  readonly kind: string;
  /** Undefined for an object that says nothing to judge: a CustomResourceDefinition without a webhook. */
  readonly read: (subject: Subject, resource: ResourceInput) => KubernetesFact | undefined;
}

/** The kinds of objects that are read. */
export const KUBERNETES_KINDS: readonly KubernetesKind[] = [
  { group: "core", kind: "Namespace", read: readNamespace },
  { group: "networking.k8s.io", kind: "NetworkPolicy", read: readNetworkPolicy },
  { group: "extensions", kind: "NetworkPolicy", read: readNetworkPolicy },
  ...TIER_KINDS.map((kind): KubernetesKind => ({
    group: "policy.networking.k8s.io",
    kind,
    read: (subject) => readTierPolicy(kind, subject),
  })),
  {
    group: "vpcresources.k8s.aws",
    kind: "SecurityGroupPolicy",
    read: (subject, { propertyDependencies }) =>
      readSecurityGroupPolicy(subject, propertyDependencies?.["spec"]),
  },
  { group: "core", kind: "Service", read: readService },
  { group: "core", kind: "Node", read: readNode },
  { group: "core", kind: "PersistentVolume", read: readPersistentVolume },
  ...(["EndpointSlice", "Endpoints"] as const).map((kind): KubernetesKind => ({
    group: kind === "Endpoints" ? "core" : "discovery.k8s.io",
    kind,
    read: (subject) => readEndpointSlice(subject, kind),
  })),
  { group: "core", kind: "ServiceAccount", read: readServiceAccount },
  ...WORKLOAD_KINDS.map(([group, kind]): KubernetesKind => ({
    group,
    kind,
    read: (subject) => readWorkload(kind, subject),
  })),
  { group: "helm.sh", kind: "Release", read: readHelmRelease },
  ...MAKING_KINDS.map(({ group, kind, ...place }): KubernetesKind => ({
    group,
    kind,
    read: (subject) => readMaker(kind, place, subject),
  })),
  ...DEMAND_KINDS.flatMap((row) =>
    row.kinds.map((kind): KubernetesKind => ({
      group: row.group,
      kind,
      read: (subject) => readDemand(row, kind, subject),
    })),
  ),
];

const MAKING: ReadonlySet<string> = new Set(MAKING_KINDS.map(({ group, kind }) => `${group}/${kind}`));
const JUDGED: ReadonlySet<string> = new Set(
  KUBERNETES_KINDS.map(({ group, kind }) => `${group}/${kind}`).filter((one) => !MAKING.has(one)),
);

/** Whether an invariant judges objects of a kind, or what they ask for; `group` as an API server calls it, empty for the core's. */
export const isJudgedKind = (group: string, kind: string): boolean =>
  JUDGED.has(`${group === "" ? "core" : group}/${kind}`);

/** Whether objects of a kind make pods, which no invariant judges. */
export const isMakingKind = (group: string, kind: string): boolean => MAKING.has(`${group}/${kind}`);
