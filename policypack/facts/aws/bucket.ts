import { type Field, known } from "../../values";
import { describe } from "../subject";
import { documentAt, type DocumentFact } from "./document";
import { type AwsSubject, property, type ResourceReference, reference } from "./subject";

/** An S3 bucket, of any of the provider's versions. */
export interface BucketFact {
  readonly kind: "Bucket";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Undefined where Pulumi chooses it. */
  readonly name: Field<string | undefined>;
  /** A directory bucket: its actions are s3express's, it knows no ACL, and its public access is always blocked. */
  readonly isDirectory: boolean;
  /** The policy that the bucket's own resource holds, in older spellings; undefined where there is none. */
  readonly policy: DocumentFact | undefined;
}

/** A bucket's policy as a resource of its own. */
export interface BucketPolicyFact {
  readonly kind: "BucketPolicy";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly bucket: ResourceReference | undefined;
  readonly policy: DocumentFact;
}

/** The four flags of a public access block, in the order in which AWS lists them. */
export const BLOCK_FLAGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** A public access block: a bucket's, its whole account's, or an access point's. */
export interface PublicAccessBlockFact {
  readonly kind: "PublicAccessBlock";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Undefined for any but a bucket's. */
  readonly bucket: ResourceReference | undefined;
  readonly scope: "bucket" | "account" | "access point";
  /** The account that an account's block is written for; undefined where it is the provider's own. */
  readonly accountId: Field<string | undefined>;
  readonly flags: ReadonlyMap<(typeof BLOCK_FLAGS)[number], Field<boolean>>;
}

/** Reads an `aws.s3.Bucket` or `BucketV2`. */
export function readBucket(subject: AwsSubject): BucketFact {
  const name = property(subject, "bucket").text();
  const policy = property(subject, "policy");
  return {
    kind: "Bucket",
    subject,
    title: describe("Bucket", [name], subject),
    name,
    isDirectory: false,
    policy: policy.isAbsent() ? undefined : documentAt(policy),
  };
}

/** Reads an `aws.s3.DirectoryBucket`. */
export function readDirectoryBucket(subject: AwsSubject): BucketFact {
  const name = property(subject, "bucket").text();
  const title = describe("DirectoryBucket", [name], subject);
  return { kind: "Bucket", subject, title, name, isDirectory: true, policy: undefined };
}

/** Reads an `aws.s3.BucketPolicy`. */
export function readBucketPolicy(subject: AwsSubject): BucketPolicyFact {
  return {
    kind: "BucketPolicy",
    subject,
    title: describe("BucketPolicy", [], subject),
    bucket: reference(subject, "bucket"),
    policy: documentAt(property(subject, "policy")),
  };
}

/** Reads an `aws.s3.BucketPublicAccessBlock` or `AccountPublicAccessBlock`. A flag that is absent is off. */
export function readPublicAccessBlock(
  subject: AwsSubject,
  scope: "bucket" | "account",
): PublicAccessBlockFact {
  const kind = scope === "bucket" ? "BucketPublicAccessBlock" : "AccountPublicAccessBlock";
  return {
    kind: "PublicAccessBlock",
    subject,
    title: describe(kind, [], subject),
    bucket: reference(subject, "bucket"),
    scope,
    accountId: property(subject, "accountId").written(),
    flags: new Map(
      BLOCK_FLAGS.map((flag) => {
        const truth = property(subject, flag).boolean();
        return [flag, truth.known ? known(truth.value ?? false) : truth];
      }),
    ),
  };
}
