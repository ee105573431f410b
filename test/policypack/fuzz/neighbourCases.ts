import { ALL_BLOCKED, aws, group, ingress, tcp } from "../aws";
import { UNKNOWN } from "../helpers";
import type { Broken } from "./broken";

/** One resource with one defect. `rest`: properties that prove nothing. */
const broken = (
  invariant: string,
  type: string,
  defect: Readonly<Record<string, unknown>>,
  rest: object = {},
  config?: object,
): Broken => ({
  invariant,
  stack: [aws(type, "bad", { ...rest, ...defect, tags: { team: "a" } })],
  proof: { bad: Object.keys(defect) },
  ...(config && { config }),
});

const everybody = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
});

/** Defects in what stands beside databases, buckets and clusters: one of each kind that is read. */
export const BROKEN_NEIGHBOURS: readonly Broken[] = [
  broken("rds-private", "redshift/cluster:Cluster", { publiclyAccessible: true }, { nodeType: "ra3" }),
  broken("rds-private", "opensearch/domain:Domain", { vpcOptions: null }, { domainName: "logs" }),
  broken("rds-private", "rds/cluster:Cluster", { enableHttpEndpoint: true }, { engine: "aurora-mysql" }),
  broken("rds-encrypted-and-protected", "rds/proxy:Proxy", { requireTls: false }, { name: "p" }),
  broken(
    "rds-encrypted-and-protected",
    "rds/globalCluster:GlobalCluster",
    { storageEncrypted: false },
    { deletionProtection: true },
  ),
  broken(
    "rds-snapshot-private",
    "rds/snapshot:Snapshot",
    { sharedAccounts: ["all"] },
    { dbInstanceIdentifier: "a" },
  ),
  {
    invariant: "rds-admits-groups-only",
    stack: [
      group("guard"),
      aws(
        "elasticache/replicationGroup:ReplicationGroup",
        "cache",
        { securityGroupIds: [UNKNOWN], engine: "redis" },
        { securityGroupIds: ["guard"] },
      ),
      ingress("in", "guard", { ...tcp(6379), cidrIpv4: "10.0.0.0/8" }),
    ],
    proof: { cache: ["securityGroupIds"], in: ["cidrIpv4", "securityGroupId"] },
  },
  broken(
    "rds-admits-groups-only",
    "memorydb/cluster:Cluster",
    { securityGroupIds: [] },
    { nodeType: "db.r7g" },
  ),
  broken("s3-not-public", "s3/bucketAcl:BucketAcl", { acl: "public-read" }, { bucket: "b" }),
  broken(
    "s3-not-public",
    "s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    { redirectAllRequestsTo: null },
    { bucket: "b", indexDocument: { suffix: "i" } },
  ),
  broken(
    "s3-not-public",
    "s3control/accessPointPolicy:AccessPointPolicy",
    { policy: everybody },
    { accessPointArn: "a" },
  ),
  broken(
    "s3-public-access-blocked",
    "s3/accessPoint:AccessPoint",
    { publicAccessBlockConfiguration: { ...ALL_BLOCKED, blockPublicAcls: false } },
    { bucket: "b" },
  ),
  broken("role-trust-narrow", "iam/role:Role", { assumeRolePolicy: everybody }, { name: "r" }),
  broken(
    "role-permissions-narrow",
    "iam/rolePolicy:RolePolicy",
    {
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
    },
    { name: "r" },
  ),
  broken("s3-access-point-in-vpc", "s3/accessPoint:AccessPoint", { vpcConfiguration: null }, { bucket: "b" }),
  broken(
    "eks-not-open-to-internet",
    "eks/cluster:Cluster",
    { vpcConfig: { publicAccessCidrs: ["0.0.0.0/0"] } },
    { roleArn: "r" },
  ),
  broken(
    "eks-not-open-to-internet",
    "eks/nodeGroup:NodeGroup",
    { remoteAccess: { ec2SshKey: "ops" } },
    { clusterName: "c" },
  ),
  broken(
    "network-policy-cni-safe",
    "eks/addon:Addon",
    { addonName: "vpc-cni", configurationValues: "{}" },
    { clusterName: "c" },
    { cni: ["aws-vpc-cni"] },
  ),
  broken(
    "network-acl-no-world-ingress",
    "ec2/networkAcl:NetworkAcl",
    {
      ingress: [
        { ruleNo: 1, action: "allow", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlock: "0.0.0.0/0" },
      ],
    },
    { vpcId: "vpc-1" },
  ),
  broken(
    "endpoint-service-acceptance",
    "ec2/vpcEndpointService:VpcEndpointService",
    { acceptanceRequired: false, allowedPrincipals: ["*"] },
    { gatewayLoadBalancerArns: [] },
  ),
  broken(
    "vpc-endpoint-policy-narrow",
    "ec2/vpcEndpoint:VpcEndpoint",
    { serviceName: "com.amazonaws.eu-central-1.s3", policy: null },
    { vpcId: "vpc-1" },
  ),
  {
    invariant: "security-group-no-world-ingress",
    stack: [
      group("g"),
      aws(
        "ec2/managedPrefixList:ManagedPrefixList",
        "list",
        { entries: [{ cidr: "0.0.0.0/0" }], maxEntries: 1 },
        {},
      ),
      ingress("in", "g", { ...tcp(22), prefixListId: UNKNOWN }, { prefixListId: ["list"] }),
    ],
    proof: {
      list: ["entries"],
      in: ["securityGroupId", "prefixListId", "ipProtocol", "fromPort", "toPort"],
    },
  },
  {
    invariant: "no-route-to-databases",
    stack: [
      {
        type: "kubernetes:networking.k8s.io/v1:Ingress",
        name: "route",
        props: {
          metadata: { name: "route", namespace: "shop", labels: { app: "web" } },
          spec: {
            ingressClassName: "nginx",
            defaultBackend: { service: { name: "db", port: { number: 5432 } } },
          },
        },
      },
    ],
    proof: { route: ["metadata.namespace", "spec.defaultBackend"] },
  },
];
