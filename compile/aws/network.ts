/**
 * Which security groups a cluster's pods have. `off`: the node's. `migrating`: workloads that talk to AWS get their own
 * when they restart, and both theirs and the node's are admitted. `on`: only theirs. `leaving`: the way back: nothing
 * attaches groups any more, pods that restart have the node's again, and both are still admitted.
 */
export type PodSecurityGroups = "off" | "migrating" | "on" | "leaving";

/** Every mode, in the order of a round trip. */
export const POD_SECURITY_GROUPS: readonly PodSecurityGroups[] = ["off", "migrating", "on", "leaving"];

/** A security group that another owner made. We add rules of our own to it, never change theirs. */
export interface GivenGroup {
  readonly id: string;
  /** What its owner lets out: `open`, anything, as EKS sets its cluster group; `listed`: we list what flows need. */
  readonly egress: "open" | "listed";
  /** How many rules its owner has there, for the quota; absent: unknown, and then only ours are budgeted. */
  readonly ownersRules?: RuleCount;
}

/** Rules of a group by direction. */
export interface RuleCount {
  readonly ingress: number;
  readonly egress: number;
}

/** An interface endpoint that exists: STS's, Secrets Manager's. */
export interface InterfaceEndpoint {
  readonly group: GivenGroup;
  /** Whom its owner lets in: the whole VPC, or only what is listed, so that we add a rule for each client. */
  readonly ingress: "vpc" | "listed";
  /** Where its addresses are; a NetworkPolicy can't name it otherwise. */
  readonly subnetCidrs: readonly string[];
}

/** A list of addresses that AWS manages. */
export interface PrefixList {
  readonly id: string;
  /** As config or the snapshot says; a look-up at preview replaces them. */
  readonly cidrs: readonly string[];
  readonly lookUp: boolean;
}

/** How the VPC reaches S3. */
export type S3Endpoint = S3Path & {
  /** Whether we write its policy, over what its owner has there: whoever uses another bucket is then shut out. */
  readonly takeOverPolicy: boolean;
  /** Buckets that other programs in the VPC use: that policy admits them beside those of flows and ECR's layers. */
  readonly alsoBuckets: readonly string[];
};

/** Where S3 is reached: by a gateway endpoint, or by an interface endpoint. */
export type S3Path =
  | {
      readonly kind: "gateway";
      readonly source:
        | { readonly kind: "existing"; readonly id: string }
        | { readonly kind: "new"; readonly routeTableIds: readonly string[] };
      /** The region's S3 prefix list: AWS's, the same for every VPC of the region. */
      readonly prefixList: PrefixList;
    }
  | {
      readonly kind: "interface";
      readonly source:
        | {
            readonly kind: "existing";
            readonly id: string;
            readonly group: GivenGroup;
            readonly ingress: "vpc" | "listed";
          }
        | { readonly kind: "new"; readonly subnetIds: readonly string[] };
      readonly subnetCidrs: readonly string[];
    };

/** What AWS allows. Source: Amazon VPC quotas; each can be raised by AWS, so each is configurable. */
export interface Quotas {
  /** Rules per group and direction, IPv4 and IPv6 counted apart. */
  readonly rulesPerGroup: number;
  /** Groups per network interface; 16 at most. */
  readonly groupsPerInterface: number;
  /** What `rulesPerGroup` times `groupsPerInterface` may be. */
  readonly rulesPerInterface: number;
  readonly groupsPerRegion: number;
  /** What a reference to the region's S3 prefix list counts. */
  readonly s3PrefixListWeight: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  rulesPerGroup: 60,
  groupsPerInterface: 5,
  rulesPerInterface: 1000,
  groupsPerRegion: 2500,
  s3PrefixListWeight: 1,
};

/** Who may assume roles in this cluster's name. */
export interface ClusterIdentity {
  /** ARN of the cluster's OIDC provider, for IRSA. */
  readonly oidcProviderArn?: string;
  /** The cluster's name in EKS, for Pod Identity. */
  readonly eksName: string;
}

