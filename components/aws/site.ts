import type { Application } from "../../flows/model";
import { type ClusterAddresses, clusterAddresses } from "../addresses";
import type { Cluster, Placement } from "../cluster";
import type { AwsNetwork, AwsPlacement } from "./network";

/** A cluster that runs in a VPC. */
export type AwsCluster = Cluster & { readonly aws: AwsNetwork };

/** One application on the cluster, with what it has on AWS. */
export interface Tenant {
  readonly application: Application;
  readonly placement: Placement;
  /** The placement's, or `NO_AWS_PLACEMENT`. */
  readonly aws: AwsPlacement;
}

/** All that one compilation reads. Groups of different applications meet in rules, so a cluster compiles as a whole. */
export interface Site {
  readonly cluster: AwsCluster;
  readonly addresses: ClusterAddresses;
  /** Sorted by application. */
  readonly tenants: readonly Tenant[];
}

/** An application that has nothing on AWS. */
export const NO_AWS_PLACEMENT: AwsPlacement = {
  databases: {},
  buckets: {},
  extraGroups: {},
  attachBy: "pod-labels",
  serviceAccountOwner: "palisade",
};

/** The site of some applications on a cluster; undefined where the cluster is in no VPC. */
export function siteOf(
  cluster: Cluster,
  tenants: readonly { readonly application: Application; readonly placement: Placement }[],
): Site | undefined {
  const { aws } = cluster;
  if (aws === undefined) return undefined;
  return {
    cluster: { ...cluster, aws },
    addresses: clusterAddresses(cluster),
    tenants: tenants
      .map(({ application, placement }) => ({
        application,
        placement,
        aws: placement.aws ?? NO_AWS_PLACEMENT,
      }))
      .sort((a, b) => (a.application.name < b.application.name ? -1 : 1)),
  };
}
