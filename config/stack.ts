import type { Cluster, ClusterNetworkPolicyManifest, Environment, Placement } from "../compile";
import type { CompiledSite } from "../compile/aws";
import type { CompiledPolicies, Neighbour } from "../compile/networkPolicy";
import type { Application } from "../flows";

/** What a stack provisions: checked, and only what its selection asks for. */
export interface Stack {
  readonly environment: Environment;
  /** Clusters on which something is provisioned, in the config's order. */
  readonly clusters: readonly StackCluster[];
}

/** A cluster with the applications that this stack provisions there, sorted by name. */
export interface StackCluster {
  readonly cluster: Cluster;
  readonly applications: readonly PlacedApplication[];
  /** All applications that run there, selected or not: flows lead to them whoever provisions them. */
  readonly neighbours: readonly Neighbour[];
  /** The ClusterNetworkPolicies of its baseline, of all applications, selected or not; none without one. */
  readonly baseline: readonly ClusterNetworkPolicyManifest[];
  /** What its applications become on AWS. Absent outside a VPC, and where a selection leaves some out: that is another site. */
  readonly site?: CompiledSite;
}

/** An application, with the stack's overrides in it, and where it goes. */
export interface PlacedApplication {
  readonly application: Application;
  readonly placement: Placement;
  /** Its NetworkPolicies, compiled once, here. Absent in a VPC of which a selection leaves some applications out. */
  readonly policies?: CompiledPolicies;
}
