/**
 * Turns resources into facts: what a NetworkPolicy, a workload, a security group or a bucket says, whatever its API
 * version or spelling. In: resources of any provider. Out: one typed `Fact` for each that concerns isolation, with
 * every unknown field marked. aws/ holds those of AWS.
 * Tests: test/policypack/unknownFuzz.test.ts, test/policypack/awsUnknowns.test.ts,
 * test/policypack/cases/cases.test.ts.
 */
export type { AccessPointPolicyFact } from "./aws/accessPoint";
export type { AclFact } from "./aws/acl";
export {
  BLOCK_FLAGS,
  type BucketFact,
  type BucketPolicyFact,
  type PublicAccessBlockFact,
} from "./aws/bucket";
export type { DatabaseFact } from "./aws/database";
export type { DataStoreFact, DataStoreSetting, Weakness } from "./aws/dataStore";
export {
  type ConditionFact,
  type DocumentFact,
  type PrincipalFact,
  type StatementFact,
  type TextList,
  unreadInStatement,
} from "./aws/document";
export type { AddonFact, ClusterEndpointFact, NodeAccessFact } from "./aws/eks";
export type { VpcEndpointFact, VpcEndpointPolicyFact } from "./aws/endpoint";
export type { EndpointServiceFact, EndpointServicePrincipalFact } from "./aws/endpointService";
export { type GroupRule, unreadPeers, unreadTraffic } from "./aws/groupRule";
export type { AclRule, NetworkAclFact } from "./aws/networkAcl";
export type { Parameter, ParameterGroupFact } from "./aws/parameterGroup";
export type { PermissionsFact } from "./aws/permissions";
export type { PrefixListFact } from "./aws/prefixList";
export type { RoleTrustFact } from "./aws/roleTrust";
export type { SecurityGroupFact } from "./aws/securityGroup";
export type { SecurityGroupPolicyFact } from "./aws/securityGroupPolicy";
export type { SnapshotFact } from "./aws/snapshot";
export type { ResourceReference } from "./aws/subject";
export type { WebsiteFact } from "./aws/website";
export type { Demand, DemandFact, Requester, SelectionDemand, ServiceDemand } from "./demand";
export { isJudgedKind, isMakingKind } from "./kubernetesKinds";
export { type Fact, isNamespaced, type NamespacedFact, readFacts } from "./facts";
export type { EndpointSliceFact } from "./endpointSlice";
export type { LabelMap } from "./labelMap";
export type { MakerFact } from "./maker";
export type { NamespaceFact } from "./namespace";
export type { NodeFact } from "./node";
export type { PersistentVolumeFact } from "./persistentVolume";
export { ADMINISTRATION, CONTAINERS, NODE_FILES, type NodeAccess } from "./nodeAccess";
export {
  type IpBlock,
  isIgnored,
  type NetworkPolicyFact,
  type PeerFact,
  type PortFact,
  type RuleFact,
  type Rules,
  unreadInPeer,
  unreadInRules,
} from "./networkPolicy";
export {
  asksFor,
  contradictsItself,
  type RequirementFact,
  type SelectorFact,
  unreadInSelector,
} from "./selector";
export { type ReadKind, readKinds } from "./readKinds";
export type { ServiceFact, ServicePortFact } from "./service";
export type { ServiceAccountFact } from "./serviceAccount";
export { clusterOf, describe, type ResourceInput, type Subject } from "./subject";
export {
  type TierActionFact,
  type TierPolicyFact,
  type TierRuleFact,
  unreadInTierRule,
  unreadInTierRules,
  unreadOfTierSubject,
} from "./tierPolicy";
export { parseKubernetesType } from "./typeToken";
export type { WorkloadFact } from "./workload";
