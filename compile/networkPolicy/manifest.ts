/** The part of Kubernetes' NetworkPolicy that is ever written here: a narrower type than the API's, on purpose. */
export interface NetworkPolicyManifest {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: NetworkPolicySpec;
}

/** Empty or absent `ingress` or `egress` with its type in `policyTypes` admits nobody. */
export interface NetworkPolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly ("Ingress" | "Egress")[];
  readonly ingress?: readonly IngressRule[];
  readonly egress?: readonly EgressRule[];
}

/** Absent `matchLabels` selects everything in its scope. `matchExpressions` are written where nothing may match only (isolation.ts). */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "Exists" | "DoesNotExist";
  }[];
}

/** An empty object admits everyone: only a policy that blocks nothing has one. */
export interface IngressRule {
  readonly from?: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

/** As IngressRule, for destinations. */
export interface EgressRule {
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

/** Pods (both selectors hold) or addresses; never both. */
export type PolicyPeer =
  | { readonly namespaceSelector?: LabelSelector; readonly podSelector: LabelSelector }
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } };

/** Always a number: some CNIs skip named ports. */
export interface PolicyPort {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly port: number;
  readonly endPort?: number;
}
