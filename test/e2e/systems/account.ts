import { readFileSync, writeFileSync } from "node:fs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as rds from "@aws-sdk/client-rds";
import { load } from "js-yaml";
import { editYaml } from "../engine/project";

/** Ids of what an account has and a stack's config refers to. */
const idPattern = /\b(?:vpc|subnet|sg|vpce|rtb)-[0-9a-f]{17}\b/g;

const account = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};

/** Clients of the test account. */
export const ec2Client = (endpoint: string): ec2.EC2Client => new ec2.EC2Client({ endpoint, ...account });
export const rdsClient = (endpoint: string): rds.RDSClient => new rds.RDSClient({ endpoint, ...account });

/** Takes AWS's own protection off every database, as its owner does before deleting it. */
export async function allowDeletion(endpoint: string): Promise<void> {
  const client = rdsClient(endpoint);
  const { DBInstances = [] } = await client.send(new rds.DescribeDBInstancesCommand({}));
  for (const { DBInstanceIdentifier } of DBInstances) {
    const asked = { DBInstanceIdentifier, DeletionProtection: false, ApplyImmediately: true };
    await client.send(new rds.ModifyDBInstanceCommand(asked));
  }
}

/**
 * Lays out an account on the AWS API that has everything a stack's config refers to by id, and writes the ids that the
 * API gave into the config file (a copy: see linkProject).
 * @param file a Pulumi.<stack>.yaml
 */
export async function layOutAccount(endpoint: string, file: string): Promise<void> {
  writeFileSync(file, await provideIds(endpoint, readFileSync(file, "utf8")));
  await usePrefixList(ec2Client(endpoint), file);
}

/** Where a text says that its VPC and its subnets are: the VPC's range, and the ranges of subnets by their ids. */
interface Ranges {
  vpc: string;
  readonly subnets: Map<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const inner = (value: unknown, name: string): unknown => (isFields(value) ? value[name] : undefined);

function rangesIn(value: unknown, found: Ranges): Ranges {
  if (!isFields(value)) return found;
  const [range] = texts(value["vpcCidrs"] ?? inner(value["vpc"], "cidrs"));
  if (range !== undefined) found.vpc = range;
  const cidrs = texts(value["databaseSubnetCidrs"] ?? value["subnetCidrs"]);
  for (const [i, id] of texts(value["databaseSubnetIds"] ?? inner(value["source"], "subnetIds")).entries()) {
    const cidr = cidrs[i];
    if (cidr !== undefined) found.subnets.set(id, cidr);
  }
  for (const each of Object.values(value)) rangesIn(each, found);
  return found;
}

/** Makes whatever a text (YAML or JSON) refers to by id, in a VPC of its own; returns it with the ids that the API gave. */
export async function provideIds(endpoint: string, text: string): Promise<string> {
  const client = ec2Client(endpoint);
  const ranges = rangesIn(load(text), { vpc: "10.200.0.0/16", subnets: new Map() });
  const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: ranges.vpc }));
  const VpcId = Vpc?.VpcId ?? "";
  let subnets = 0;
  const make = async (id: string): Promise<string | undefined> => {
    switch (id.split("-")[0] ?? "") {
      case "vpc":
        return VpcId;
      case "subnet": {
        subnets++;
        const CidrBlock = ranges.subnets.get(id);
        const AvailabilityZone = subnets % 2 === 0 ? "us-east-1a" : "us-east-1b";
        const { Subnet } = await client.send(
          new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }),
        );
        return Subnet?.SubnetId;
      }
      case "sg": {
        const asked = { GroupName: id.replace("sg-", "owners-"), Description: "its owner's", VpcId };
        return (await client.send(new ec2.CreateSecurityGroupCommand(asked))).GroupId;
      }
      case "vpce": {
        const asked = {
          VpcId,
          ServiceName: "com.amazonaws.us-east-1.s3",
          VpcEndpointType: "Gateway" as const,
        };
        return (await client.send(new ec2.CreateVpcEndpointCommand(asked))).VpcEndpoint?.VpcEndpointId;
      }
      default:
        return id;
    }
  };
  const made = new Map<string, string>();
  for (const id of new Set(text.match(idPattern) ?? [])) made.set(id, (await make(id)) ?? id);
  return text.replaceAll(idPattern, (id) => made.get(id) ?? id);
}

interface AwsConfig {
  readonly aws?: { readonly endpoints: { readonly s3?: Record<string, unknown> } };
}

/** The stand-in account's S3 prefix list has an id and entries of its own: the config names them as the expected ones. */
async function usePrefixList(client: ec2.EC2Client, file: string): Promise<void> {
  const Filters = [{ Name: "prefix-list-name", Values: ["com.amazonaws.us-east-1.s3"] }];
  const { PrefixLists = [] } = await client.send(new ec2.DescribeManagedPrefixListsCommand({ Filters }));
  const id = PrefixLists[0]?.PrefixListId;
  if (id === undefined) throw new Error("the AWS API has no prefix list of S3");
  const { Entries = [] } = await client.send(
    new ec2.GetManagedPrefixListEntriesCommand({ PrefixListId: id }),
  );
  const cidrs = Entries.map(({ Cidr }) => Cidr ?? "").sort();
  editYaml(file, (document) => {
    const config = document["config"] as Record<string, AwsConfig[]>;
    for (const { aws } of config["palisade:clusters"] ?? []) {
      if (aws?.endpoints.s3?.["kind"] === "gateway") aws.endpoints.s3["prefixList"] = { id, cidrs };
    }
  });
}
