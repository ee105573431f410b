import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicyText, type BucketSource, type Ownership, tagsOf } from "../../compile/aws";

/** What `BucketAccess` takes. */
export interface BucketAccessArgs {
  readonly source: BucketSource;
  readonly partition: string;
  /** The VPC endpoints through which data may pass; at least one. */
  readonly endpointIds: readonly pulumi.Input<string>[];
  /** ARNs of the roles that may reach data. */
  readonly roleArns: readonly string[];
  /** ARNs of the principals that are never shut out: the deploying role, a break-glass one. */
  readonly spared: readonly string[];
  readonly ownership: Ownership;
}

/**
 * A bucket that only these roles reach, through these endpoints, by TLS. A new one is private, encrypted, versioned and
 * protected in uat and prod, and so is all that closes it: a refused deletion has opened nothing. One that exists keeps what its owner set: its policy is overwritten only where the source
 * says `takeOverPolicy`, else `policy` is what its owner should add.
 */
export class BucketAccess extends pulumi.ComponentResource {
  static readonly type = "palisade:index:BucketAccess";
  readonly bucketName: string;
  /** The whole policy as JSON: applied, or for the owner to add. */
  readonly policy: pulumi.Output<string>;

  constructor(name: string, args: BucketAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(BucketAccess.type, name, {}, opts);
    const { source, partition, roleArns, spared } = args;
    const protect = args.ownership.environment !== "dev";
    this.bucketName = source.bucketName;
    if (args.endpointIds.length === 0) {
      throw new Error(`bucket ${source.bucketName}: no endpoint, so its policy would shut everyone out`);
    }
    this.policy = pulumi
      .all([...args.endpointIds])
      .apply((endpointIds) =>
        bucketPolicyText({ partition, bucketName: source.bucketName, endpointIds, roleArns, spared }),
      );
    if (source.kind === "new") {
      newBucket(name, source, this.policy, args.ownership, this);
    } else if (source.takeOverPolicy) {
      new BucketPolicy(name, { bucket: source.bucketName, policy: this.policy }, { parent: this, protect });
    }
    this.registerOutputs({ bucketName: this.bucketName, policy: this.policy });
  }
}

function newBucket(
  name: string,
  { bucketName, kmsKeyArn }: Extract<BucketSource, { readonly kind: "new" }>,
  policy: pulumi.Output<string>,
  ownership: Ownership,
  parent: pulumi.Resource,
): void {
  const protect = ownership.environment !== "dev";
  const { bucket } = new Bucket(name, { bucket: bucketName, tags: tagsOf(ownership) }, { parent, protect });
  const block = new BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent, protect },
  );
  new BucketOwnershipControls(
    name,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent, protect },
  );
  new BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, { parent });
  new BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket,
      rules: [
        kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
              bucketKeyEnabled: true,
            },
      ],
    },
    { parent },
  );
  // S3 refuses two changes of a bucket's access settings at once.
  new BucketPolicy(name, { bucket, policy }, { parent, protect, dependsOn: [block] });
}
