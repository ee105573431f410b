/**
 * The components on AWS (`import { DatabaseAccess } from "pulumi-palisade/aws"`): what `stackProgram` registers for a
 * cluster in a VPC, for programs that put it together themselves.
 */
export type { AwsNetwork, BucketSource, DatabaseSource, Ownership } from "../compile/aws";
export {
  BucketAccess,
  type BucketAccessArgs,
  ClusterAccess,
  type ClusterAccessArgs,
  DatabaseAccess,
  type DatabaseAccessArgs,
  type DatabaseClient,
  onAws,
  type OnAws,
  provisionSite,
  WorkloadIdentity,
  type WorkloadIdentityArgs,
  WorkloadSecurityGroups,
  type WorkloadSecurityGroupsArgs,
} from "../components/aws";
