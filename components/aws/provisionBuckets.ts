import type * as pulumi from "@pulumi/pulumi";
import type { AwsOutputs } from "../awsShare";
import { compareText } from "../../flows";
import { BucketAccess } from "./bucketAccess";
import type { ClusterAccess } from "./clusterAccess";
import type { CompiledTenant, Ownership, WorkloadRole } from "../../compile/aws";
import type { Site } from "../../compile";

interface BucketRegistration {
  readonly site: Site;
  readonly shared: ClusterAccess;
  readonly parent: pulumi.ComponentResource;
}

/** Buckets, and what their owners may add to the policies that stay theirs: the endpoint's too, if it serves one. */
export function registerBuckets(
  name: string,
  { tenant, roles }: CompiledTenant,
  ownership: Ownership,
  { site, shared, parent }: BucketRegistration,
): AwsOutputs["policiesForOwners"] {
  const { aws } = site.cluster;
  const { s3EndpointId } = shared;
  const buckets = Object.entries(tenant.aws.buckets).sort(([a], [c]) => compareText(a, c));
  if (s3EndpointId === undefined || buckets.length === 0) return {};
  const policies = buckets.flatMap(([bucket, { source }]) => {
    const access = new BucketAccess(
      `${name}/${bucket}`,
      {
        source,
        partition: aws.partition,
        endpointIds: [s3EndpointId],
        roleArns: rolesOf(bucket, tenant.application.flows, roles),
        spared: Object.values(aws.principals ?? {}),
        ownership,
      },
      { parent },
    );
    const isOwners = source.kind === "existing" && !source.takeOverPolicy;
    return isOwners ? [[`bucket ${source.bucketName}`, access.policy] as const] : [];
  });
  return { ...Object.fromEntries(policies), ...shared.policiesForOwners };
}

/** The roles of the workloads that have a flow to a bucket. */
function rolesOf(
  bucket: string,
  flows: CompiledTenant["tenant"]["application"]["flows"],
  roles: readonly WorkloadRole[],
): string[] {
  const from = flows.flatMap(({ from: end, to }) =>
    to.kind === "bucket" && to.bucket === bucket && end.kind === "workload"
      ? [end.instance === undefined ? end.workload : `${end.workload}/${end.instance}`]
      : [],
  );
  return roles
    .filter(({ members }) =>
      members.some((member) => from.some((id) => member === id || member.startsWith(`${id}/`))),
    )
    .map(({ arn }) => arn);
}
