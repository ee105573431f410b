/**
 * Compiles the flows of all of a cluster's applications to security groups, SecurityGroupPolicies, roles and bucket
 * policies. In: a `Site` (compile/): the cluster, its VPC and the applications there. Out: a `CompiledSite` of plain
 * values in which groups are named by reference, because their ids exist only once AWS has made them. Parties (whose
 * interface) become rules, and rules roles.
 * Tests: test/compile/aws/rules.test.ts, test/compile/aws/relation.test.ts, test/compile/aws/superfluous.test.ts.
 */
export { renderAccess } from "./access";
export { bucketPolicyText } from "./bucketPolicy";
export { type CompiledSite, type CompiledTenant, compileSite } from "./compile";
export { DATABASE_CARE, engineSupport, NEW_DATABASE_ENGINES } from "./databasePlan";
export { awsText, mergeReasons } from "./description";
export { endpointPolicyText } from "./endpointPolicy";
export { groupKey, groupLabel, type GroupRef, type MadeGroupRef } from "./groupRef";
export type { AllowStatement, StatementResource } from "./iamStatement";
export {
  type AwsNetwork,
  type AwsPlacement,
  type BucketSource,
  type ClusterIdentity,
  type DatabaseCredentials,
  type DatabaseGroup,
  type DatabaseSource,
  type GivenGroup,
  type InterfaceEndpoint,
  POD_SECURITY_GROUPS,
  type PodSecurityGroups,
  type PrefixList,
  type Quotas,
  type RuleCount,
  type S3Endpoint,
  type S3Path,
} from "./network";
export { drift, snapshotOf } from "./prefixLists";
export { holdingGroups, POD_INTERFACE_ANNOTATION, type RestartCandidate, runningWithout } from "./restarts";
export type { WorkloadRole } from "./roles";
export type { CompiledGroupPeer, CompiledGroupRule, RuleTraffic } from "./rule";
export type { GroupAttachment } from "./securityGroupPolicies";
export { compileRules } from "./securityGroups";
export { type Ownership, tagsOf } from "./tags";
