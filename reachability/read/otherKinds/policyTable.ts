// Tests: test/reachability/evidence/otherPolicies.test.ts
// Longer than most: a table, one row a kind.
import type { Effect } from "./uncomputed";
import type { SubjectShape } from "./policySubject";

/** How a kind's fields tell what it may do in each direction. */
export type EffectShape =
  /** Rules with an `action`: what these may do, together. `tiered` policies say in `spec.tier` whether they are a baseline. */
  | { readonly by: "actions"; readonly tier: "admin" | "baseline" | "field" }
  /** Cilium's sections: `ingress` isolates and admits, `ingressDeny` denies. */
  | { readonly by: "sections" }
  /** `policyTypes` (or Calico's `types`), or their default, name the directions. */
  | { readonly by: "types"; readonly field: "policyTypes" | "types"; readonly effect: Effect }
  | { readonly by: "kind"; readonly ingress?: Effect; readonly egress?: Effect; readonly outsideOnly?: true };

/** A kind of policy, or of what stands for one, that isn't computed. */
export interface PolicyRow {
  readonly kind: string;
  readonly groups: readonly string[];
  readonly scope: "cluster" | "namespace";
  /** Where the subject's field is below the object: nothing for the root, as a rule `spec`. */
  readonly subject: { readonly shape: SubjectShape; readonly field?: string };
  readonly effect: EffectShape;
  /** Only objects that have this field bear on connections at all. */
  readonly when?: "generatesPolicies" | "tenantPolicies" | "strictTls" | "primaryNetwork" | "privateSubnet";
}

const CALICO = ["crd.projectcalico.org", "projectcalico.org"];
const BY_TYPES = { by: "types", field: "policyTypes", effect: "either" } as const;
const ANY_POD = { shape: "everything" } as const;
const MAKES_POLICIES = { by: "kind", ingress: "either", egress: "either" } as const;

/**
 * Kinds that change what NetworkPolicies decide, whose subject is, and what they may do. Sources: each project's API
 * reference; network-policy-api v0.3.0 for the tiers.
 */
