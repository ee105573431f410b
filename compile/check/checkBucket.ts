import { atCluster, below, type Place, type Problem, quote } from "../../problems";
import { BUCKET_NAME_RULES, bucketNameProblem } from "./bucketName";
import type { Site, Tenant } from "../site";

/** What is wrong with which bucket it is and how it is reached. */
export function checkBucket(name: string, tenant: Tenant, { cluster }: Site, at: Place): Problem[] {
  const used = tenant.application.flows.some(({ to }) => to.kind === "bucket" && to.bucket === name);
  if (!used) return [];
  const place = below(at, "buckets", name);
  const problems: Problem[] = [];
  const source = tenant.aws.buckets[name]?.source;
  if (source === undefined) {
    problems.push({
      place,
      message: "a flow leads to it, but nothing says which bucket it is",
      remedy: "Give its source: { kind: existing | new, bucketName: … }",
    });
  } else {
    const wrong = bucketNameProblem(source.bucketName);
    if (wrong !== undefined) {
      problems.push({
        place: below(place, "source", "bucketName"),
        message: `${quote(source.bucketName)} ${wrong}`,
        remedy: BUCKET_NAME_RULES,
      });
    }
  }
  const { endpoints, principals } = cluster.aws;
  if (principals === undefined) {
    problems.push({
      place: below(atCluster(cluster.name), "aws", "principals"),
      message: "a bucket's policy would shut out whoever deploys, and everyone in an emergency",
      remedy: "Give principals: { deployer: …, breakGlass: … }, the ARNs of two roles",
    });
  }
  const { s3 } = endpoints;
  if (s3 === undefined) {
    problems.push({
      place,
      message: `cluster ${cluster.name} has no endpoint for S3`,
      remedy: "Give aws.endpoints.s3: gateway or interface, existing or new",
    });
  } else if (s3.kind === "gateway" && s3.prefixList.cidrs.length === 0) {
    problems.push({
      place: below(atCluster(cluster.name), "aws", "endpoints", "s3", "prefixList"),
      message: `no CIDRs of ${s3.prefixList.id} are known, so no NetworkPolicy can admit S3`,
      remedy: `Record the snapshot of ${cluster.aws.region} (docs/aws.md), or give the CIDRs`,
    });
  }
  return problems;
}
