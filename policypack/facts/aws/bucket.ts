import { type Cursor, type Field, known } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, type ResourceReference, reference } from "./subject";

/** An S3 bucket, of any of the provider's versions. */
export interface BucketFact {
  readonly kind: "Bucket";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Undefined where Pulumi chooses it. */
  readonly name: Field<string | undefined>;
  /** The policy that the bucket's own resource holds, in older spellings; undefined where there is none. */
  readonly policy: PolicyDocument | undefined;
}

/** A bucket's policy as a resource of its own. */
export interface BucketPolicyFact {
  readonly kind: "BucketPolicy";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly bucket: ResourceReference | undefined;
  readonly policy: PolicyDocument;
}

/** The four flags of a public access block, in the order in which AWS lists them. */
export const BLOCK_FLAGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** A public access block: a bucket's, or its whole account's. */
export interface PublicAccessBlockFact {
  readonly kind: "PublicAccessBlock";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Undefined for the account's. */
  readonly bucket: ResourceReference | undefined;
  readonly scope: "bucket" | "account";
  readonly flags: ReadonlyMap<(typeof BLOCK_FLAGS)[number], Field<boolean>>;
}

/** A policy document: JSON text or a map; parsed where it is known. */
export type PolicyDocument = Field<unknown>;

/** Reads an `aws.s3.Bucket` or `BucketV2`. */
export function readBucket(subject: AwsSubject): BucketFact {
  const name = property(subject, "bucket").text();
  const policy = property(subject, "policy");
  return {
    kind: "Bucket",
    subject,
    title: describe("Bucket", [name], subject),
    name,
    policy: policy.isAbsent() ? undefined : documentAt(policy),
  };
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
  scope: PublicAccessBlockFact["scope"],
): PublicAccessBlockFact {
  const kind = scope === "bucket" ? "BucketPublicAccessBlock" : "AccountPublicAccessBlock";
  return {
    kind: "PublicAccessBlock",
    subject,
    title: describe(kind, [], subject),
    bucket: reference(subject, "bucket"),
    scope,
    flags: new Map(
      BLOCK_FLAGS.map((flag) => {
        const truth = property(subject, flag).boolean();
        return [flag, truth.known ? known(truth.value ?? false) : truth];
      }),
    ),
  };
}

function documentAt(place: Cursor): PolicyDocument {
  const written = place.plain();
  if (!written.known || typeof written.value !== "string") return written;
  try {
    return known(JSON.parse(written.value) as unknown);
  } catch {
    return { known: false, path: place.path, because: "not JSON, as AWS requires" };
  }
}
