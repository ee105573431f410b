import * as ec2 from "@aws-sdk/client-ec2";
import * as rds from "@aws-sdk/client-rds";
import { join } from "node:path";
import type { StateResource } from "../../engine/engine";
import { readYaml } from "../../engine/project";
import { ec2Client, rdsClient } from "../account";
import type { Stacks } from "../stacks";

/** What a stack's network has of its own, by the ids of the test account. */
export interface Vpc {
  readonly id: string;
  /** The cluster's own group: of its nodes, its control plane, and every pod without groups. */
  readonly nodeGroup: string;
  readonly stsGroup: string;
  /** The first range of the subnets of the STS endpoint and of the databases. */
  readonly stsRange: string;
  readonly databaseRanges: readonly string[];
}

interface Config {
  readonly vpc: { readonly id: unknown };
  readonly groups: { readonly controlPlane: { readonly id: unknown } };
  readonly endpoints: {
    readonly sts: { readonly group: { readonly id: unknown }; readonly subnetCidrs: unknown };
  };
}

interface Reference {
  readonly stack: string;
  readonly output: string;
}

/** Where the copied config of a stack places Fineract; what it refers to is looked up where it was deployed from. */
export function vpcOf(stacks: Stacks, stack: string): Vpc {
  const { config } = readYaml(stacks.config(stack)) as {
    config: { "palisade:clusters": readonly { aws?: Config; applications: Record<string, unknown> }[] };
  };
  const found = config["palisade:clusters"].find(({ aws }) => aws !== undefined);
  if (found?.aws === undefined) throw new Error(`stack ${stack} has no cluster in a VPC`);
  const valueOf = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || !("output" in value)) return value;
    const { stack: reference, output } = value as Reference;
    const [, name = "", referred = ""] = reference.split("/");
    const file = join(stacks.project, "..", `${name}-${referred}`, `Pulumi.${referred}.yaml`);
    const referredTo = readYaml(file) as { config: Record<string, Record<string, unknown>> };
    return referredTo.config[`${name}:outputs`]?.[output];
  };
  const { vpc, groups, endpoints } = found.aws;
  const fineract = found.applications["fineract"] as { databases: Record<string, { subnetCidrs: unknown }> };
  const [stsRange = ""] = valueOf(endpoints.sts.subnetCidrs) as string[];
  return {
    id: String(valueOf(vpc.id)),
    nodeGroup: String(valueOf(groups.controlPlane.id)),
    stsGroup: String(valueOf(endpoints.sts.group.id)),
    stsRange,
    databaseRanges: valueOf(fineract.databases["fineract"]?.subnetCidrs) as string[],
  };
}

/** The group of the nodes admits itself and lets everything out, as EKS makes it. */
export async function asEksMakesIt(endpoint: string, { nodeGroup }: Vpc): Promise<void> {
  const itself = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: nodeGroup }] };
  await ec2Client(endpoint).send(
    new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: nodeGroup, IpPermissions: [itself] }),
  );
}

/** Makes the interface endpoint of STS with its owner's group; returns its id. */
export async function makeStsEndpoint(endpoint: string, vpc: Vpc): Promise<string> {
  const client = ec2Client(endpoint);
  const subnet = await client.send(new ec2.CreateSubnetCommand({ VpcId: vpc.id, CidrBlock: vpc.stsRange }));
  const made = await client.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId: vpc.id,
      ServiceName: "com.amazonaws.us-east-1.sts",
      VpcEndpointType: "Interface",
      SubnetIds: [subnet.Subnet?.SubnetId ?? ""],
      SecurityGroupIds: [vpc.stsGroup],
    }),
  );
  return made.VpcEndpoint?.VpcEndpointId ?? "";
}

/** The group that the stack made for a database. */
function groupOfDatabase(state: readonly StateResource[], database: string): string {
  const found = state.find(
    ({ type, parent = "" }) =>
      type === "aws:ec2/securityGroup:SecurityGroup" &&
      parent.includes("DatabaseAccess") &&
      parent.endsWith(`/${database}`),
  );
  if (found?.id === undefined) throw new Error(`the stack made no group for database ${database}`);
  return found.id;
}

/**
 * Makes the databases that a stack expects to exist, with the group that it made for each: its owner attaches it.
 * @param identifiers by the application's name for the database
 */
export async function makeDatabases(
  endpoint: string,
  vpc: Vpc,
  state: readonly StateResource[],
  identifiers: Readonly<Record<string, string>>,
): Promise<void> {
  const subnets = await Promise.all(
    vpc.databaseRanges.map((CidrBlock, i) =>
      ec2Client(endpoint).send(
        new ec2.CreateSubnetCommand({
          ...{ VpcId: vpc.id, CidrBlock },
          AvailabilityZone: i % 2 === 0 ? "us-east-1a" : "us-east-1b",
        }),
      ),
    ),
  );
  const client = rdsClient(endpoint);
  await client.send(
    new rds.CreateDBSubnetGroupCommand({
      DBSubnetGroupName: vpc.id,
      DBSubnetGroupDescription: "of the databases' owner",
      SubnetIds: subnets.map(({ Subnet }) => Subnet?.SubnetId ?? ""),
    }),
  );
  for (const [database, DBInstanceIdentifier] of Object.entries(identifiers)) {
    await client.send(
      new rds.CreateDBInstanceCommand({
        DBInstanceIdentifier,
        ...{ DBInstanceClass: "db.m7g.large", Engine: "postgres", DBSubnetGroupName: vpc.id },
        ...{ MasterUsername: "owner", ManageMasterUserPassword: true, AllocatedStorage: 20 },
        VpcSecurityGroupIds: [groupOfDatabase(state, database)],
      }),
    );
  }
}
