import type { NAMESPACE_NAME_LABEL } from "../kubernetes";
import type { ClusterBaselineFacts } from "./cluster";

/** The part of ClusterNetworkPolicy that is ever written here. Source: network-policy-api v0.3.0, apis/v1alpha2 and apis/v1beta1. */
export interface ClusterNetworkPolicyManifest {
  readonly apiVersion: `policy.networking.k8s.io/${ClusterBaselineFacts["version"]}`;
  readonly kind: "ClusterNetworkPolicy";
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly tier: "Admin" | "Baseline";
    readonly priority: number;
    readonly subject: { readonly namespaces: NamespaceChoice };
    readonly ingress?: readonly BaselineIngressRule[];
    readonly egress?: readonly BaselineEgressRule[];
  };
}

/** Namespaces by name alone: no label that their owners could set. */
export interface NamespaceChoice {
  readonly matchExpressions?: readonly {
    readonly key: typeof NAMESPACE_NAME_LABEL;
    readonly operator: "In" | "NotIn";
    readonly values: readonly string[];
  }[];
}

export interface BaselinePods {
  readonly pods: {
    readonly namespaceSelector: NamespaceChoice;
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
}

export interface BaselineIngressRule {
  readonly name: string;
  readonly action: "Accept" | "Deny";
  readonly from: readonly (BaselinePods | { readonly namespaces: NamespaceChoice })[];
}

export interface BaselineEgressRule {
  readonly name: string;
  readonly action: "Accept" | "Deny";
  readonly to: readonly (
    BaselinePods | { readonly namespaces: NamespaceChoice } | { readonly networks: readonly string[] }
  )[];
  readonly protocols?: readonly Readonly<
    Partial<Record<"tcp" | "udp", { readonly destinationPort: { readonly number: number } }>>
  >[];
}
