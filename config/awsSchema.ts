import { z } from "zod";
import { POD_SECURITY_GROUPS } from "../compile/aws";
import { choice, cidrs, flag, list, mapping, oneOfKinds, record, text } from "./builders";
import { expected } from "./configIssues";

const id = (what: string, example: string) => text(what, `Write it, such as ${example}`);

const count = () => {
  const error = expected("a count", "Write a whole number");
  return z.int({ error }).min(0, { error });
};

/** YAML reads a bare on and off as true and false in some parsers. */
const podSecurityGroups = () =>
  z.preprocess(
    (value) => (value === true ? "on" : value === false ? "off" : value),
    choice("a mode of podSecurityGroups", POD_SECURITY_GROUPS),
  );

const group = () =>
  mapping("a security group", {
    id: id("a security group's id", "sg-0123456789abcdef0"),
    egress: choice("what the group lets out", ["open", "listed"]).default("open"),
    ownersRules: mapping("ownersRules", { ingress: count(), egress: count() }).optional(),
  });

const ingress = () => choice("whom the endpoint lets in", ["vpc", "listed"]).default("listed");

const interfaceEndpoint = () =>
  mapping("an endpoint", { group: group(), ingress: ingress(), subnetCidrs: cidrs() });

const endpointPolicy = () => ({
  takeOverPolicy: flag().default(false),
  alsoBuckets: list(text("a bucket's name", "Write the name of a bucket")).default([]),
});

const existing = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  mapping("an existing one", { kind: z.literal("existing"), ...shape });
const made = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  mapping("a new one", { kind: z.literal("new"), ...shape });

const SOURCES = ["existing", "new"] as const;

const s3 = () =>
  oneOfKinds(
    "endpoint",
    ["gateway", "interface"],
    [
      mapping("a gateway endpoint", {
        kind: z.literal("gateway"),
        source: oneOfKinds("source", SOURCES, [
          existing({ id: id("a VPC endpoint's id", "vpce-0123456789abcdef0") }),
          made({ routeTableIds: list(id("a route table's id", "rtb-0123456789abcdef0")).nonempty() }),
        ]),
        /** Absent: the snapshot of the region, looked up again at each preview. */
        prefixList: mapping("a prefix list", {
          id: id("a prefix list's id", "pl-63a5400a"),
          cidrs: cidrs(),
        }).optional(),
        lookUp: flag().default(true),
        ...endpointPolicy(),
      }),
      mapping("an interface endpoint", {
        kind: z.literal("interface"),
        source: oneOfKinds("source", SOURCES, [
          existing({
            id: id("a VPC endpoint's id", "vpce-0123456789abcdef0"),
            group: group(),
            ingress: ingress(),
          }),
          made({ subnetIds: list(id("a subnet's id", "subnet-0123456789abcdef0")).nonempty() }),
        ]),
        subnetCidrs: cidrs(),
        ...endpointPolicy(),
      }),
    ],
  );

const nodes = () =>
  mapping("nodes", {
    instanceTypes: list(text("an instance type", "Write it, such as m6i.large")).default([]),
    fargate: flag().default(false),
    windows: flag().default(false),
    autoMode: flag().default(false),
    kubernetesVersion: text("a version of Kubernetes", 'Write it in quotes, such as "1.34"'),
    branchInterfaces: record(count()).default({}),
  });

