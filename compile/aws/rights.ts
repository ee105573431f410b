import type { BucketAccessMode } from "../../flows";
import type { AllowStatement, StatementResource } from "./iamStatement";
import type { Member, Members } from "./membership";
import type { AwsNetwork } from "./network";
import type { Site, Tenant } from "../site";

/** What one flow needs of IAM, and a text that says it, to compare rights by. */
export interface Right {
  readonly text: string;
  readonly statements: readonly AllowStatement[];
}

/** Rights by the flows of one member. */
export function rightsOf(
  member: Member,
  { cluster }: Site,
  { aws }: Tenant,
  members: Members,
): readonly Right[] {
  return members.flowsFrom(member).flatMap(({ to }): Right[] => {
    if (to.kind === "bucket") {
      const source = aws.buckets[to.bucket]?.source;
      if (source === undefined) return [];
      const statements = bucketStatements(
        cluster.aws,
        source.bucketName,
        to.access,
        to.prefix,
        source.kmsKeyArn,
      );
      const where = to.prefix === undefined ? "" : ` under ${to.prefix}`;
      return [{ text: `${to.access} bucket ${to.bucket}${where}`, statements }];
    }
    if (to.kind !== "database") return [];
    const credentials = aws.databases[to.database]?.credentials;
    if (credentials === undefined) return [];
    const { database } = to;
    return [
      credentials.kind === "iam"
        ? {
            text: `log in to database ${database} as ${credentials.user}`,
            statements: [
              allow(["rds-db:connect"], { kind: "database-user", database, user: credentials.user }),
            ],
          }
        : {
            text: `read the password of database ${database}`,
            statements: [allow(["secretsmanager:GetSecretValue"], { kind: "database-secret", database })],
          },
    ];
  });
}

const allow = (actions: readonly string[], ...resources: readonly StatementResource[]): AllowStatement => ({
  actions,
  resources,
});

const OBJECT_ACTIONS: Readonly<Record<BucketAccessMode, readonly string[]>> = {
  read: ["s3:GetObject"],
  write: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
  "read-write": [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
  ],
};

/** Multipart uploads decrypt what they put together. Source: Amazon S3 user guide, "Using server-side encryption". */
const KEY_ACTIONS: Readonly<Record<BucketAccessMode, readonly string[]>> = {
  read: ["kms:Decrypt"],
  write: ["kms:Decrypt", "kms:GenerateDataKey"],
  "read-write": ["kms:Decrypt", "kms:GenerateDataKey"],
};

function bucketStatements(
  { partition }: AwsNetwork,
  bucketName: string,
  access: BucketAccessMode,
  prefix: string | undefined,
  kmsKeyArn: string | undefined,
): readonly AllowStatement[] {
  const bucket = `arn:${partition}:s3:::${bucketName}`;
  const list: AllowStatement = {
    ...allow(["s3:ListBucket"], { kind: "arn", arn: bucket }),
    ...(prefix === undefined ? {} : { condition: { StringLike: { "s3:prefix": [`${prefix}*`] } } }),
  };
  return [
    allow(OBJECT_ACTIONS[access], { kind: "arn", arn: `${bucket}/${prefix ?? ""}*` }),
    ...(access === "write" ? [] : [list]),
    ...(kmsKeyArn === undefined ? [] : [allow(KEY_ACTIONS[access], { kind: "arn", arn: kmsKeyArn })]),
  ];
}
