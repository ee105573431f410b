/**
 * Pulumi resources on AWS: groups, databases, buckets, roles and the rules between them, and what only AWS can look up.
 * In: a cluster in a VPC with its applications. Out: registered resources, and each application's share for its
 * `IsolatedApplication`. Loaded only for such a cluster: the provider's SDK takes a twentieth of a second.
 * Tests: test/components/aws/components.test.ts, test/components/aws/lives.test.ts.
 */
import type { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../flows";
import type { AwsShare } from "../awsShare";
import { optionsUnder, type Under } from "../under";
import { type Cluster, type Environment, type Placement, siteOf } from "../../compile";
import { type LookedUp, subnetCidrsOf, withPrefixListOfToday } from "./lookUp";
import { type AwsNetwork, type CompiledSite, compileSite } from "../../compile/aws";
import type { CompiledPolicies } from "../../compile/networkPolicy";
import { type AwsPlace, AwsProviders } from "./providers";
import { provisionCompiled } from "./provision";

export { BucketAccess, type BucketAccessArgs } from "./bucketAccess";
export { ClusterAccess, type ClusterAccessArgs } from "./clusterAccess";
export { DatabaseAccess, type DatabaseAccessArgs, type DatabaseClient } from "./databaseAccess";
export { provisionSite, type SharedOwnership } from "./provision";
export { GroupIds } from "./groupIds";
export type { ProgramBucket, ProgramDatabase, ProgramGroup } from "./sources";
export { WorkloadIdentity, type WorkloadIdentityArgs } from "./workloadIdentity";
export { WorkloadSecurityGroups, type WorkloadSecurityGroupsArgs } from "./workloadSecurityGroups";

interface ApplicationOnAws {
  readonly application: Application;
  readonly placement: Placement;
  readonly policies?: CompiledPolicies;
}

/** A cluster of a stack, and the applications that other stacks provision there. */
export interface ClusterOnAws extends LookedUp<ApplicationOnAws> {
  readonly cluster: Cluster & { readonly aws: AwsNetwork };
  readonly neighbours: readonly { readonly application: Application }[];
  /** What they become on AWS, where that is compiled already. */
  readonly site?: CompiledSite;
}

/** The same, looked up and registered. */
export interface ProvisionedOnAws extends LookedUp<ApplicationOnAws> {
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

/** For one run of a program, or for one component of it, under which everything then stands. */
export function onAws(under?: Under): OnAws {
  const providers = new AwsProviders(under);
  return {
    subnetsOf: (place, group) => subnetCidrsOf(providers.of(place), group),
    provision: ({ cluster, ...given }, environment, kubernetes) => {
      const { region, account } = cluster.aws;
      const provider = providers.of({ name: cluster.name, region, account });
      return provisionOnAws({ ...given, cluster }, environment, kubernetes, provider, under);
    },
  };
}

const compiledSite = (
  cluster: Cluster,
  applications: readonly ApplicationOnAws[],
  { neighbours }: Pick<ClusterOnAws, "neighbours">,
): CompiledSite | undefined => {
  const site = siteOf(cluster, applications, neighbours);
  return site && compileSite(site);
};

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
  under: Under,
): Promise<ProvisionedOnAws> {
  const today = await withPrefixListOfToday(given, provider);
  const { cluster } = today;
  // What was compiled for other addresses doesn't hold.
  const holds = cluster === given.cluster;
  const applications = holds
    ? today.applications
    : today.applications.map(({ application, placement }) => ({ application, placement }));
  const site = holds && given.site !== undefined ? given.site : compiledSite(cluster, applications, given);
  const owners = [...new Set(applications.map(({ application }) => application.owner))].sort();
  const shares =
    site === undefined
      ? new Map<string, AwsShare>()
      : provisionCompiled(
          cluster.name,
          site,
          { environment, owner: owners.join(" + ") },
          { ...optionsUnder(under), providers: [provider, kubernetes] },
        );
  return { cluster, applications, provider, shares };
}