/** Checked network facts of the VPC that an EKS cluster runs in. */
export interface AwsNetwork {
  /** AWS's partition: "aws", "aws-cn", "aws-us-gov". */
  readonly partition: string;
  /** "eu-central-1". */
  readonly region: string;
  /** The account's twelve digits. */
  readonly account: string;
  /** The VPC and its CIDRs, canonical. */
  readonly vpc: { readonly id: string; readonly cidrs: readonly string[] };
  readonly ipFamily: "ipv4" | "ipv6";
  /** Whether pods have groups of their own. */
  readonly podSecurityGroups: PodSecurityGroups;
  /** NETWORK_POLICY_ENFORCING_MODE: under `standard`, a pod starts open until its policies reach its node. */
  readonly networkPolicyEnforcingMode: "standard" | "strict";
  /** Whether AWS_VPC_K8S_CNI_EXTERNALSNAT is on: else traffic that leaves the VPC has the node's group. */
  readonly externalSnat: boolean;
  readonly groups: {
    /** What nodes have, and so the pods without a group of their own. */
    readonly node: GivenGroup;
    /** What the control plane's interfaces have: the EKS cluster security group. */
    readonly controlPlane: GivenGroup;
    /** What CoreDNS's pods have. */
    readonly dns: GivenGroup;
    /** The id of a `dns-client` group that another stack of the same cluster made; absent: this one makes it. */
    readonly dnsClient?: string;
    /** Of platform services whose pods have a group of their own, by the name that `platform()` uses. */
    readonly platform: Readonly<Record<string, GivenGroup>>;
  };
  readonly endpoints: {
    readonly s3?: S3Endpoint;
    readonly sts?: InterfaceEndpoint;
    readonly secretsManager?: InterfaceEndpoint;
  };
  /** Who may assume roles in its name. */
  readonly identity: ClusterIdentity;
  /** Principals that a bucket's policy never shuts out; needed where there is a bucket. */
  readonly principals?: { readonly deployer: string; readonly breakGlass: string };
  /** What AWS allows the account. */
  readonly quotas: Quotas;
}

/** Whose group a database that exists has. */
export type DatabaseGroup =
  | { readonly kind: "given"; readonly group: GivenGroup }
  /** We make one; the database's owner attaches it. */
  | { readonly kind: "to-attach" };

/** How pods log in: by a token that their role signs, or by a password from Secrets Manager. */
export type DatabaseCredentials =
  { readonly kind: "iam"; readonly user: string } | { readonly kind: "secret" };

/** A database as AWS resources. */
export type DatabaseSource =
  | {
      readonly kind: "existing";
      readonly identifier: string;
      readonly group: DatabaseGroup;
      /** "db-ABC…" or "cluster-ABC…": what `rds-db:connect` names. */
      readonly resourceId?: string;
      /** ARN of the secret with its password. */
      readonly secretArn?: string;
    }
  | {
      readonly kind: "new";
      readonly identifier: string;
      readonly subnetIds: readonly string[];
      readonly engineVersion: string;
      /** "db.t4g.medium". */
      readonly instanceClass: string;
      /** GiB; Aurora's grows by itself. */
      readonly storageGb: number;
      /** Absent: the account's default key for RDS. */
      readonly kmsKeyArn?: string;
    };

/** A bucket as AWS resources. */
export type BucketSource =
  | {
      readonly kind: "existing";
      readonly bucketName: string;
      readonly kmsKeyArn?: string;
      /** Whether we write its policy over what its owner has there. */
      readonly takeOverPolicy: boolean;
    }
  | { readonly kind: "new"; readonly bucketName: string; readonly kmsKeyArn?: string };

/** What one application has on AWS beside what its flows say. */
export interface AwsPlacement {
  /** By the name that the application declares. */
  readonly databases: Readonly<
    Record<string, { readonly source: DatabaseSource; readonly credentials: DatabaseCredentials }>
  >;
  readonly buckets: Readonly<Record<string, { readonly source: BucketSource }>>;
  /** Groups of other owners that a workload's pods need too, by workload: each counts against the interface's quota. */
  readonly extraGroups: Readonly<Record<string, readonly string[]>>;
  /** What SecurityGroupPolicies select: pods by their labels, or whoever runs as the workload's ServiceAccount. */
  readonly attachBy: "pod-labels" | "service-account";
  /** Whether we make ServiceAccounts, or annotate those that the application's own deployment makes. */
  readonly serviceAccountOwner: "palisade" | "application";
  /** Who says, and when, that every pod restarted since `migrating`: where there is no cluster to ask. */
  readonly podsRestarted?: string;
}
