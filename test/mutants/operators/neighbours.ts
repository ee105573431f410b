import { UNKNOWN_SENTINEL } from "../../../data/pulumiWire";
import type { Resource } from "../../../engine";
import { addition, beside, change, type Change, type Operator, ofType, type Stack } from "../stack";

const databases = (stack: Stack): Resource[] => ofType(stack, "rds/instance:Instance");
const buckets = (stack: Stack): Resource[] => ofType(stack, "s3/bucket:Bucket");
const namespaces = (stack: Stack): Resource[] => ofType(stack, "core/v1:Namespace");
const groups = (stack: Stack): Resource[] => ofType(stack, "ec2/securityGroup:SecurityGroup");
const attachments = (stack: Stack): Resource[] => ofType(stack, "SecurityGroupPolicy");

/** Somebody else's AWS resource beside each of some. */
const made = (
  name: string,
  of: (stack: Stack) => readonly Resource[],
  type: string,
  props: (like: Resource) => object,
): Operator => ({
  name,
  changes: (stack) =>
    of(stack).map((like) =>
      addition(`beside ${like.name}`, beside(like, `aws:${type}`, `${like.name}-beside`, props(like))),
    ),
});

/** Somebody else's object in each namespace. */
const object = (name: string, type: string, props: object): Operator => ({
  name,
  changes: (stack) =>
    namespaces(stack).map((like) => {
      const metadata = { name: "beside", namespace: namespaceOf(like) };
      return addition(
        `in ${metadata.namespace}`,
        beside(like, `kubernetes:${type}`, `${like.name}-beside`, { metadata, ...props }),
      );
    }),
});

const namespaceOf = ({ inputs }: Resource): string => {
  const { name } = (inputs["metadata"] ?? {}) as { readonly name?: unknown };
  return typeof name === "string" ? name : "";
};

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
});

const FOR_EVERYBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
});

/** Each of the stack's own roles, assumed by everybody. */
const trusted = (stack: Stack): Change[] =>
  ofType(stack, "iam/role:Role").flatMap((role) =>
    change(role, "", (props: { assumeRolePolicy?: unknown }) => {
      props.assumeRolePolicy = FOR_EVERYBODY;
      return undefined;
    }),
  );

/** Each of the stack's own roles' permissions, on everything. */
const widened = (stack: Stack): Change[] =>
  ofType(stack, "iam/rolePolicy:RolePolicy").flatMap((permissions) =>
    change(permissions, "", (props: { policy?: unknown }) => {
      props.policy = { Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: "*" }] };
      return undefined;
    }),
  );

/** A rule on each group by a prefix list that holds the internet. */
const listed = (stack: Stack): Change[] =>
  groups(stack).map((group) => {
    const list = beside(group, "aws:ec2/managedPrefixList:ManagedPrefixList", `${group.name}-list`, {
      addressFamily: "IPv4",
      maxEntries: 1,
      entries: [{ cidr: "0.0.0.0/0" }],
    });
    const rule = beside(
      group,
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      `${group.name}-by-list`,
      {
        securityGroupId: UNKNOWN_SENTINEL,
        type: "ingress",
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        prefixListIds: [UNKNOWN_SENTINEL],
        description: "administration",
      },
      { securityGroupId: [group.urn], prefixListIds: [list.urn] },
    );
    return addition(`on ${group.name}`, list, rule);
  });

/** Each attachment again, in a namespace of somebody else's. */
const taken = (stack: Stack): Change[] =>
  attachments(stack).map((like) => {
    const { spec } = like.inputs as { spec?: object };
    const metadata = { name: "taken", namespace: "strangers" };
    const copy = beside(like, like.type, `${like.name}-taken`, { metadata, spec }, like.propertyDependencies);
    return addition(`of ${like.name}`, copy);
  });

