// Tests: test/policypack/examples.test.ts
import { aws, type Examples, networkPolicy, object } from "./example";

const group = (name: string) => aws("ec2/securityGroup:SecurityGroup", name, { vpcId: "vpc-0a1b2c3d" });
const rule = (direction: "Ingress" | "Egress", name: string, on: string, properties: object) =>
  aws(`vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, name, {
    securityGroupId: `\${${on}.id}`,
    description: "orders are kept in the database",
    ...properties,
  });
const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port });
const database = (properties: object) =>
  aws("rds/instance:Instance", "db", {
    engine: "postgres",
    engineVersion: "16.4",
    instanceClass: "db.t4g.medium",
    vpcSecurityGroupIds: ["${db-group.id}"],
    storageEncrypted: true,
    deletionProtection: true,
    backupRetentionPeriod: 7,
    ...properties,
  });
const bucket = aws("s3/bucket:Bucket", "documents", { bucket: "documents" });
const ALL = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const deny = (Sid: string, Action: string | readonly string[], Condition: object) => ({
  Sid,
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource: ["arn:aws:s3:::documents", "arn:aws:s3:::documents/*"],
  Condition,
});
const TLS = deny("TlsOnly", "s3:*", { Bool: { "aws:SecureTransport": "false" } });
const ENDPOINT = deny(
  "OnlyThroughTheEndpoint",
  ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket*"],
  {
    StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" },
  },
);
const policy = (...Statement: object[]) =>
  aws("s3/bucketPolicy:BucketPolicy", "documents", {
    bucket: "documents",
    policy: { Version: "2012-10-17", Statement },
  });
const attachment = (groupIds: readonly string[]) =>
  object("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", "orders", {
    podSelector: { matchLabels: { app: "orders" } },
    securityGroups: { groupIds },
  });
const dns = (protocol: "tcp" | "udp") =>
  rule("Egress", `dns-${protocol}`, "orders", { ...tcp(53), ipProtocol: protocol, cidrIpv4: "10.0.0.2/32" });

const TO_DATABASE = networkPolicy("orders", {
  podSelector: { matchLabels: { app: "orders" } },
  policyTypes: ["Egress"],
  egress: [{ to: [{ ipBlock: { cidr: "10.20.0.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] }],
});
const networkAcl = (rule: object) =>
  aws("ec2/networkAcl:NetworkAcl", "private", {
    vpcId: "vpc-0a1b2c3d",
    ingress: [{ ruleNo: 100, action: "allow", protocol: "tcp", ...rule }],
  });

/** Examples of the policies about AWS, by the policy's name. */
export const AWS_EXAMPLES: Readonly<Record<string, Examples>> = {
  "security-group-no-world-ingress": {
    violating: [group("web"), rule("Ingress", "ssh", "web", { ...tcp(22), cidrIpv4: "0.0.0.0/0" })],
    complying: [group("web"), rule("Ingress", "ssh", "web", { ...tcp(22), cidrIpv4: "203.0.113.0/24" })],
    config: {},
  },
  "security-group-no-world-egress": {
    violating: [group("web"), rule("Egress", "all", "web", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })],
    complying: [group("web"), rule("Egress", "https", "web", { ...tcp(443), cidrIpv4: "0.0.0.0/0" })],
    config: {},
  },
  "security-group-rule-described": {
    violating: [
      group("web"),
      rule("Egress", "https", "web", {
        ...tcp(443),
        cidrIpv4: "10.0.0.0/16",
        description: "Managed by Pulumi",
      }),
    ],
    complying: [group("web"), rule("Egress", "https", "web", { ...tcp(443), cidrIpv4: "10.0.0.0/16" })],
  },
  "rds-private": {
    violating: [database({ publiclyAccessible: true })],
    complying: [database({ publiclyAccessible: false })],
  },
  "rds-encrypted-and-protected": {
    violating: [database({ storageEncrypted: false })],
    complying: [database({})],
    config: {},
  },
  "rds-admits-groups-only": {
    violating: [
      group("db-group"),
      database({}),
      rule("Ingress", "in", "db-group", { ...tcp(5432), cidrIpv4: "10.0.0.0/16" }),
    ],
    complying: [
      group("orders"),
      group("db-group"),
      database({}),
      rule("Ingress", "in", "db-group", { ...tcp(5432), referencedSecurityGroupId: "${orders.id}" }),
    ],
    config: {},
  },
  "s3-public-access-blocked": {
    violating: [bucket],
    complying: [
      bucket,
      aws("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "documents", { bucket: "documents", ...ALL }),
    ],
  },
  "s3-tls-and-endpoint-only": {
    violating: [bucket, policy(TLS)],
    complying: [bucket, policy(TLS, ENDPOINT)],
    config: {},
  },
  "security-group-rules-not-mixed": {
    violating: [
      aws("ec2/securityGroup:SecurityGroup", "web", {
        vpcId: "vpc-0a1b2c3d",
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/16"] }],
      }),
      rule("Ingress", "ssh", "web", { ...tcp(22), cidrIpv4: "10.0.0.0/16" }),
    ],
    complying: [group("web"), rule("Ingress", "ssh", "web", { ...tcp(22), cidrIpv4: "10.0.0.0/16" })],
  },
  "security-group-policy-effective": {
    violating: [group("orders"), attachment(["${orders.id}"])],
    complying: [group("orders"), dns("tcp"), dns("udp"), attachment(["${orders.id}"])],
    config: {},
  },
  "quota-budget": {
    violating: [attachment(["sg-01", "sg-02", "sg-03", "sg-04", "sg-05", "sg-06"])],
    complying: [attachment(["sg-01", "sg-02"])],
    config: {},
  },
  "rds-snapshot-private": {
    violating: [
      aws("rds/snapshot:Snapshot", "copy", { dbInstanceIdentifier: "orders", sharedAccounts: ["all"] }),
    ],
    complying: [aws("rds/snapshot:Snapshot", "copy", { dbInstanceIdentifier: "orders" })],
    config: {},
  },
  "s3-not-public": {
    violating: [aws("s3/bucket:Bucket", "documents", { bucket: "documents", acl: "public-read" })],
    complying: [aws("s3/bucket:Bucket", "documents", { bucket: "documents", acl: "private" })],
  },
  "s3-access-point-in-vpc": {
    violating: [aws("s3/accessPoint:AccessPoint", "orders", { bucket: "documents" })],
    complying: [
      aws("s3/accessPoint:AccessPoint", "orders", {
        bucket: "documents",
        vpcConfiguration: { vpcId: "vpc-0a1b2c3d" },
      }),
    ],
  },
  "eks-not-open-to-internet": {
    violating: [aws("eks/cluster:Cluster", "prod", { vpcConfig: { subnetIds: ["subnet-0a", "subnet-0b"] } })],
    complying: [
      aws("eks/cluster:Cluster", "prod", {
        vpcConfig: { subnetIds: ["subnet-0a", "subnet-0b"], publicAccessCidrs: ["198.51.100.0/24"] },
      }),
    ],
    config: {},
  },
  "endpoint-service-acceptance": {
    violating: [
      aws("ec2/vpcEndpointService:VpcEndpointService", "orders", {
        acceptanceRequired: false,
        allowedPrincipals: ["*"],
      }),
    ],
    complying: [aws("ec2/vpcEndpointService:VpcEndpointService", "orders", { acceptanceRequired: true })],
    config: {},
  },
  "vpc-endpoint-policy-narrow": {
    violating: [
      aws("ec2/vpcEndpoint:VpcEndpoint", "dynamodb", {
        vpcId: "vpc-0a1b2c3d",
        serviceName: "com.amazonaws.eu-central-1.dynamodb",
      }),
    ],
    complying: [
      aws("ec2/vpcEndpoint:VpcEndpoint", "sts", {
        vpcId: "vpc-0a1b2c3d",
        serviceName: "com.amazonaws.eu-central-1.sts",
      }),
    ],
    config: {},
  },
  "network-acl-no-world-ingress": {
    violating: [networkAcl({ fromPort: 22, toPort: 22, cidrBlock: "0.0.0.0/0" })],
    complying: [networkAcl({ fromPort: 22, toPort: 22, cidrBlock: "198.51.100.0/24" })],
    config: {},
  },
  "network-and-group-parity": {
    violating: [group("orders"), attachment(["${orders.id}"]), TO_DATABASE],
    complying: [
      group("orders"),
      attachment(["${orders.id}"]),
      TO_DATABASE,
      rule("Egress", "db", "orders", { ...tcp(5432), cidrIpv4: "10.20.0.0/24" }),
    ],
  },
};
