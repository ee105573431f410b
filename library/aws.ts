/**
 * The components on AWS (`import { DatabaseAccess } from "pulumi-palisade/aws"`): what `stackProgram` registers for a
 * cluster in a VPC, for programs that put it together themselves.
 *
 * @module pulumi-palisade/aws
 */
export { type Site, siteOf, type Tenant } from "../compile";
export {
  type AwsNetwork,
  type AwsPlacement,
  type BucketSource,
  type ClusterIdentity,
  type CompiledSite,
  type CompiledTenant,
  compileSite,
  type DatabaseCredentials,
  type DatabaseGroup,
  type DatabaseSource,
  type GivenGroup,
  type InterfaceEndpoint,
  type Ownership,
  type PodSecurityGroups,
  type PrefixList,
  type Quotas,
  type RuleCount,
  type S3Endpoint,
  type S3Path,
  type WorkloadRole,
} from "../compile/aws";
export {
  BucketAccess,
  type BucketAccessArgs,
  ClusterAccess,
  type ClusterAccessArgs,
  DatabaseAccess,
  type DatabaseAccessArgs,
  type DatabaseClient,
  GroupIds,
  type ProgramBucket,
  type ProgramDatabase,
  type ProgramGroup,
  provisionSite,
  type SharedOwnership,
  WorkloadIdentity,
  type WorkloadIdentityArgs,
  WorkloadSecurityGroups,
  type WorkloadSecurityGroupsArgs,
} from "../components/aws";
