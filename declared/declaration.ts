/**
 * What an application declares, with every end as data: the left side of the proof. It stands in the component's outputs, so
 * that whoever sees a plan (the preview, the policy pack, another program) can hold the plan against it.
 */

/** Pods that run, told by their labels. */
export interface RunningPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The ServiceAccount that they run as, where the declaration says so. */
  readonly serviceAccount?: string;
}

/** Pods of one namespace. Every pod is said in words: an empty set of labels never means everyone. */
export interface DeclaredPods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | "every-pod";
  /** The ServiceAccount that they run as, where the declaration says so. */
  readonly serviceAccount?: string;
  /**
   * The labels of the pods that run, where these are instances of the workload: what is declared has to be open for each of
   * them, and for no other pod. Absent: the pods with `labels`.
   */
  readonly instances?: readonly Omit<RunningPods, "namespace">[];
}

/** Addresses, on the flow's ports or on those that listen there. */
export type DeclaredAddresses =
  | {
      readonly kind: "blocks";
      readonly cidrs: readonly string[];
      readonly ports?: readonly string[];
      /** A Service's own address, where the CNI sees it: security groups never do. */
      readonly service?: true;
    }
  /** Public addresses of these families but for the cluster's own. */
  | { readonly kind: "internet"; readonly families: readonly (4 | 6)[]; readonly except: readonly string[] };

/** What an end is to security groups, beside the groups that its pods carry. */
export type DeclaredGroup =
  /** A group of another owner; `admits`: whom it lets in without a rule of ours. */
  | {
      readonly kind: "given";
      readonly id: string;
      readonly admits: "anyone" | "given-groups" | "nobody";
      readonly openEgress: boolean;
    }
  /** A group that the stack makes: what the component of this name says in its output `groups`, under this key. */
  | { readonly kind: "made"; readonly component: string; readonly group: string }
  | { readonly kind: "prefix-list"; readonly id: string };

/** One end of a flow. */
export interface DeclaredEnd {
  /** What reports call it. */
  readonly name: string;
  readonly kind:
    | "workload"
    | "application"
    | "pods"
    | "platform"
    | "dns"
    | "kubernetes-api"
    | "database"
    | "bucket"
    | "cloud-identity"
    | "secrets-manager"
    | "cidr"
    | "internet";
  /** It is all of these; none where it has no pods. */
  readonly pods: readonly DeclaredPods[];
  readonly addresses: readonly DeclaredAddresses[];
  /** On AWS. Pods that carry groups of their own are judged by these. */
  readonly groups: readonly DeclaredGroup[];
}

/** One flow as it is declared, with what both ends are on this cluster. */
export interface DeclaredFlow {
  readonly id: string;
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  /** "tcp/443", sorted. */
  readonly ports: readonly string[];
  readonly because: string;
  /** The owner's policies behind it, joined by commas. */
  readonly name?: string;
}

/** The cluster's groups, where it is in a VPC. */
export interface DeclaredNetwork {
  readonly podSecurityGroups: "off" | "migrating" | "on" | "leaving";
  /** What pods have that carry no group of their own. */
  readonly node: DeclaredGroup;
  readonly vpc: readonly string[];
  readonly externalSnat: boolean;
}

/** Pods that run: a workload, or one of its instances. */
export interface DeclaredWorkload {
  /** "nginx", "fineract/write". */
  readonly id: string;
  readonly pods: RunningPods;
  /** Whether it stays observed while its application is enforced. */
  readonly observed: boolean;
  /** Whether it has groups of its own: a flow to a database or a bucket, where pods get groups. */
  readonly ownGroup: boolean;
}

/** All that an application declares on one cluster. */
export interface Declaration {
  readonly version: 1;
  readonly application: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly stage: "off" | "observe" | "enforce";
  /** Whether the namespace was there before, so that others' policies may be in it. */
  readonly adopted: boolean;
  /** Every workload, or each of its instances where it has some. */
  readonly workloads: readonly DeclaredWorkload[];
  /** The families of pods' addresses. */
  readonly families: readonly (4 | 6)[];
  readonly cni: string;
  readonly flows: readonly DeclaredFlow[];
  /** On EKS only. */
  readonly aws?: DeclaredNetwork;
}
