import { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../flows/model";
import type { AwsShare } from "../awsShare";
import type { Cluster, Environment, Placement } from "../cluster";
import { type LookedUp, withPrefixListOfToday } from "./lookUp";
import type { AwsNetwork } from "./network";
import { provisionSite } from "./provision";
import { siteOf } from "./site";

export { BucketAccess, type BucketAccessArgs } from "./bucketAccess";
export { ClusterAccess, type ClusterAccessArgs } from "./clusterAccess";
export { type CompiledSite, type CompiledTenant, compileSite } from "./compile";
export { DatabaseAccess, type DatabaseAccessArgs, type DatabaseClient } from "./databaseAccess";
export type * from "./network";
export { provisionSite } from "./provision";
export { type Site, siteOf } from "./site";
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

/**
 * Registers what a cluster's applications share on AWS, under a provider for the cluster's account and region and no
 * other; looks up what AWS alone knows first.
 *
 * @throws PalisadeInputError with every problem.
 */
export async function provisionOnAws(
  given: ClusterOnAws,
  environment: Environment,
  kubernetes: pulumi.ProviderResource,
): Promise<ProvisionedOnAws> {
  const { name, aws } = given.cluster;
  const provider = new Provider(`${name}-aws`, {
    region: aws.region as NonNullable<ConstructorParameters<typeof Provider>[1]>["region"],
    allowedAccountIds: [aws.account],
  });
  const { cluster, applications } = await withPrefixListOfToday(given, provider);
  const site = siteOf(cluster, applications, given.neighbours);
  const owners = [...new Set(applications.map(({ application }) => application.owner))].sort();
  const shares =
    site === undefined
      ? new Map<string, AwsShare>()
      : provisionSite(
          name,
          site,
          { environment, owner: owners.join(" + ") },
          { providers: [provider, kubernetes] },
        );
  return { cluster, applications, provider, shares };
}
