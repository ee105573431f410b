import type { LivePod } from "./pods";

/** One thing that the config says, beside what the cluster is. */
export interface Check {
  readonly subject: string;
  readonly state: "ok" | "wrong" | "unknown";
  /** What was found, and what to do where it is wrong. */
  readonly detail: string;
}

/** Objects of a kind; undefined where they may not be read. */
export type Listing = readonly unknown[] | undefined;

/** What the preflight reads of a cluster. */
export interface Snapshot {
  readonly namespaces: readonly string[];
  readonly pods: readonly LivePod[];
  readonly nodes: Listing;
  readonly daemonSets: Listing;
  /** ConfigMaps of kube-system by name, without those that aren't there or may not be read. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Of EKS Auto Mode; undefined where the API has none, too. */
  readonly nodeClasses: Listing;
  /** Of the Service kubernetes in namespace default. */
  readonly endpointSlices: Listing;
  /** Cluster IPs by "namespace/name"; undefined where they may not be read. */
  readonly serviceAddresses: ReadonlyMap<string, string> | undefined;
  /** Whether the API serves SecurityGroupPolicy. */
  readonly securityGroupPolicies: boolean;
}
