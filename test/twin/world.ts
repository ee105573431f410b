import type { Protocol } from "../../net/ports";

/** Everything the twin knows. Plain data; what is left out has the meaning that the API gives to an absent field. */
export interface TwinWorld {
  readonly namespaces: readonly TwinNamespace[];
  readonly pods: readonly TwinPod[];
  /** `networking.k8s.io/v1` NetworkPolicy objects, as a manifest holds them. */
  readonly networkPolicies: readonly TwinPolicy[];
  /** Cluster-wide policies in tiers, as manifests hold them: of the one API or of the other, never of both. */
  readonly tierPolicies?: readonly TwinTierPolicy[];
  /** Policies of Cilium's own kinds, as manifests hold them. */
  readonly ciliumPolicies?: readonly TwinCiliumPolicy[];
  readonly services?: readonly TwinService[];
  /** The cluster's pod ranges, for pods without `ips`. */
  readonly podCidrs?: readonly string[];
  /** Cilium departs from the API's words; without one they hold. */
  readonly cni?: "cilium";
  /** Cilium's enable-sctp, which is off by default. */
  readonly sctp?: boolean;
}

export interface TwinNamespace {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TwinPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `status.podIPs`; for a hostNetwork pod its node's addresses. */
  readonly ips?: readonly string[];
  readonly hostNetwork?: boolean;
  readonly node?: string;
  readonly containerPorts?: readonly TwinContainerPort[];
  /** Of a sidecar: an init container that always restarts, so that it runs beside the others. */
  readonly sidecarPorts?: readonly TwinContainerPort[];
  /** Of an init container that ends before the others start: nothing listens there, and no name means it. */
  readonly initPorts?: readonly TwinContainerPort[];
}

export interface TwinContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: Protocol;
}

/** A Service with a selector and one port, as a manifest holds it. */
export interface TwinService {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly clusterIP: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: Protocol;
  /** Of a Service of type NodePort. */
  readonly nodePort?: number;
  readonly externalTrafficPolicy?: "Cluster" | "Local";
}

/** An end of a question: a pod of the world, by namespace and name, or an address outside the cluster. */
export type TwinEnd = { readonly namespace: string; readonly name: string } | { readonly address: string };

export interface TwinPolicy {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly spec?: {
    readonly podSelector?: TwinSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly TwinPeer[];
      readonly ports?: readonly TwinPort[];
    }[];
    readonly egress?: readonly { readonly to?: readonly TwinPeer[]; readonly ports?: readonly TwinPort[] }[];
  };
}

