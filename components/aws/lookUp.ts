import { getManagedPrefixList } from "@pulumi/aws/ec2/getManagedPrefixList";
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { getSubnetGroup } from "@pulumi/aws/rds/getSubnetGroup";
import * as pulumi from "@pulumi/pulumi";
import { atCluster, below, PalisadeInputError } from "../../problems";
import type { Cluster, Placement } from "../../compile";
import { type AwsNetwork, drift, type PrefixList, type S3Endpoint } from "../../compile/aws";

/** A cluster and what runs there, as a stack has them. */
export interface LookedUp<P extends { readonly placement: Placement }> {
  readonly cluster: Cluster;
  readonly applications: readonly P[];
}

/**
 * The same cluster and placements with S3's prefix list as it is today, looked up by the cluster's provider, where the
 * config says so; and a warning where it is no longer what was recorded. The very same objects where nothing has changed.
 *
 * @throws PalisadeInputError where AWS's list is empty: a policy for it would admit nothing.
 */
export async function withPrefixListOfToday<P extends { readonly placement: Placement }>(
  { cluster, applications }: LookedUp<P>,
  provider: pulumi.ProviderResource,
): Promise<LookedUp<P>> {
  const { aws } = cluster;
  const s3 = aws?.endpoints.s3;
  if (aws === undefined || s3?.kind !== "gateway" || !s3.prefixList.lookUp) return { cluster, applications };
  const name = `com.amazonaws.${aws.region}.s3`;
  const { id, entries } = await getManagedPrefixList({ name }, { provider });
  const cidrs = entries.map(({ cidr }) => cidr).sort();
  if (cidrs.length === 0) throw noEntries(cluster.name, name);
  const changed = drift(aws.region, s3.prefixList, { id, cidrs });
  if (changed !== undefined) await pulumi.log.warn(changed);
  const isToday = (recorded: readonly string[]) => [...recorded].sort().join() === cidrs.join();
  const gateways = applications.flatMap(({ placement }) => gatewayCidrs(placement));
  if (s3.prefixList.id === id && [s3.prefixList.cidrs, ...gateways].every(isToday))
    return { cluster, applications };
  return {
    cluster: { ...cluster, aws: withPrefixList(aws, s3, { id, cidrs }) },
    applications: applications.map((one) => ({ ...one, placement: reachedBy(one.placement, cidrs) })),
  };
}

/**
 * The CIDRs of every subnet of an RDS subnet group, sorted: a failover moves the database to any of them.
 * @throws Error of the provider for a group that isn't there.
 */
export async function subnetCidrsOf(provider: pulumi.ProviderResource, name: string): Promise<string[]> {
  const { subnetIds } = await getSubnetGroup({ name }, { provider });
  const subnets = await Promise.all(subnetIds.map((id) => getSubnet({ id }, { provider })));
  const cidrs = subnets.flatMap(({ cidrBlock, ipv6CidrBlock }) => [cidrBlock, ipv6CidrBlock]);
  return [...new Set(cidrs.filter((cidr) => cidr !== ""))].sort();
}

const noEntries = (cluster: string, name: string) =>
  new PalisadeInputError([
    {
      place: below(atCluster(cluster), "aws", "endpoints", "s3", "prefixList"),
      message: `${name} has no entries`,
      remedy: "Ask AWS; set lookUp: false to use the snapshot",
    },
  ]);

const withPrefixList = (
  aws: AwsNetwork,
  s3: Extract<S3Endpoint, { readonly kind: "gateway" }>,
  today: Pick<PrefixList, "id" | "cidrs">,
): AwsNetwork => ({
  ...aws,
  endpoints: { ...aws.endpoints, s3: { ...s3, prefixList: { ...s3.prefixList, ...today } } },
});

/** What a placement's buckets are reached by, where that is a gateway. */
const gatewayCidrs = ({ buckets }: Placement): readonly (readonly string[])[] =>
  Object.values(buckets).flatMap(({ endpoint }) =>
    endpoint.kind === "gateway" ? [endpoint.prefixListCidrs] : [],
  );

/** Buckets that a placement reaches elsewhere, by an interface endpoint of its own, stay. */
const reachedBy = (placement: Placement, prefixListCidrs: readonly string[]): Placement => ({
  ...placement,
  buckets: Object.fromEntries(
    Object.entries(placement.buckets).map(([name, bucket]) => [
      name,
      bucket.endpoint.kind === "gateway" ? { endpoint: { kind: "gateway", prefixListCidrs } } : bucket,
    ]),
  ),
});
