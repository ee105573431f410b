import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicyText, type Ownership, tagsOf } from "../../compile/aws";
import { atSubject, inputError } from "../../problems";
import type { ProgramBucket } from "./sources";

/** What `BucketAccess` takes. */
export interface BucketAccessArgs {
  /** The bucket: one that exists, or one that is made. */
  readonly source: ProgramBucket;
  /** AWS's partition: "aws", "aws-cn", "aws-us-gov". */
  readonly partition: string;
  /** The VPC endpoints through which data may pass ("vpce-…"); at least one. */
  readonly endpointIds: readonly pulumi.Input<string>[];
  /** ARNs of the roles that may reach data. */
  readonly roleArns: readonly pulumi.Input<string>[];
  /** ARNs of the principals that are never shut out: the deploying role, a break-glass one. */
  readonly spared: readonly pulumi.Input<string>[];
  /** Whose it is: tags, and in uat and prod its protection. */
  readonly ownership: Ownership;
}

/**
 * A bucket that only these roles reach, through these endpoints, by TLS. A new one is private, encrypted, versioned and
 * protected in uat and prod, and so is all that closes it: a refused deletion has opened nothing. One that exists keeps what its owner set: its policy is overwritten only where the source
 * says `takeOverPolicy`, else `policy` is what its owner should add. Give it an AWS provider.
 *
 * @throws PalisadeInputError where there is no endpoint, before anything is registered in it.
 *
 * @example
 * ```ts
 * import { VpcEndpoint } from "@pulumi/aws/ec2";
 * import { Role } from "@pulumi/aws/iam";
 * import { BucketAccess } from "pulumi-palisade/aws";
 *
 * const endpoint = new VpcEndpoint("s3", {
 *   vpcId: "vpc-0a1b2c3d4e5f67890",
 *   serviceName: "com.amazonaws.eu-central-1.s3",
 * });
 * const api = new Role("api", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
 * export const { policy } = new BucketAccess("files", {
 *   source: { kind: "new", bucketName: "shop-files" },
 *   partition: "aws",
 *   endpointIds: [endpoint.id],
 *   roleArns: [api.arn],
 *   spared: ["arn:aws:iam::123456789012:role/deployer", "arn:aws:iam::123456789012:role/break-glass"],
 *   ownership: { application: "shop", owner: "shop-team", environment: "prod" },
 * });
 * ```
 */
export class BucketAccess extends pulumi.ComponentResource {
  /** Pulumi's type token. */
  static readonly type = "palisade:index:BucketAccess";
  /** The bucket's name. */
  readonly bucketName: pulumi.Output<string>;
  /** The whole policy as JSON: applied, or for the owner to add. */
  readonly policy: pulumi.Output<string>;

  constructor(name: string, args: BucketAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(BucketAccess.type, name, {}, opts);
    const { source, partition, roleArns, spared } = args;
    const protect = args.ownership.environment !== "dev";
    this.bucketName = pulumi.output(source.bucketName);
    if (args.endpointIds.length === 0) {
      throw inputError(
        atSubject(`BucketAccess ${name}`),
        "endpointIds is empty, so the bucket's policy would shut everyone out",
        "Give the id of the VPC's endpoint for S3",
      );
    }
    this.policy = pulumi
      .all([
        this.bucketName,
        pulumi.all([...args.endpointIds]),
        pulumi.all([...roleArns]),
        pulumi.all([...spared]),
      ])
      .apply(([bucketName, endpointIds, roles, sparedArns]) =>
        bucketPolicyText({ partition, bucketName, endpointIds, roleArns: roles, spared: sparedArns }),
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
  { bucketName, kmsKeyArn }: Extract<ProgramBucket, { readonly kind: "new" }>,
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
