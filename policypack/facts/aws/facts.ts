import type { ResourceInput } from "../subject";
import {
  type BucketFact,
  type BucketPolicyFact,
  type PublicAccessBlockFact,
  readBucket,
  readBucketPolicy,
  readPublicAccessBlock,
} from "./bucket";
import { type DatabaseFact, readDatabase } from "./database";
import { readVpcEndpoint, type VpcEndpointFact } from "./endpoint";
import { type ParameterGroupFact, readParameterGroup } from "./parameterGroup";
import { type GroupRuleFact, readSingleRule, readStandaloneRule } from "./groupRule";
import { readSecurityGroup, type SecurityGroupFact } from "./securityGroup";
import { type AwsSubject, awsSubject } from "./subject";

/** What the invariants judge of AWS. */
export type AwsFact =
  | SecurityGroupFact
  | GroupRuleFact
  | DatabaseFact
  | ParameterGroupFact
  | BucketFact
  | BucketPolicyFact
  | PublicAccessBlockFact
  | VpcEndpointFact;

type Reader = (subject: AwsSubject) => AwsFact;

/**
 * The types, by their part after `aws:`. `bucketV2` is v6's name of the current bucket and a deprecated alias in v7;
 * `bucket` is that bucket in v7 and the one with everything inline in v6: all are read alike.
 */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["ec2/securityGroup:SecurityGroup", (subject) => readSecurityGroup(subject, false)],
  ["ec2/defaultSecurityGroup:DefaultSecurityGroup", (subject) => readSecurityGroup(subject, true)],
  ["ec2/securityGroupRule:SecurityGroupRule", readSingleRule],
  [
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    (subject) => readStandaloneRule(subject, "ingress"),
  ],
  ["vpc/securityGroupEgressRule:SecurityGroupEgressRule", (subject) => readStandaloneRule(subject, "egress")],
  ["rds/instance:Instance", (subject) => readDatabase(subject, "instance")],
  ["rds/cluster:Cluster", (subject) => readDatabase(subject, "cluster")],
  ["rds/clusterInstance:ClusterInstance", (subject) => readDatabase(subject, "member")],
  ["rds/parameterGroup:ParameterGroup", readParameterGroup],
  ["rds/clusterParameterGroup:ClusterParameterGroup", readParameterGroup],
  ["s3/bucket:Bucket", readBucket],
  ["s3/bucketV2:BucketV2", readBucket],
  ["s3/bucketPolicy:BucketPolicy", readBucketPolicy],
  [
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    (subject) => readPublicAccessBlock(subject, "bucket"),
  ],
  [
    "s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    (subject) => readPublicAccessBlock(subject, "account"),
  ],
  ["ec2/vpcEndpoint:VpcEndpoint", readVpcEndpoint],
]);

const PREFIX = "aws:";

/** The fact of one AWS resource; undefined for types that no invariant judges. */
export function readAwsFact(resource: ResourceInput): AwsFact | undefined {
  if (!resource.type.startsWith(PREFIX)) return undefined;
  const read = READERS.get(resource.type.slice(PREFIX.length));
  return read?.(awsSubject(resource));
}