/** What opens the same doors beside databases, buckets, groups and pods. */
export const NEIGHBOUR_OPERATORS: readonly Operator[] = [
  made("a snapshot of a database for everybody", databases, "rds/snapshot:Snapshot", ({ name }) => ({
    dbInstanceIdentifier: name,
    dbSnapshotIdentifier: "beside",
    sharedAccounts: ["all"],
  })),
  made("a snapshot of a database for another account", databases, "rds/snapshotCopy:SnapshotCopy", () => ({
    targetDbSnapshotIdentifier: "beside",
    sharedAccounts: ["999999999999"],
  })),
  made("a proxy in the VPC's default group", databases, "rds/proxy:Proxy", () => ({
    requireTls: true,
    auths: [{ iamAuth: "REQUIRED" }],
  })),
  made("a proxy without TLS", databases, "rds/proxy:Proxy", () => ({
    requireTls: false,
    auths: [{ iamAuth: "REQUIRED" }],
    vpcSecurityGroupIds: ["sg-0123"],
  })),
  made("a warehouse on the internet", databases, "redshift/cluster:Cluster", () => ({
    publiclyAccessible: true,
    vpcSecurityGroupIds: ["sg-0123"],
  })),
  made(
    "a cache in the VPC's default group",
    databases,
    "elasticache/replicationGroup:ReplicationGroup",
    () => ({
      replicationGroupId: "beside",
    }),
  ),
  made("a search domain on the internet", databases, "opensearch/domain:Domain", () => ({
    domainName: "logs",
  })),
  made("an access point of the internet", buckets, "s3/accessPoint:AccessPoint", () => ({ bucket: "b" })),
  made(
    "an access point that everybody may use",
    buckets,
    "s3control/accessPointPolicy:AccessPointPolicy",
    () => ({
      policy: POLICY,
    }),
  ),
  made("a public ACL", buckets, "s3/bucketAcl:BucketAcl", () => ({ acl: "public-read" })),
  made("a public object", buckets, "s3/bucketObjectv2:BucketObjectv2", () => ({
    acl: "public-read",
    key: "k",
  })),
  made("a bucket as a website", buckets, "s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", () => ({
    indexDocument: { suffix: "index.html" },
  })),
  made("an endpoint service for everybody", databases, "ec2/vpcEndpointService:VpcEndpointService", () => ({
    acceptanceRequired: false,
    allowedPrincipals: ["*"],
  })),
  made("a cluster whose API everybody reaches", databases, "eks/cluster:Cluster", () => ({ vpcConfig: {} })),
  made("nodes that everybody logs in to", databases, "eks/nodeGroup:NodeGroup", () => ({
    remoteAccess: { ec2SshKey: "ops" },
  })),
  made("a role that everybody may assume", databases, "iam/role:Role", () => ({
    assumeRolePolicy: FOR_EVERYBODY,
  })),
  { name: "the trust of a role of ours, for everybody", changes: trusted },
  { name: "the permissions of a role of ours, on everything", changes: widened },
  made("a policy that reads every bucket", buckets, "iam/policy:Policy", () => ({
    policy: { Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "*" }] },
  })),
  made("an administrator", databases, "iam/rolePolicyAttachment:RolePolicyAttachment", () => ({
    role: "ops",
    policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  })),
  { name: "the internet by a prefix list", changes: listed },
  { name: "a client's group on another namespace's pods", changes: taken },
  object("an Ingress to a database", "networking.k8s.io/v1:Ingress", {
    spec: { defaultBackend: { service: { name: "db", port: { number: 5432 } } } },
  }),
  object("a TCPRoute to a cache", "gateway.networking.k8s.io/v1alpha2:TCPRoute", {
    spec: { rules: [{ backendRefs: [{ name: "cache", port: 6379 }] }] },
  }),
  object("a target group of a database's pods", "elbv2.k8s.aws/v1beta1:TargetGroupBinding", {
    spec: { serviceRef: { name: "db", port: 5432 }, targetGroupARN: "arn" },
  }),
  object("endpoints by hand of another namespace's pods", "discovery.k8s.io/v1:EndpointSlice", {
    addressType: "IPv4",
    endpoints: [
      { addresses: ["203.0.113.7"], targetRef: { kind: "Pod", name: "db-0", namespace: "strangers" } },
    ],
    ports: [{ port: 5432 }],
  }),
];
