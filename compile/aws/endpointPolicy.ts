import { policyDocument } from "./iamStatement";
import type { Site } from "../site";

/**
 * The policy of S3's endpoint that admits the buckets of this cluster's flows, ECR's image layers, which nodes pull
 * through the same endpoint, and the buckets that its owner adds; undefined where no flow needs a bucket. Source: Amazon
 * ECR user guide, "Minimum Amazon S3 bucket permissions".
 */
export function endpointPolicyText({ cluster, tenants }: Site): string | undefined {
  const { partition, region, endpoints } = cluster.aws;
  const named = tenants.flatMap(({ aws }) =>
    Object.values(aws.buckets).map(({ source }) => source.bucketName),
  );
  if (named.length === 0 || endpoints.s3 === undefined) return undefined;
  const arn = (bucket: string) => `arn:${partition}:s3:::${bucket}`;
  const buckets = [...new Set([...named, ...endpoints.s3.alsoBuckets])].sort();
  return JSON.stringify(
    policyDocument([
      {
        Sid: "TheseBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Resource: buckets.flatMap((bucket) => [arn(bucket), `${arn(bucket)}/*`]),
      },
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `${arn(`prod-${region}-starport-layer-bucket`)}/*`,
      },
    ]),
  );
}
