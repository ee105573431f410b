/**
 * Pulumi resources on AWS: groups, databases, buckets, roles and the rules between them, and what only AWS can look up.
 * In: a cluster in a VPC with its applications. Out: registered resources, and each application's share for its
 * `IsolatedApplication`. Loaded only for such a cluster: the provider's SDK takes a twentieth of a second.
 */
import type { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../flows";
import type { AwsShare } from "../awsShare";
import { type Cluster, type Environment, type Placement, siteOf } from "../../compile";
import { type LookedUp, subnetCidrsOf, withPrefixListOfToday } from "./lookUp";
import type { AwsNetwork } from "../../compile/aws";
import { type AwsPlace, AwsProviders } from "./providers";
import { provisionSite } from "./provision";

export { BucketAccess, type BucketAccessArgs } from "./bucketAccess";
export { ClusterAccess, type ClusterAccessArgs } from "./clusterAccess";
export { DatabaseAccess, type DatabaseAccessArgs, type DatabaseClient } from "./databaseAccess";
export { provisionSite } from "./provision";
export { WorkloadIdentity, type WorkloadIdentityArgs } from "./workloadIdentity";
export { WorkloadSecurityGroups, type WorkloadSecurityGroupsArgs } from "./workloadSecurityGroups";

interface Placed {
  readonly application: Application;
  readonly placement: Placement;
}

/** A cluster of a stack, and the applications that other stacks provision there. */
export interface ClusterOnAws extends LookedUp<Placed> {
  readonly cluster: Cluster & { readonly aws: AwsNetwork };
  readonly neighbours: readonly { readonly application: Application }[];
}

/** The same, looked up and registered. */
export interface ProvisionedOnAws extends LookedUp<Placed> {
  readonly provider: Provider;
  /** Each application's part, by its name. */
  readonly shares: ReadonlyMap<string, AwsShare>;
}

/** What a program does on AWS, each cluster by the one provider for its account and region. */
export interface OnAws {
  /** The CIDRs of every subnet of an RDS subnet group. */
  readonly subnetsOf: (place: AwsPlace, subnetGroup: string) => Promise<readonly string[]>;
  readonly provision: (
    given: ClusterOnAws,
    environment: Environment,
    kubernetes: pulumi.ProviderResource,
  ) => Promise<ProvisionedOnAws>;
}

/** For one run of a program. */
export function onAws(): OnAws {
  const providers = new AwsProviders();
  return {
    subnetsOf: (place, group) => subnetCidrsOf(providers.of(place), group),
    provision: ({ cluster, ...given }, environment, kubernetes) => {
      const { region, account } = cluster.aws;
      const provider = providers.of({ name: cluster.name, region, account });
      return provisionOnAws({ ...given, cluster }, environment, kubernetes, provider);
    },
  };
}

/**
 * Registers what a cluster's applications share on AWS; looks up what AWS alone knows first.
 *
 * @throws PalisadeInputError with every problem.
 */
async function provisionOnAws(
  given: ClusterOnAws,
  environment: Environment,
  kubernetes: pulumi.ProviderResource,
  provider: Provider,
): Promise<ProvisionedOnAws> {
  const { cluster, applications } = await withPrefixListOfToday(given, provider);
  const site = siteOf(cluster, applications, given.neighbours);
  const owners = [...new Set(applications.map(({ application }) => application.owner))].sort();
  const shares =
    site === undefined
      ? new Map<string, AwsShare>()
      : provisionSite(
          cluster.name,
          site,
          { environment, owner: owners.join(" + ") },
          { providers: [provider, kubernetes] },
        );
  return { cluster, applications, provider, shares };
}
