import { getManagedPrefixList } from "@pulumi/aws/ec2/getManagedPrefixList";
import * as pulumi from "@pulumi/pulumi";
import { PalisadeInputError } from "../../flows/problem";
import type { Cluster, Placement } from "../cluster";
import type { AwsNetwork, PrefixList, S3Endpoint } from "./network";
import { drift } from "./prefixLists";

/** A cluster and what runs there, as a stack has them. */
export interface LookedUp<P extends { readonly placement: Placement }> {
  readonly cluster: Cluster;
  readonly applications: readonly P[];
}

/**
 * The same cluster and placements with S3's prefix list as it is today, looked up by the cluster's provider, where the
 * config says so; and a warning where it is no longer what was recorded.
 *
 * @throws PalisadeInputError where AWS's list is another, or empty: a policy for it would admit nothing, or nobody knows what.
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
  checkList(cluster.name, name, s3.prefixList, id, cidrs);
  const changed = drift(aws.region, s3.prefixList.cidrs, cidrs);
  if (changed !== undefined) await pulumi.log.warn(changed);
  return {
    cluster: { ...cluster, aws: withCidrs(aws, s3, cidrs) },
    applications: applications.map((one) => ({ ...one, placement: reachedBy(one.placement, cidrs) })),
  };
}

function checkList(
  cluster: string,
  name: string,
  expected: PrefixList,
  id: string,
  cidrs: readonly string[],
): void {
  const subject = `cluster ${cluster}: aws.endpoints.s3.prefixList`;
  if (id !== expected.id) {
    const value = `${name} is ${id}, not ${expected.id}`;
    throw new PalisadeInputError([{ subject, value, remedy: "Correct the region or the id" }]);
  }
  if (cidrs.length === 0) {
    throw new PalisadeInputError([
      { subject, value: `${name} has no entries`, remedy: "Ask AWS; set lookUp: false to use the snapshot" },
    ]);
  }
}

const withCidrs = (
  aws: AwsNetwork,
  s3: Extract<S3Endpoint, { readonly kind: "gateway" }>,
  cidrs: readonly string[],
): AwsNetwork => ({
  ...aws,
  endpoints: { ...aws.endpoints, s3: { ...s3, prefixList: { ...s3.prefixList, cidrs } } },
});

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
