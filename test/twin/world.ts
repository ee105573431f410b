import type { Protocol } from "../../net/ports";

/** Everything the twin knows. Plain data; what is left out has the meaning that the API gives to an absent field. */
export interface TwinWorld {
  readonly namespaces: readonly TwinNamespace[];
  readonly pods: readonly TwinPod[];
  /** `networking.k8s.io/v1` NetworkPolicy objects, as a manifest holds them. */
  readonly networkPolicies: readonly TwinPolicy[];
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
