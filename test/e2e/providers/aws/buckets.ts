import * as s3 from "@aws-sdk/client-s3";
import { at, type Values } from "../values";
import { flag, found, map, required, tagList, text, type Aws, type Kind } from "./kind";

export const bucket: Kind = {
  replaces: ["bucket", "bucketPrefix"],
  autonamed: "bucket",
  tagged: true,

  async create(aws, inputs) {
    const Bucket = required(inputs, "bucket");
    // Only the oldest region wants none.
    const LocationConstraint = aws.region as s3.BucketLocationConstraint;
    await aws.s3.send(
      new s3.CreateBucketCommand({
        Bucket,
        ...(aws.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint } }),
      }),
    );
    return { id: Bucket, outputs: await this.update(aws, { id: Bucket, outputs: {} }, inputs, {}) };
  },

  async update(aws, { id }, inputs) {
    const TagSet = tagList(inputs["tags"]);
    if (TagSet.length === 0) await aws.s3.send(new s3.DeleteBucketTaggingCommand({ Bucket: id }));
    else await aws.s3.send(new s3.PutBucketTaggingCommand({ Bucket: id, Tagging: { TagSet } }));
    return { ...inputs, arn: `arn:aws:s3:::${id}`, region: aws.region };
  },

  async read(aws, id, outputs) {
    const answer = await found(() => aws.s3.send(new s3.HeadBucketCommand({ Bucket: id })));
    return answer === undefined ? undefined : outputs;
  },

  async remove(aws, { id }) {
    await found(() => aws.s3.send(new s3.DeleteBucketCommand({ Bucket: id })));
  },
};

/** A setting of a bucket: its id is the bucket's name, and it is written whole. */
function setting(
  write: (aws: Aws, Bucket: string, inputs: Values) => Promise<unknown>,
  readBack: (aws: Aws, Bucket: string) => Promise<Values | undefined>,
  erase: (aws: Aws, Bucket: string) => Promise<unknown>,
): Kind {
  return {
    replaces: ["bucket"],
    async create(aws, inputs) {
      const id = required(inputs, "bucket");
      await write(aws, id, inputs);
      return { id, outputs: inputs };
    },
    async update(aws, { id }, inputs) {
      await write(aws, id, inputs);
      return inputs;
    },
    async read(aws, id, outputs) {
      const live = await found(() => readBack(aws, id));
      return live === undefined ? undefined : { ...outputs, ...live };
    },
    async remove(aws, { id }) {
      await found(() => erase(aws, id));
    },
  };
}

export const bucketPolicy = setting(
  (aws, Bucket, inputs) =>
    aws.s3.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: required(inputs, "policy") })),
  async (aws, Bucket) => ({ policy: (await aws.s3.send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy }),
  (aws, Bucket) => aws.s3.send(new s3.DeleteBucketPolicyCommand({ Bucket })),
);

export const publicAccessBlock = setting(
  (aws, Bucket, inputs) =>
    aws.s3.send(
      new s3.PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: flag(inputs["blockPublicAcls"]),
          BlockPublicPolicy: flag(inputs["blockPublicPolicy"]),
          IgnorePublicAcls: flag(inputs["ignorePublicAcls"]),
          RestrictPublicBuckets: flag(inputs["restrictPublicBuckets"]),
        },
      }),
    ),
  async (aws, Bucket) => {
    const answer = await aws.s3.send(new s3.GetPublicAccessBlockCommand({ Bucket }));
    const live = answer.PublicAccessBlockConfiguration;
    return {
      blockPublicAcls: live?.BlockPublicAcls,
      blockPublicPolicy: live?.BlockPublicPolicy,
      ignorePublicAcls: live?.IgnorePublicAcls,
      restrictPublicBuckets: live?.RestrictPublicBuckets,
    };
  },
  (aws, Bucket) => aws.s3.send(new s3.DeletePublicAccessBlockCommand({ Bucket })),
);

export const ownershipControls = setting(
  (aws, Bucket, inputs) => {
    const ObjectOwnership = text(at(inputs, "rule.objectOwnership")) as s3.ObjectOwnership;
    const OwnershipControls = { Rules: [{ ObjectOwnership }] };
    return aws.s3.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  },
  async (aws, Bucket) => {
    await aws.s3.send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
    return {};
  },
  (aws, Bucket) => aws.s3.send(new s3.DeleteBucketOwnershipControlsCommand({ Bucket })),
);

export const versioning = setting(
  (aws, Bucket, inputs) => {
    const Status = text(at(inputs, "versioningConfiguration.status")) as s3.BucketVersioningStatus;
    return aws.s3.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  },
  async (aws, Bucket) => {
    await aws.s3.send(new s3.GetBucketVersioningCommand({ Bucket }));
    return {};
  },
  (aws, Bucket) =>
    aws.s3.send(
      new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
    ),
);

export const encryption = setting(
  (aws, Bucket, inputs) => {
    const rules = Array.isArray(inputs["rules"]) ? (inputs["rules"] as readonly Values[]) : [];
    const Rules = rules.map((rule) => {
      const chosen = map(rule["applyServerSideEncryptionByDefault"]);
      return {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: required(chosen, "sseAlgorithm") as s3.ServerSideEncryption,
          KMSMasterKeyID: text(chosen["kmsMasterKeyId"]),
        },
        BucketKeyEnabled: flag(rule["bucketKeyEnabled"]),
      };
    });
    const ServerSideEncryptionConfiguration = { Rules };
    return aws.s3.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  },
  async (aws, Bucket) => {
    await aws.s3.send(new s3.GetBucketEncryptionCommand({ Bucket }));
    return {};
  },
  (aws, Bucket) => aws.s3.send(new s3.DeleteBucketEncryptionCommand({ Bucket })),
);
