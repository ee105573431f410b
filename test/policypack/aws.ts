import { type TestResource, UNKNOWN } from "./helpers";

type MadeFrom = Readonly<Record<string, readonly string[]>>;

/** An AWS resource. `madeFrom` names other resources of the stack, by property. */
export const aws = (type: string, name: string, props: object, madeFrom?: MadeFrom): TestResource => ({
  type: `aws:${type}`,
  name,
  props,
  // SDKs say of each property what it was made from, if only of nothing.
  ...(madeFrom && {
    madeFrom: { ...Object.fromEntries(Object.keys(props).map((key) => [key, []])), ...madeFrom },
  }),
});

export const group = (name: string, props: object = {}, madeFrom?: MadeFrom): TestResource =>
  aws("ec2/securityGroup:SecurityGroup", name, { vpcId: "vpc-1", ...props }, madeFrom);

const because = { description: "a flow" };

/** A rule of a resource of its own, on a group of the stack whose id isn't known yet. */
export const ingress = (name: string, on: string, props: object, madeFrom: MadeFrom = {}): TestResource =>
  aws(
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name,
    { securityGroupId: UNKNOWN, ...because, ...props },
    { securityGroupId: [on], ...madeFrom },
  );

export const egress = (name: string, on: string, props: object, madeFrom: MadeFrom = {}): TestResource =>
  aws(
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    name,
    { securityGroupId: UNKNOWN, ...because, ...props },
    { securityGroupId: [on], ...madeFrom },
  );

/** The older kind. */
export const singleRule = (name: string, on: string, props: object, madeFrom: MadeFrom = {}): TestResource =>
  aws(
    "ec2/securityGroupRule:SecurityGroupRule",
    name,
    { securityGroupId: UNKNOWN, ...because, ...props },
    { securityGroupId: [on], ...madeFrom },
  );

export const tcp = (port: number, to = port) => ({ ipProtocol: "tcp", fromPort: port, toPort: to });
export const tcpInline = (port: number, to = port) => ({
  protocol: "tcp",
  fromPort: port,
  toPort: to,
  description: "a flow",
});

/** A rule's peer: a group of the stack. */
export const peer = (name: string) =>
  [{ referencedSecurityGroupId: UNKNOWN }, { referencedSecurityGroupId: [name] }] as const;

export const database = (name: string, props: object = {}, madeFrom?: MadeFrom): TestResource =>
  aws(
    "rds/instance:Instance",
    name,
    {
      identifier: name,
      engine: "postgres",
      engineVersion: "16.4",
      instanceClass: "db.t4g.medium",
      vpcSecurityGroupIds: [UNKNOWN],
      storageEncrypted: true,
      deletionProtection: true,
      backupRetentionPeriod: 7,
      publiclyAccessible: false,
      ...props,
    },
    madeFrom ?? { vpcSecurityGroupIds: [`${name}-group`] },
  );

export const bucket = (name: string, props: object = {}): TestResource =>
  aws("s3/bucket:Bucket", name, { bucket: name, ...props });

export const ALL_BLOCKED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

export const accessBlock = (name: string, flags: object = ALL_BLOCKED): TestResource =>
  aws("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name, { bucket: name, ...flags });

/** The statements that keep a bucket to TLS and to one endpoint. */
export const statements = (name: string) => {
  const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  return [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject*", "s3:PutObject", "s3:DeleteObject*", "s3:ListBucket", "s3:ListBucketVersions"],
      Resource,
      Condition: {
        StringNotEquals: { "aws:SourceVpce": ["vpce-1"] },
        ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::1:role/deployer"] },
      },
    },
  ];
};

export const bucketPolicy = (name: string, list: readonly object[] = statements(name)): TestResource =>
  aws("s3/bucketPolicy:BucketPolicy", name, {
    bucket: name,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: list }),
  });

export const groupPolicy = (name: string, groups: readonly string[], spec: object = {}): TestResource => ({
  type: "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
  name,
  props: {
    apiVersion: "vpcresources.k8s.aws/v1beta1",
    kind: "SecurityGroupPolicy",
    metadata: { name, namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: name } },
      securityGroups: { groupIds: groups.map(() => UNKNOWN) },
      ...spec,
    },
  },
  madeFrom: { spec: groups },
});

/** A database that one workload's group reaches, and a bucket: nothing wrong with any of it. */
export const COMPLIANT_AWS: readonly TestResource[] = [
  group("web"),
  group("db-group"),
  egress("web-to-db", "web", { ...tcp(5432), ...peer("db-group")[0] }, peer("db-group")[1]),
  egress("web-dns-tcp", "web", { ...tcp(53), referencedSecurityGroupId: "sg-dns" }),
  egress("web-dns-udp", "web", {
    ...tcp(53),
    ipProtocol: "udp",
    referencedSecurityGroupId: "sg-dns",
  }),
  egress("web-to-s3", "web", { ...tcp(443), prefixListId: "pl-s3" }),
  ingress("db-from-web", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
  database("db"),
  bucket("documents"),
  accessBlock("documents"),
  bucketPolicy("documents"),
];