export interface TwinSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface TwinPeer {
  readonly podSelector?: TwinSelector;
  readonly namespaceSelector?: TwinSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface TwinPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** A policy of `policy.networking.k8s.io`, whole, as a manifest holds it. */
export type TwinTierPolicy =
  TwinClusterNetworkPolicy | TwinAdminNetworkPolicy | TwinBaselineAdminNetworkPolicy;

export interface TwinClusterNetworkPolicy {
  readonly apiVersion: "policy.networking.k8s.io/v1alpha2" | "policy.networking.k8s.io/v1beta1";
  readonly kind: "ClusterNetworkPolicy";
  readonly metadata: { readonly name: string };
  readonly spec: TwinTierRules<"Accept" | "Deny" | "Pass", TwinProtocols> & {
    readonly tier: "Admin" | "Baseline";
    readonly priority: number;
  };
}

export interface TwinAdminNetworkPolicy {
  readonly apiVersion: "policy.networking.k8s.io/v1alpha1";
  readonly kind: "AdminNetworkPolicy";
  readonly metadata: { readonly name: string };
  readonly spec: TwinTierRules<"Allow" | "Deny" | "Pass", TwinTierPorts> & { readonly priority: number };
}

export interface TwinBaselineAdminNetworkPolicy {
  readonly apiVersion: "policy.networking.k8s.io/v1alpha1";
  readonly kind: "BaselineAdminNetworkPolicy";
  /** A cluster has one. */
  readonly metadata: { readonly name: "default" };
  readonly spec: TwinTierRules<"Allow" | "Deny", TwinTierPorts>;
}

interface TwinTierRules<Action, Ports> {
  readonly subject: TwinPods;
  readonly ingress?: readonly ({ readonly action: Action; readonly from: readonly TwinPods[] } & Ports)[];
  readonly egress?: readonly ({ readonly action: Action; readonly to: readonly TwinTierPeer[] } & Ports)[];
}

/** Pods, by their namespaces or by both. */
export type TwinPods =
  | { readonly namespaces: TwinSelector }
  | { readonly pods: { readonly namespaceSelector: TwinSelector; readonly podSelector: TwinSelector } };

export type TwinTierPeer =
  | TwinPods
  | { readonly nodes: TwinSelector }
  | { readonly networks: readonly string[] }
  | { readonly domainNames: readonly string[] };

/** The ports of a ClusterNetworkPolicy's rule. */
export interface TwinProtocols {
  readonly protocols?: readonly TwinProtocol[];
}

export type TwinProtocol =
  | { readonly tcp: TwinDestination }
  | { readonly udp: TwinDestination }
  | { readonly sctp: TwinDestination }
  | { readonly destinationNamedPort: string };

export interface TwinDestination {
  readonly destinationPort: { readonly number: number } | { readonly range: TwinRange };
}

export interface TwinRange {
  readonly start: number;
  readonly end: number;
}

/** The ports of a rule of the older API. */
export interface TwinTierPorts {
  readonly ports?: readonly TwinTierPort[];
}

export type TwinTierPort =
  | { readonly portNumber: { readonly protocol?: Protocol; readonly port: number } }
  | { readonly portRange: TwinRange & { readonly protocol?: Protocol } }
  | { readonly namedPort: string };

/** A policy of `cilium.io/v2`, whole, as a manifest holds it. */
export interface TwinCiliumPolicy {
  readonly apiVersion: "cilium.io/v2";
  readonly kind: "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy";
  readonly metadata: { readonly namespace?: string; readonly name: string };
  readonly spec?: TwinCiliumSpec;
  readonly specs?: readonly TwinCiliumSpec[];
}

export interface TwinCiliumSpec {
  readonly endpointSelector: TwinSelector;
  readonly ingress?: readonly TwinCiliumRule[];
  readonly ingressDeny?: readonly TwinCiliumRule[];
  readonly egress?: readonly TwinCiliumRule[];
  readonly egressDeny?: readonly TwinCiliumRule[];
  readonly enableDefaultDeny?: { readonly ingress?: boolean; readonly egress?: boolean };
}

/** Peers by what their field is called behind `from` or `to`: one of them at most. */
export interface TwinCiliumPeers {
  readonly Endpoints?: readonly TwinSelector[];
  readonly Entities?: readonly string[];
  readonly CIDR?: readonly string[];
  readonly CIDRSet?: readonly { readonly cidr: string; readonly except?: readonly string[] }[];
  readonly FQDNs?: readonly { readonly matchName: string }[];
  readonly Groups?: readonly object[];
  readonly Services?: readonly {
    readonly k8sService: { readonly serviceName: string; readonly namespace?: string };
  }[];
}

type Prefixed<Prefix extends string> = {
  readonly [K in keyof TwinCiliumPeers as `${Prefix}${K}`]: TwinCiliumPeers[K];
};

export type TwinCiliumRule = Partial<Prefixed<"from"> & Prefixed<"to">> & {
  readonly toPorts?: readonly {
    readonly ports?: readonly TwinCiliumPort[];
    readonly rules?: { readonly http?: readonly object[] };
  }[];
  readonly icmps?: readonly object[];
  readonly authentication?: { readonly mode: "required" | "disabled" };
};

export interface TwinCiliumPort {
  readonly port: string;
  readonly endPort?: number;
  readonly protocol?: Protocol | "ANY";
}
