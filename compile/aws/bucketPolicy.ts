import { type PolicyStatement, policyDocument } from "./iamStatement";

/** What a bucket's policy has to know. `T`: how ids that may not be known yet are held. */
export interface BucketPolicyFacts {
  readonly partition: string;
  readonly bucketName: string;
  /** Ids of the VPC endpoints through which data may pass; at least one. */
  readonly endpointIds: readonly string[];
  /** ARNs of the roles whose workloads have a flow to the bucket. */
  readonly roleArns: readonly string[];
  /** ARNs of the principals that are never shut out: the deploying role and the break-glass one. */
  readonly spared: readonly string[];
}

/**
 * What reads or changes objects, or lists them. Nothing that manages the bucket: a policy that denied this could not be
 * taken back by anyone but the account's root.
 */
const DATA_ACTIONS: readonly string[] = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersion",
  "s3:DeleteObjectVersionTagging",
  "s3:GetObject",
  "s3:GetObjectAttributes",
  "s3:GetObjectTagging",
  "s3:GetObjectTorrent",
  "s3:GetObjectVersion",
  "s3:GetObjectVersionAttributes",
  "s3:GetObjectVersionTagging",
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:ListBucketVersions",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionAcl",
  "s3:PutObjectVersionTagging",
  "s3:RestoreObject",
];

/**
 * The statements of a bucket's policy: TLS only; data only through the VPC's endpoint; data only by the workloads'
 * roles. Denials on `aws:PrincipalArn`, never NotPrincipal, which would miss assumed roles' sessions. Who is spared may
 * do so from anywhere. Presigned URLs that are used outside the endpoint stop working.
 */
function bucketPolicyStatements(facts: BucketPolicyFacts): PolicyStatement[] {
  const { partition, bucketName, endpointIds, roleArns, spared } = facts;
  const bucket = `arn:${partition}:s3:::${bucketName}`;
  const both = [bucket, `${bucket}/*`];
  const deny = { Effect: "Deny", Principal: "*", Resource: both } as const;
  return [
    { Sid: "TlsOnly", ...deny, Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    {
      Sid: "OnlyThroughTheEndpoint",
      ...deny,
      Action: DATA_ACTIONS,
      Condition: {
        StringNotEquals: { "aws:SourceVpce": [...endpointIds].sort() },
        ArnNotEquals: { "aws:PrincipalArn": [...spared].sort() },
      },
    },
    {
      Sid: "OnlyByTheWorkloads",
      ...deny,
      Action: DATA_ACTIONS,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [...new Set([...roleArns, ...spared])].sort() } },
    },
  ];
}

/** The policy as the text that AWS stores. */
export const bucketPolicyText = (facts: BucketPolicyFacts): string =>
  JSON.stringify(policyDocument(bucketPolicyStatements(facts)));
