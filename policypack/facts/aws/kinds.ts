import {
  type AccessPointFact,
  type AccessPointPolicyFact,
  readAccessPoint,
  readAccessPointPolicy,
  readMultiRegionAccessPoint,
} from "./accessPoint";
import { type AclFact, readAcl } from "./acl";
import {
  type BucketFact,
  type BucketPolicyFact,
  type PublicAccessBlockFact,
  readBucket,
  readBucketPolicy,
  readDirectoryBucket,
  readPublicAccessBlock,
} from "./bucket";
import { type DatabaseFact, readDatabase } from "./database";
import { type DataStoreFact, readDataStore } from "./dataStore";
import { DATA_STORES } from "./dataStoreKinds";
import {
  type AddonFact,
  type ClusterEndpointFact,
  type NodeAccessFact,
  readAddon,
  readClusterEndpoint,
  readNodeAccess,
} from "./eks";
import {
  readVpcEndpoint,
  readVpcEndpointPolicy,
  type VpcEndpointFact,
  type VpcEndpointPolicyFact,
} from "./endpoint";
import {
  type EndpointServiceFact,
  type EndpointServicePrincipalFact,
  readEndpointService,
  readEndpointServicePrincipal,
} from "./endpointService";
import { type GroupRuleFact, readSingleRule, readStandaloneRule } from "./groupRule";
import { type NetworkAclFact, readNetworkAcl, readNetworkAclRule } from "./networkAcl";
import { type ParameterGroupFact, readParameterGroup } from "./parameterGroup";
import {
  type PermissionsFact,
  readExclusiveAttachments,
  readInlinePolicy,
  readManagedPolicy,
  readPolicyAttachment,
  readRolePermissions,
  readSharedAttachment,
  readUserPermissions,
} from "./permissions";
import { type PrefixListFact, readPrefixList, readPrefixListEntry } from "./prefixList";
import { readRoleTrust, type RoleTrustFact } from "./roleTrust";
import { readSecurityGroup, type SecurityGroupFact } from "./securityGroup";
import { readSnapshot, type SnapshotFact } from "./snapshot";
import type { AwsSubject } from "./subject";
import { readInlineWebsite, readWebsite, type WebsiteFact } from "./website";

/** What the invariants judge of AWS. */
export type AwsFact =
  | AccessPointFact
  | AccessPointPolicyFact
  | AclFact
  | AddonFact
  | BucketFact
  | BucketPolicyFact
  | ClusterEndpointFact
  | DatabaseFact
  | DataStoreFact
  | EndpointServiceFact
  | EndpointServicePrincipalFact
  | GroupRuleFact
  | NetworkAclFact
  | NodeAccessFact
  | ParameterGroupFact
  | PermissionsFact
  | PrefixListFact
  | PublicAccessBlockFact
  | RoleTrustFact
  | SecurityGroupFact
  | SnapshotFact
  | VpcEndpointFact
  | VpcEndpointPolicyFact
  | WebsiteFact;

/** A kind of AWS resource that is read. */
export interface AwsKind {
  /** The type's part after `aws:`. */
  readonly type: string;
  readonly read: (subject: AwsSubject) => AwsFact[];
}

const kind = (type: string, ...readers: ((subject: AwsSubject) => AwsFact | AwsFact[])[]): AwsKind => ({
  type,
  read: (subject) => readers.flatMap((read) => read(subject)),
});

/** A bucket may hold its ACL and its website itself. */
const bucket = [readBucket, readAcl("Bucket", "grants[].uri"), readInlineWebsite] as const;
const bucketAcl = readAcl("BucketAcl", "accessControlPolicy.grants[].grantee.uri");

/**
 * The kinds of AWS resources that are read. `bucketV2` is v6's name of the current bucket and a deprecated alias in v7;
 * `bucket` is that bucket in v7 and the one with everything inline in v6: all are read alike.
 */
