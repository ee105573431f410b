import type { Labels, PodChoice } from "../flows";
import type { AwsNetwork, AwsPlacement } from "./aws/network";

/**
 * The CNI whose NetworkPolicy implementation decides how policies are spelled; never what they mean. `azure` is
 * spelled by its documentation alone: nothing here has been run on it.
 */
export type CniProfile = "k3s" | "calico" | "cilium" | "aws-vpc-cni" | "azure";

/** Every profile, in the order in which errors list them. */
export const CNI_PROFILES: readonly CniProfile[] = ["k3s", "calico", "cilium", "aws-vpc-cni", "azure"];

/** `off`: none of our policies. `observe`: they exist and block nothing. `enforce`: what no flow declares is blocked. */
export type Stage = "off" | "observe" | "enforce";

/** Every stage, in the order in which an application goes through them. */
export const STAGES: readonly Stage[] = ["off", "observe", "enforce"];

/** Which environment a stack provisions. `uat` and `prod` are protected from deletion. */
export type Environment = "dev" | "uat" | "prod";

/** Every environment, in the order in which a release goes through them. */
export const ENVIRONMENTS: readonly Environment[] = ["dev", "uat", "prod"];

/** How the program reaches a cluster. Absent `kubeconfig`: what the Kubernetes client takes by default. */
export interface KubeContext {
  readonly context: string;
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string;
}

/** Where the cluster's pods resolve names, UDP and TCP 53. */
export interface ClusterDns {
  readonly namespace: string;
  readonly pods: Labels;
  /** NodeLocal DNSCache's link-local addresses ("169.254.20.10"); empty where the cluster has no such cache. */
  readonly nodeLocalAddresses: readonly string[];
  /** Cluster IPs of the DNS Service: where the CNI filters before DNAT, or a node-local cache listens on them. */
  readonly serviceAddresses: readonly string[];
}

/** Addresses on which API servers listen. A single server is a /32 or /128. */
export interface ApiServerEndpoint {
  readonly cidr: string;
  readonly port: number;
}

/** The Kubernetes API as network ends: no label selects it. */
export interface ApiServer {
  readonly endpoints: readonly ApiServerEndpoint[];
  /** Cluster IPs of the Service `kubernetes.default`, port 443: what a CNI that filters before DNAT sees. */
  readonly serviceAddresses: readonly string[];
}

/** A service that the platform's owners run on the cluster: ingress controller, Prometheus, an operator. */
export interface PlatformService {
  readonly namespace: string;
  readonly pods: PodChoice;
}

/** Where a bucket is reached: a gateway endpoint (its prefix list's public CIDRs) or an interface endpoint. */
export type BucketEndpoint =
  | { readonly kind: "gateway"; readonly prefixListCidrs: readonly string[] }
  | { readonly kind: "interface"; readonly subnetCidrs: readonly string[] };

/** Where pods get their cloud credentials: STS's interface endpoint, or the agent on their node. */
export type CloudIdentity =
  { readonly kind: "irsa"; readonly stsSubnetCidrs: readonly string[] } | { readonly kind: "pod-identity" };

/** What a cluster's owner sets for all of its namespaces, above and below the NetworkPolicies that are in them. */
export interface ClusterBaselineFacts {
  /** The version of ClusterNetworkPolicy that the cluster serves. */
  readonly version: "v1alpha2" | "v1beta1";
  /** Namespaces that it leaves alone, besides those of DNS and of platform services. */
  readonly exempt: readonly string[];
  /** Namespaces of others whose pods may reach the subnets of the applications' databases. */
  readonly databaseClients: readonly string[];
}

/** A cluster: everything that a compiler has to know of it, and nothing of what runs on it. */
export interface Cluster {
  readonly name: string;
  /** Names that it had before: what they provisioned is kept under the new one. */
  readonly aliases?: readonly string[];
  /**
   * What it is known by for good, whatever its name or its API server's address: Pulumi takes another one for another cluster, and makes
   * everything anew. Absent: its name.
   */
  readonly identifier?: string;
  readonly access: KubeContext;
  readonly cni: CniProfile;
  /** Canonical CIDRs. The families of the pods' addresses are the families that policies are written for. */
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly nodeCidrs: readonly string[];
  readonly dns: ClusterDns;
  readonly apiServer: ApiServer;
  /** By the name that `platform()` uses: "ingress", "monitoring", "postgres-operator". */
  readonly platform: Readonly<Record<string, PlatformService>>;
  /** What its owner sets for all namespaces; absent where nothing is. */
  readonly baseline?: ClusterBaselineFacts;
  /** Present on EKS only. */
  readonly aws?: AwsNetwork;
}

/** Pod Security admission levels. Source: Kubernetes documentation, "Pod Security Standards". */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** Levels by mode. An adopted namespace gets `audit` and `warn` only: `enforce` could stop its next restart. */
export interface PodSecurity {
  readonly enforce: PodSecurityLevel;
  readonly audit: PodSecurityLevel;
  readonly warn: PodSecurityLevel;
}

/** Where an application's database is. */
export interface DatabasePlacement {
  /** Every subnet of its subnet group: a failover moves it to another of them. */
  readonly subnetCidrs: readonly string[];
}

/** Where an application's bucket is reached. */
export interface BucketPlacement {
  readonly endpoint: BucketEndpoint;
}

/** One application on one cluster. */
export interface Placement {
  readonly application: string;
  readonly environment: Environment;
  readonly namespace: string;
  readonly stage: Stage;
  /**
   * Workloads that stay observed while their application is enforced. There is no other way round: policies only
   * add up, so nothing can isolate one workload of a namespace whose `isolation` allows all.
   */
  readonly observedWorkloads: readonly string[];
  /** Whether the namespace exists already and keeps its own labels. */
  readonly adopt: boolean;
  readonly podSecurity: PodSecurity;
  /** By the name that the application declares. */
  readonly databases: Readonly<Record<string, DatabasePlacement>>;
  /** By the name that the application declares. */
  readonly buckets: Readonly<Record<string, BucketPlacement>>;
  readonly identity?: CloudIdentity;
  /** What its databases and buckets are as AWS resources; on EKS only. */
  readonly aws?: AwsPlacement;
}
