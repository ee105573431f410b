import { createHash } from "node:crypto";
import {
  DescribeManagedPrefixListsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
} from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import * as buckets from "./aws/buckets";
import * as databases from "./aws/databases";
import * as groups from "./aws/groups";
import * as identity from "./aws/identity";
import { text, type Aws, type Kind } from "./aws/kind";
import type { Change, Provider, State, Target } from "./provider";
import { serve } from "./serve";
import { changedNames, liveOf, type Values } from "./values";

/** The types that the stand-in knows. Any other is an error that names it. */
const kinds: Readonly<Record<string, Kind>> = {
  "aws:ec2/securityGroup:SecurityGroup": groups.securityGroup,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": groups.ingressRule,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": groups.egressRule,
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": groups.vpcEndpointPolicy,
  "aws:iam/role:Role": identity.role,
  "aws:iam/rolePolicy:RolePolicy": identity.rolePolicy,
  "aws:s3/bucket:Bucket": buckets.bucket,
  "aws:s3/bucketPolicy:BucketPolicy": buckets.bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": buckets.publicAccessBlock,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": buckets.ownershipControls,
  "aws:s3/bucketVersioning:BucketVersioning": buckets.versioning,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    buckets.encryption,
  "aws:rds/subnetGroup:SubnetGroup": databases.subnetGroup,
  "aws:rds/parameterGroup:ParameterGroup": databases.parameterGroup,
  "aws:rds/instance:Instance": databases.instance,
};

/**
 * A stand-in for Pulumi's AWS provider, for machines where the official plugin can't be had: it makes the resources by
 * the AWS SDK's own calls, at the endpoint that AWS_ENDPOINT_URL names. Without one it refuses: it isn't for an account.
 *
 * Limits: the types above and one function; previews ask nothing of the API; tags change in place everywhere; no
 * waiting for resources to become ready; Aurora, interface endpoints and Pod Identity aren't there.
 */
class AwsStandIn implements Provider {
  readonly version = "7.48.0";
  #aws: Aws | undefined;

  configure(config: Values): Promise<void> {
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    if (endpoint === undefined)
      throw new Error("AWS_ENDPOINT_URL isn't set: the stand-in is for a test API only");
    const region = text(config["region"]) ?? process.env["AWS_REGION"] ?? "us-east-1";
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const options = { endpoint, region, credentials };
    this.#aws = {
      ec2: new EC2Client(options),
      iam: new IAMClient(options),
      rds: new RDSClient(options),
      s3: new S3Client({ ...options, forcePathStyle: true }),
      region,
    };
    return Promise.resolve();
  }

  check(target: Target, olds: Values, news: Values, seed: string): Promise<Values> {
    const { autonamed } = kindOf(target);
    if (autonamed === undefined || news[autonamed] !== undefined) return Promise.resolve(news);
    const hash = createHash("sha256").update(target.urn).update(seed).digest("hex").slice(0, 7);
    // The strictest of the services' rules for names.
    const made = `${target.name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-")}-${hash}`;
    return Promise.resolve({ ...news, [autonamed]: olds[autonamed] ?? made });
  }

  diff(target: Target, _state: State, olds: Values, news: Values): Promise<Change> {
    const changed = changedNames(olds, news);
    const kind = kindOf(target);
    const fixed = [...kind.replaces, ...(kind.alsoReplaces?.(olds, news) ?? [])];
    const replaces = changed.filter((name) => fixed.includes(name));
    return Promise.resolve({ changed, replaces, deleteFirst: replaces.length > 0 });
  }

  async create(target: Target, inputs: Values, preview: boolean): Promise<State> {
    const kind = kindOf(target);
    return preview ? { id: "", outputs: inputs } : kind.create(this.#ready, inputs);
  }

  async update(target: Target, state: State, olds: Values, news: Values, preview: boolean): Promise<Values> {
    return preview ? { ...state.outputs, ...news } : kindOf(target).update(this.#ready, state, news, olds);
  }

  async read(
    target: Target,
    id: string,
    inputs: Values,
    outputs: Values,
  ): Promise<(State & { readonly inputs: Values }) | undefined> {
    const live = await kindOf(target).read(this.#ready, id, outputs);
    if (live === undefined) return undefined;
    return { id, outputs: live, inputs: (liveOf(inputs, live) ?? {}) as Values };
  }

  async remove(target: Target, state: State): Promise<void> {
    await kindOf(target).remove(this.#ready, state);
  }

  async invoke(token: string, args: Values): Promise<Values> {
    if (token !== "aws:ec2/getManagedPrefixList:getManagedPrefixList") {
      throw new Error(`the AWS stand-in has no function ${token}`);
    }
    const { ec2 } = this.#ready;
    const Filters = [{ Name: "prefix-list-name", Values: [text(args["name"]) ?? ""] }];
    const { PrefixLists = [] } = await ec2.send(new DescribeManagedPrefixListsCommand({ Filters }));
    const [list] = PrefixLists;
    if (list === undefined) throw new Error(`no prefix list ${text(args["name"]) ?? ""}`);
    const asked = new GetManagedPrefixListEntriesCommand({ PrefixListId: list.PrefixListId });
    const { Entries = [] } = await ec2.send(asked);
    return {
      id: list.PrefixListId,
      name: list.PrefixListName,
      arn: list.PrefixListArn,
      addressFamily: list.AddressFamily,
      entries: Entries.map(({ Cidr, Description }) => ({ cidr: Cidr, description: Description ?? "" })),
    };
  }

  get #ready(): Aws {
    if (this.#aws === undefined) throw new Error("not configured");
    return this.#aws;
  }
}

function kindOf({ type }: Target): Kind {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`the AWS stand-in doesn't know ${type}`);
  return kind;
}

serve(new AwsStandIn());