export const AWS_KINDS: readonly AwsKind[] = [
  kind("ec2/securityGroup:SecurityGroup", (subject) => readSecurityGroup(subject, false)),
  kind("ec2/defaultSecurityGroup:DefaultSecurityGroup", (subject) => readSecurityGroup(subject, true)),
  kind("ec2/securityGroupRule:SecurityGroupRule", readSingleRule),
  kind("vpc/securityGroupIngressRule:SecurityGroupIngressRule", (subject) =>
    readStandaloneRule(subject, "ingress"),
  ),
  kind("vpc/securityGroupEgressRule:SecurityGroupEgressRule", (subject) =>
    readStandaloneRule(subject, "egress"),
  ),
  kind("ec2/managedPrefixList:ManagedPrefixList", readPrefixList),
  kind("ec2/managedPrefixListEntry:ManagedPrefixListEntry", readPrefixListEntry),
  kind("ec2/networkAcl:NetworkAcl", readNetworkAcl("NetworkAcl")),
  kind("ec2/defaultNetworkAcl:DefaultNetworkAcl", readNetworkAcl("DefaultNetworkAcl")),
  kind("ec2/networkAclRule:NetworkAclRule", readNetworkAclRule),
  kind("ec2/vpcEndpoint:VpcEndpoint", readVpcEndpoint),
  kind("ec2/vpcEndpointPolicy:VpcEndpointPolicy", readVpcEndpointPolicy),
  kind("ec2/vpcEndpointService:VpcEndpointService", readEndpointService),
  kind(
    "ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
    readEndpointServicePrincipal,
  ),
  kind("rds/instance:Instance", (subject) => readDatabase(subject, "instance")),
  kind("rds/cluster:Cluster", (subject) => readDatabase(subject, "cluster")),
  kind("rds/clusterInstance:ClusterInstance", (subject) => readDatabase(subject, "member")),
  kind("rds/parameterGroup:ParameterGroup", readParameterGroup),
  kind("rds/clusterParameterGroup:ClusterParameterGroup", readParameterGroup),
  kind("rds/snapshot:Snapshot", readSnapshot("RDS snapshot", "dbSnapshotIdentifier")),
  kind("rds/snapshotCopy:SnapshotCopy", readSnapshot("RDS snapshot copy", "targetDbSnapshotIdentifier")),
  kind(
    "rds/clusterSnapshot:ClusterSnapshot",
    readSnapshot("RDS cluster snapshot", "dbClusterSnapshotIdentifier"),
  ),
  kind(
    "rds/clusterSnapshotCopy:ClusterSnapshotCopy",
    readSnapshot("RDS cluster snapshot copy", "targetDbClusterSnapshotIdentifier"),
  ),
  ...Object.entries(DATA_STORES).map(([type, store]) =>
    kind(type, (subject) => readDataStore(subject, store)),
  ),
  kind("s3/bucket:Bucket", ...bucket),
  kind("s3/bucketV2:BucketV2", ...bucket),
  kind("s3/directoryBucket:DirectoryBucket", readDirectoryBucket),
  kind("s3/bucketPolicy:BucketPolicy", readBucketPolicy),
  kind("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", (subject) =>
    readPublicAccessBlock(subject, "bucket"),
  ),
  kind("s3/accountPublicAccessBlock:AccountPublicAccessBlock", (subject) =>
    readPublicAccessBlock(subject, "account"),
  ),
  kind("s3/bucketAcl:BucketAcl", bucketAcl),
  kind("s3/bucketAclV2:BucketAclV2", bucketAcl),
  kind("s3/bucketObject:BucketObject", readAcl("BucketObject")),
  kind("s3/bucketObjectv2:BucketObjectv2", readAcl("BucketObjectv2")),
  kind("s3/objectCopy:ObjectCopy", readAcl("ObjectCopy", "grants[].uri")),
  kind("s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", readWebsite),
  kind("s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2", readWebsite),
  kind("s3/accessPoint:AccessPoint", readAccessPoint),
  kind("s3control/accessPointPolicy:AccessPointPolicy", readAccessPointPolicy("AccessPointPolicy", "policy")),
  kind("s3control/multiRegionAccessPoint:MultiRegionAccessPoint", readMultiRegionAccessPoint),
  kind(
    "s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy",
    readAccessPointPolicy("MultiRegionAccessPointPolicy", "details.policy"),
  ),
  kind(
    "s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
    readAccessPointPolicy("ObjectLambdaAccessPointPolicy", "policy"),
  ),
  kind("iam/role:Role", readRoleTrust, readRolePermissions),
  kind("iam/user:User", readUserPermissions),
  kind("iam/policy:Policy", readManagedPolicy),
  kind("iam/rolePolicy:RolePolicy", readInlinePolicy("RolePolicy", "role")),
  kind("iam/userPolicy:UserPolicy", readInlinePolicy("UserPolicy", "user")),
  kind("iam/groupPolicy:GroupPolicy", readInlinePolicy("GroupPolicy", "group")),
  kind("iam/rolePolicyAttachment:RolePolicyAttachment", readPolicyAttachment("RolePolicyAttachment", "role")),
  kind("iam/userPolicyAttachment:UserPolicyAttachment", readPolicyAttachment("UserPolicyAttachment", "user")),
  kind(
    "iam/groupPolicyAttachment:GroupPolicyAttachment",
    readPolicyAttachment("GroupPolicyAttachment", "group"),
  ),
  kind("iam/policyAttachment:PolicyAttachment", readSharedAttachment),
  kind("iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", readExclusiveAttachments),
  kind("eks/cluster:Cluster", readClusterEndpoint),
  kind("eks/nodeGroup:NodeGroup", readNodeAccess),
  kind("eks/addon:Addon", readAddon),
];