export const POLICY_TABLE: readonly PolicyRow[] = [
  {
    kind: "AdminNetworkPolicy",
    groups: ["policy.networking.k8s.io"],
    scope: "cluster",
    subject: { shape: "namespacesOrPods", field: "subject" },
    effect: { by: "actions", tier: "admin" },
  },
  {
    kind: "BaselineAdminNetworkPolicy",
    groups: ["policy.networking.k8s.io"],
    scope: "cluster",
    subject: { shape: "namespacesOrPods", field: "subject" },
    effect: { by: "actions", tier: "baseline" },
  },
  {
    kind: "ClusterNetworkPolicy",
    groups: ["policy.networking.k8s.io", "networking.k8s.aws"],
    scope: "cluster",
    subject: { shape: "namespacesOrPods", field: "subject" },
    effect: { by: "actions", tier: "field" },
  },
  {
    kind: "ApplicationNetworkPolicy",
    groups: ["networking.k8s.aws"],
    scope: "namespace",
    subject: { shape: "podSelector", field: "podSelector" },
    effect: BY_TYPES,
  },
  {
    kind: "CiliumNetworkPolicy",
    groups: ["cilium.io"],
    scope: "namespace",
    subject: { shape: "endpointSelector", field: "endpointSelector" },
    effect: { by: "sections" },
  },
  {
    kind: "CiliumClusterwideNetworkPolicy",
    groups: ["cilium.io"],
    scope: "cluster",
    subject: { shape: "endpointSelector", field: "endpointSelector" },
    effect: { by: "sections" },
  },
  {
    kind: "NetworkPolicy",
    groups: CALICO,
    scope: "namespace",
    subject: { shape: "calicoSelector" },
    effect: { by: "types", field: "types", effect: "either" },
  },
  {
    kind: "GlobalNetworkPolicy",
    groups: CALICO,
    scope: "cluster",
    subject: { shape: "calicoSelector" },
    effect: { by: "types", field: "types", effect: "either" },
  },
  {
    kind: "HostEndpoint",
    groups: CALICO,
    scope: "cluster",
    subject: { shape: "nodes" },
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
  },
  {
    kind: "NetworkPolicy",
    groups: ["crd.antrea.io"],
    scope: "namespace",
    subject: { shape: "appliedTo" },
    effect: { by: "actions", tier: "admin" },
  },
  {
    kind: "ClusterNetworkPolicy",
    groups: ["crd.antrea.io"],
    scope: "cluster",
    subject: { shape: "appliedTo" },
    effect: { by: "actions", tier: "admin" },
  },
  {
    kind: "FQDNNetworkPolicy",
    groups: ["networking.gke.io"],
    scope: "namespace",
    subject: { shape: "podSelector", field: "podSelector" },
    effect: { by: "kind", egress: "either" },
  },
  {
    kind: "AuthorizationPolicy",
    groups: ["security.istio.io"],
    scope: "namespace",
    subject: { shape: "istioSelector", field: "selector" },
    effect: { by: "kind", ingress: "narrows" },
  },
  {
    kind: "PeerAuthentication",
    groups: ["security.istio.io"],
    scope: "namespace",
    subject: { shape: "istioSelector", field: "selector" },
    effect: { by: "kind", ingress: "narrows" },
    when: "strictTls",
  },
  {
    kind: "Sidecar",
    groups: ["networking.istio.io"],
    scope: "namespace",
    subject: { shape: "istioSelector", field: "workloadSelector" },
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
  },
  {
    kind: "Server",
    groups: ["policy.linkerd.io"],
    scope: "namespace",
    subject: { shape: "podSelector", field: "podSelector" },
    effect: { by: "kind", ingress: "narrows" },
  },
  {
    kind: "TrafficPermission",
    groups: ["kuma.io"],
    scope: "cluster",
    subject: ANY_POD,
    effect: { by: "kind", ingress: "narrows" },
  },
  {
    kind: "MeshTrafficPermission",
    groups: ["kuma.io"],
    scope: "namespace",
    subject: ANY_POD,
    effect: { by: "kind", ingress: "narrows" },
  },
  {
    kind: "ServiceIntentions",
    groups: ["consul.hashicorp.com"],
    scope: "namespace",
    subject: ANY_POD,
    effect: { by: "kind", ingress: "narrows" },
  },
  {
    kind: "EgressFirewall",
    groups: ["k8s.ovn.org"],
    scope: "namespace",
    subject: { shape: "ownNamespace" },
    effect: { by: "kind", egress: "narrows", outsideOnly: true },
  },
  {
    kind: "UserDefinedNetwork",
    groups: ["k8s.ovn.org"],
    scope: "namespace",
    subject: { shape: "ownNamespace" },
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
    when: "primaryNetwork",
  },
  {
    kind: "ClusterUserDefinedNetwork",
    groups: ["k8s.ovn.org"],
    scope: "cluster",
    subject: { shape: "namespaceSelector", field: "namespaceSelector" },
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
    when: "primaryNetwork",
  },
  {
    kind: "EgressNetworkPolicy",
    groups: ["network.openshift.io"],
    scope: "namespace",
    subject: { shape: "ownNamespace" },
    effect: { by: "kind", egress: "narrows", outsideOnly: true },
  },
  {
    kind: "NetNamespace",
    groups: ["network.openshift.io"],
    scope: "cluster",
    subject: { shape: "namespaceOfItsName" },
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
  },
  {
    kind: "Subnet",
    groups: ["kubeovn.io"],
    scope: "cluster",
    subject: ANY_POD,
    effect: { by: "kind", ingress: "narrows", egress: "narrows" },
    when: "privateSubnet",
  },
  // Kinds whose controllers write NetworkPolicies.
  {
    kind: "ClusterPolicy",
    groups: ["kyverno.io"],
    scope: "cluster",
    subject: ANY_POD,
    effect: MAKES_POLICIES,
    when: "generatesPolicies",
  },
  {
    kind: "Policy",
    groups: ["kyverno.io"],
    scope: "namespace",
    subject: { shape: "ownNamespace" },
    effect: MAKES_POLICIES,
    when: "generatesPolicies",
  },
  {
    kind: "GeneratingPolicy",
    groups: ["policies.kyverno.io"],
    scope: "cluster",
    subject: ANY_POD,
    effect: MAKES_POLICIES,
  },
  {
    kind: "Tenant",
    groups: ["capsule.clastix.io"],
    scope: "cluster",
    subject: ANY_POD,
    effect: MAKES_POLICIES,
    when: "tenantPolicies",
  },
  {
    kind: "ClientIntents",
    groups: ["k8s.otterize.com"],
    scope: "namespace",
    subject: ANY_POD,
    effect: MAKES_POLICIES,
  },
  {
    kind: "Package",
    groups: ["uds.dev"],
    scope: "namespace",
    subject: { shape: "ownNamespace" },
    effect: MAKES_POLICIES,
  },
];

/** Whether a kind changes connections only by the NetworkPolicies that its controller writes. */
export const makesPolicies = ({ effect }: PolicyRow): boolean => effect === MAKES_POLICIES;

/** Kinds that are called like policies and change no connection: previews of others, or secondary networks. */
export const HARMLESS: ReadonlySet<string> = new Set([
  ...CALICO.flatMap((group) =>
    ["StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy"].map(
      (kind) => `${group}/${kind}`,
    ),
  ),
  "k8s.cni.cncf.io/MultiNetworkPolicy",
]);