/** The VPC of an EKS cluster, as a cluster's `aws` says it. */
export const awsNetwork = () =>
  mapping("aws", {
    partition: choice("a partition", ["aws", "aws-cn", "aws-us-gov"]).default("aws"),
    region: id("a region", "us-east-1"),
    account: id("an account's id", '"111122223333", in quotes'),
    vpc: mapping("vpc", { id: id("a VPC's id", "vpc-0123456789abcdef0"), cidrs: cidrs() }),
    ipFamily: choice("an IP family", ["ipv4", "ipv6"]).default("ipv4"),
    podSecurityGroups: podSecurityGroups(),
    podSecurityGroupEnforcingMode: choice("an enforcing mode", ["standard", "strict"]),
    networkPolicyEnforcingMode: choice("an enforcing mode", ["standard", "strict"]).default("standard"),
    externalSnat: flag().default(false),
    nodes: nodes(),
    identity: mapping("identity", {
      eksName: text("a cluster's name", "Write the cluster's name in EKS"),
      oidcProviderArn: id("an OIDC provider's ARN", "arn:aws:iam::…:oidc-provider/…").optional(),
    }),
    groups: mapping("groups", {
      /** What nodes have; the cluster's own where nothing else is said. */
      controlPlane: group(),
      node: group().optional(),
      dns: group().optional(),
      platform: record(group()).default({}),
      dnsClient: id("a security group's id", "sg-0123456789abcdef0").optional(),
    }),
    endpoints: mapping("endpoints", {
      s3: s3().optional(),
      sts: interfaceEndpoint().optional(),
      secretsManager: interfaceEndpoint().optional(),
    }).prefault({}),
    principals: mapping("principals", {
      deployer: id("a role's ARN", "arn:aws:iam::…:role/deployer"),
      breakGlass: id("a role's ARN", "arn:aws:iam::…:role/break-glass"),
    }).optional(),
    quotas: mapping("quotas", {
      rulesPerGroup: count().default(60),
      groupsPerInterface: count().default(5),
      rulesPerInterface: count().default(1000),
      groupsPerRegion: count().default(2500),
      s3PrefixListWeight: count().default(1),
    }).prefault({}),
  });

/** A VPC as the schema gives it. */
export type AwsConfig = z.output<ReturnType<typeof awsNetwork>>;

const arn = (what: string) => id(what, "arn:aws:…");

/** A database as an AWS resource. */
export const databaseSource = () =>
  oneOfKinds("source", SOURCES, [
    existing({
      identifier: text("an identifier", "Write the instance's or the cluster's"),
      group: oneOfKinds(
        "group",
        ["given", "to-attach"],
        [
          mapping("the owner's group", { kind: z.literal("given"), group: group() }),
          mapping("a group to attach", { kind: z.literal("to-attach") }),
        ],
      ),
      resourceId: id("a resource id", "db-ABCDEFGHIJKL").optional(),
      secretArn: arn("a secret's ARN").optional(),
    }),
    made({
      identifier: text("an identifier", "Name the database"),
      subnetIds: list(id("a subnet's id", "subnet-0123456789abcdef0")),
      engineVersion: text("a version", 'Write it in quotes, such as "16.4"'),
      instanceClass: id("an instance class", "db.t4g.medium"),
      storageGb: count(),
      kmsKeyArn: arn("a key's ARN").optional(),
    }),
  ]);

/** How pods log in to a database. */
export const credentials = () =>
  oneOfKinds(
    "credentials",
    ["iam", "secret"],
    [
      mapping("iam", { kind: z.literal("iam"), user: text("a database user", "Name the user") }),
      mapping("secret", { kind: z.literal("secret") }),
    ],
  );

/** A bucket as an AWS resource. */
export const bucketSource = () =>
  oneOfKinds("source", SOURCES, [
    existing({
      bucketName: text("a bucket's name", "Write its name"),
      kmsKeyArn: arn("a key's ARN").optional(),
      takeOverPolicy: flag().default(false),
    }),
    made({
      bucketName: text("a bucket's name", "Name the bucket"),
      kmsKeyArn: arn("a key's ARN").optional(),
    }),
  ]);

/** What else an application has on AWS. */
export const awsPlacement = () =>
  mapping("aws", {
    extraGroups: record(list(id("a security group's id", "sg-0123456789abcdef0"))).default({}),
    attachBy: choice("what SecurityGroupPolicies select", ["pod-labels", "service-account"]).default(
      "pod-labels",
    ),
    serviceAccountOwner: choice("who makes ServiceAccounts", ["palisade", "application"]).default("palisade"),
    podsRestarted: text("who looked, and when", "Write the date and the name").optional(),
  });
