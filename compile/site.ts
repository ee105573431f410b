import type { Application } from "../flows";
import { type ClusterAddresses, clusterAddresses } from "./addresses";
import type { Cluster, Placement } from "./cluster";
import type { AwsNetwork, AwsPlacement } from "./aws/network";

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
  /** Those that this program provisions, sorted by application. */
  readonly tenants: readonly Tenant[];
  /** Those of the same cluster that another stack provisions: flows lead to them and come from them. */
  readonly others: readonly Application[];
}

/** An application that has nothing on AWS. */
const NO_AWS_PLACEMENT: AwsPlacement = {
  databases: {},
  buckets: {},
  extraGroups: {},
  attachBy: "pod-labels",
  serviceAccountOwner: "palisade",
};

/** The site of a cluster's applications; undefined where the cluster is in no VPC. */
export function siteOf(
  cluster: Cluster,
  placed: readonly { readonly application: Application; readonly placement: Placement }[],
  neighbours: readonly { readonly application: Application }[] = [],
): Site | undefined {
  const { aws } = cluster;
  if (aws === undefined) return undefined;
  const ours = new Set(placed.map(({ application }) => application.name));
  return {
    cluster: { ...cluster, aws },
    addresses: clusterAddresses(cluster),
    tenants: placed
      .map(({ application, placement }) => ({
        application,
        placement,
        aws: placement.aws ?? NO_AWS_PLACEMENT,
      }))
      .sort((a, b) => (a.application.name < b.application.name ? -1 : 1)),
    others: neighbours.map(({ application }) => application).filter(({ name }) => !ours.has(name)),
  };
}
