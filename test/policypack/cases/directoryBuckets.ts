import { aws } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const NAME = "fast--use1-az4--x-s3";
const ARN = `arn:aws:s3express:us-east-1:111122223333:bucket/${NAME}`;
const bucket = aws("s3/directoryBucket:DirectoryBucket", "fast", { bucket: NAME });
const policy = (...Statement: readonly object[]): TestResource =>
  aws("s3/bucketPolicy:BucketPolicy", "policy", {
    bucket: NAME,
    policy: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
const outside = {
  Sid: "OnlyThroughTheEndpoint",
  Effect: "Deny",
  Principal: "*",
  Action: "s3express:CreateSession",
  Resource: ARN,
  Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
};
const general = { ...outside, Action: "s3:*", Resource: [`arn:aws:s3:::${NAME}`, `arn:aws:s3:::${NAME}/*`] };

const directory = casesOf("s3-tls-and-endpoint-only", "S3 guide, bucket policies for directory buckets");
const anywhere = casesOf("s3-tls-and-endpoint-only", "programs without endpoints", {
  requireEndpoint: false,
});

/** Directory buckets, whose policies speak of sessions and not of objects. */
export const DIRECTORY_BUCKET_CASES: readonly Case[] = [
  directory("directory-bucket-without-policy", "Credentials open a session from anywhere", [bucket], "fast"),
  directory("directory-bucket-outside-denied", "Sessions come through the endpoint only", [
    bucket,
    policy(outside),
  ]),
  directory(
    "directory-bucket-denial-of-objects",
    "A denial of S3's own actions denies no session",
    [bucket, policy(general)],
    "policy",
  ),
  directory(
    "directory-bucket-denial-for-one",
    "A denial for one role only",
    [bucket, policy({ ...outside, Principal: { AWS: "arn:aws:iam::111122223333:role/reader" } })],
    "policy",
  ),
  directory(
    "directory-bucket-elsewhere",
    "The policy of another stack's directory bucket, known by its name",
    [policy(outside)],
  ),
  directory(
    "directory-bucket-open",
    "A policy that lets everybody open sessions beside the denial",
    [bucket, policy(outside, { ...outside, Sid: "Open", Effect: "Allow", Condition: undefined })],
    "policy",
  ),
  directory(
    "directory-bucket-unknown-policy",
    "The deployment tells the policy",
    [bucket, aws("s3/bucketPolicy:BucketPolicy", "policy", { bucket: NAME, policy: UNKNOWN })],
    "policy?",
  ),
  directory(
    "directory-bucket-by-reference",
    "A policy that was made from the bucket, whose name isn't known yet",
    [
      aws("s3/directoryBucket:DirectoryBucket", "fast", { bucket: UNKNOWN }, { bucket: [] }),
      aws(
        "s3/bucketPolicy:BucketPolicy",
        "policy",
        { bucket: UNKNOWN, policy: JSON.stringify({ Statement: [{ ...outside, Resource: "*" }] }) },
        { bucket: ["fast"] },
      ),
    ],
  ),
  anywhere("directory-bucket-anywhere", "Where no endpoint is asked for, nothing else is", [bucket]),
];
