import { createHash } from "node:crypto";
import {
  DescribeManagedPrefixListsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
} from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import * as buckets from "./buckets";
import * as databases from "./databases";
import * as groups from "./groups";
import * as identity from "./identity";
import { map, saidBy, text, type Aws, type Kind } from "./kind";
import { changedByConfig, defaultTagsIn, outputsOf, ownTags, withDefaultTags, type Wide } from "./wide";
import { type Change, type Provider, SavedFailure, type State, type Target } from "../provider";
import { changedNames, liveOf, type Values } from "../values";

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
export class AwsStandIn implements Provider {
  readonly version = "7.48.0";
  #endpoint: string | undefined;
  #wide: Wide = { region: "", defaultTags: {} };
  readonly #regions = new Map<string, Aws>();

  configure(config: Values): Promise<void> {
    this.#endpoint = process.env["AWS_ENDPOINT_URL"];
    if (this.#endpoint === undefined)
      throw new Error("AWS_ENDPOINT_URL isn't set: the stand-in is for a test API only");
    this.#wide = {
      region: text(config["region"]) ?? process.env["AWS_REGION"] ?? "us-east-1",
      defaultTags: defaultTagsIn(config),
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

  diff(target: Target, { outputs }: State, olds: Values, news: Values): Promise<Change> {
    const kind = kindOf(target);
    const changed = [...changedNames(olds, news), ...changedByConfig(kind, outputs, news, this.#wide)];
    const fixed = ["region", ...kind.replaces, ...(kind.alsoReplaces?.(olds, news) ?? [])];
    const replaces = changed.filter((name) => fixed.includes(name));
    // What has a name that the program gives can't be there twice; rules have none, and the new one comes first.
    const deleteFirst = replaces.length > 0 && kind.autonamed !== undefined;
    return Promise.resolve({ changed, replaces, deleteFirst });
  }

  async create(target: Target, inputs: Values, preview: boolean): Promise<State> {
    if (preview) return { id: "", outputs: inputs };
    const kind = kindOf(target);
    const asked = withDefaultTags(kind, inputs, this.#wide);
    const { id, outputs } = await answered(kind.create(this.#in({}), asked));
    return { id, outputs: outputsOf(kind, outputs, inputs, this.#wide) };
  }

  async update(target: Target, state: State, olds: Values, news: Values, preview: boolean): Promise<Values> {
    const { outputs, id } = state;
    if (preview) return { ...outputs, ...news };
    const kind = kindOf(target);
    // Updated again after a failure: what the state says is there isn't asked for.
    const changed = [...changedNames(olds, news), ...changedByConfig(kind, outputs, news, this.#wide)];
    if (changed.length === 0) return outputs;
    try {
      const before = kind.tagged === true ? { ...olds, tags: outputs["tagsAll"] ?? olds["tags"] } : olds;
      const asked = withDefaultTags(kind, news, this.#wide);
      return outputsOf(kind, await kind.update(this.#in(outputs), state, asked, before), news, this.#wide);
    } catch (error) {
      const said = saidBy(error);
      throw kind.keepsState === true
        ? said
        : new SavedFailure({ id, outputs: outputsOf(kind, { ...outputs, ...news }, news, this.#wide) }, said);
    }
  }

  async read(
    target: Target,
    id: string,
    inputs: Values,
    outputs: Values,
  ): Promise<(State & { readonly inputs: Values }) | undefined> {
    const kind = kindOf(target);
    const live = await answered(kind.read(this.#in(outputs), id, outputs));
    if (live === undefined) return undefined;
    const tags = ownTags(map(live["tagsAll"]), map(inputs["tags"]), this.#wide);
    const region = text(outputs["region"]) ?? this.#wide.region;
    const read = {
      ...live,
      ...(kind.tagged === true ? { tags } : {}),
      ...(kind.global === true ? {} : { region }),
    };
    return { id, outputs: read, inputs: inputsOf(kind, inputs, read) };
  }

  async remove(target: Target, state: State): Promise<void> {
    await answered(kindOf(target).remove(this.#in(state.outputs), state));
  }

  async invoke(token: string, args: Values): Promise<Values> {
    if (token !== "aws:ec2/getManagedPrefixList:getManagedPrefixList") {
      throw new Error(`the AWS stand-in has no function ${token}`);
    }
    const { ec2 } = this.#in({});
    const Filters = [{ Name: "prefix-list-name", Values: [text(args["name"]) ?? ""] }];
    const listed = new DescribeManagedPrefixListsCommand({ Filters });
    const { PrefixLists = [] } = await answered(ec2.send(listed));
    const [list] = PrefixLists;
    if (list === undefined) throw new Error(`no prefix list ${text(args["name"]) ?? ""}`);
    const asked = new GetManagedPrefixListEntriesCommand({ PrefixListId: list.PrefixListId });
    const { Entries = [] } = await answered(ec2.send(asked));
    return {
      id: list.PrefixListId,
      name: list.PrefixListName,
      arn: list.PrefixListArn,
      addressFamily: list.AddressFamily,
      entries: Entries.map(({ Cidr, Description }) => ({ cidr: Cidr, description: Description ?? "" })),
    };
  }

  /** The API in the region that a resource is in; without one in its outputs, in the provider's. */
  #in(outputs: Values): Aws {
    const region = text(outputs["region"]) ?? this.#wide.region;
    const made = this.#regions.get(region);
    if (made !== undefined) return made;
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw new Error("not configured");
    const options = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    const aws: Aws = {
      ec2: new EC2Client(options),
      iam: new IAMClient(options),
      rds: new RDSClient(options),
      s3: new S3Client({ ...options, forcePathStyle: true }),
      region,
    };
    this.#regions.set(region, aws);
    return aws;
  }
}

/** What the API answers. @throws Error in the official provider's words */
const answered = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw saidBy(error);
  });

/** The live values of the inputs; where there are none yet, in an import, of all that a program would write. */
function inputsOf({ imported = [] }: Kind, inputs: Values, live: Values): Values {
  if (Object.keys(inputs).length > 0) return (liveOf(inputs, live) ?? {}) as Values;
  return Object.fromEntries(
    imported.flatMap((name) => {
      const value = live[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function kindOf({ type }: Target): Kind {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`the AWS stand-in doesn't know ${type}`);
  return kind;
}
